import * as z from "zod";

export const FollowUpKind = z.enum(["prevent", "detect", "restore-faster", "learn"]);
export type FollowUpKind = z.infer<typeof FollowUpKind>;

const Day = z.iso.date("expected a day: 2026-12-01");
/** As somebody gives it: years that no database holds are refused. */
const GivenDay = Day.refine((day) => day >= "1970", "a day since 1970");

export const FollowUp = z.object({
  /** "FOL-12" */
  id: z.string(),
  incidentId: z.string(),
  title: z.string(),
  owner: z.string().nullable(),
  team: z.string().nullable(),
  dueOn: Day.nullable(),
  kind: FollowUpKind,
  state: z.enum(["open", "done", "dropped"]),
  closedAt: z.iso.datetime().nullable(),
  /** The issue it was opened as, and what that says. */
  issue: z
    .object({
      source: z.string(),
      repository: z.string(),
      number: z.number().int(),
      url: z.string(),
      state: z.enum(["open", "closed"]),
      readAt: z.iso.datetime(),
    })
    .nullable(),
  createdAt: z.iso.datetime(),
  version: z.number().int(),
});
export type FollowUp = z.infer<typeof FollowUp>;

export const AddFollowUpInput = z.object({
  title: z.string().trim().min(3, "at least three characters").max(200),
  owner: z.string().trim().min(1).max(100).nullable().default(null),
  team: z.string().trim().min(1).max(100).nullable().default(null),
  dueOn: GivenDay.nullable().default(null),
  kind: FollowUpKind,
});
export type AddFollowUpInput = z.infer<typeof AddFollowUpInput>;

export const EditFollowUpInput = z.object({
  title: z.string().trim().min(3).max(200).optional(),
  owner: z.string().trim().min(1).max(100).nullable().optional(),
  team: z.string().trim().min(1).max(100).nullable().optional(),
  dueOn: GivenDay.nullable().optional(),
  kind: FollowUpKind.optional(),
  state: z.enum(["open", "done", "dropped"]).optional(),
  version: z.number().int(),
});
export type EditFollowUpInput = z.infer<typeof EditFollowUpInput>;

/** `source` and `repository` default to those of the incident's first service that has any. */
export const OpenIssueInput = z.object({
  source: z.string().optional(),
  repository: z
    .string()
    .max(140)
    .regex(/^[\w-][\w.-]*\/[\w.-]*[\w-][\w.-]*$/, 'expected "owner/name"')
    .optional(),
});
export type OpenIssueInput = z.infer<typeof OpenIssueInput>;

/** A row of the page of follow-ups. */
export const FollowUpRow = z.object({
  followUp: FollowUp,
  incidentTitle: z.string(),
  isOverdue: z.boolean(),
});
export type FollowUpRow = z.infer<typeof FollowUpRow>;
