import * as z from "zod";
import { Change } from "./change";
import { Freeze } from "./freeze";
import { LooseEnd } from "./loose-end";
import { Moment } from "./moment";
import { Restoration } from "./restoration";
import { Service } from "./service";
import { NoRecentChange, Onset, Suspect } from "./suspect";
import { TimelineEntry } from "./timeline-entry";

/** 1 is worst. */
export const Severity = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)], {
  error: "the number 1, 2, 3 or 4, where 1 is worst",
});
export type Severity = z.infer<typeof Severity>;

export const IncidentStatus = z.enum(["declared", "restored", "resolved", "reviewed"]);
export type IncidentStatus = z.infer<typeof IncidentStatus>;

export const Incident = z.object({
  /** "INC-142" */
  id: z.string(),
  title: z.string(),
  severity: Severity,
  status: IncidentStatus,
  services: z.array(z.string()),
  commander: z.string().nullable(),
  origin: z.enum(["person", "api", "alertmanager"]),
  declaredBy: z.string(),
  declaredAt: z.iso.datetime(),
  /** Start of harm, and who says so. */
  harmBeganAt: z.iso.datetime(),
  harmBeganFrom: z.enum(["signal", "alert", "person", "declaration"]),
  restoredAt: z.iso.datetime().nullable(),
  resolvedAt: z.iso.datetime().nullable(),
  /** A drill goes the same way as any other and stays out of the history. */
  isDrill: z.boolean(),
  /** Rises with every change to it; a stale edit is refused. */
  version: z.number().int(),
});
export type Incident = z.infer<typeof Incident>;

/** Three fields; everything else has a default. */
export const DeclareInput = z.object({
  title: z.string().trim().min(3, "at least three characters").max(200),
  severity: Severity.default(2),
  services: z.array(z.string()).min(1, "at least one service"),
  commander: z.string().trim().min(1).max(100).optional(),
  harmBeganAt: Moment.optional(),
  /** Only on services that may be drilled. */
  isDrill: z.boolean().optional(),
});
export type DeclareInput = z.infer<typeof DeclareInput>;

export const CorrectIncidentInput = z.object({
  title: z.string().trim().min(3).max(200).optional(),
  severity: Severity.optional(),
  services: z.array(z.string()).min(1).optional(),
  commander: z.string().trim().min(1).max(100).optional(),
  harmBeganAt: Moment.optional(),
  status: z.enum(["declared", "restored", "resolved"]).optional(),
  version: z.number().int(),
});
export type CorrectIncidentInput = z.infer<typeof CorrectIncidentInput>;

/** When an incident's signals and pods were last looked at, and what couldn't be read then. */
export const Examined = z.object({
  /** Null until somebody has looked. */
  at: z.iso.datetime().nullable(),
  problems: z.array(
    z.object({
      service: z.string(),
      sentence: z.string(),
      /** What is shown was read then; null when it was never read. */
      readAt: z.iso.datetime().nullable(),
    }),
  ),
});
export type Examined = z.infer<typeof Examined>;

/** All the incident page shows except the levers and the signal, which have their own queries. */
export const IncidentView = z.object({
  incident: Incident,
  services: z.array(Service),
  entries: z.array(TimelineEntry),
  changes: z.array(Change),
  suspects: z.array(Suspect),
  noRecentChange: NoRecentChange,
  onset: Onset,
  examined: Examined,
  restorations: z.array(Restoration),
  /** Freezes of this incident, newest first. */
  freezes: z.array(Freeze).default([]),
  /** What its Restorations left open, oldest first; closed ones too. */
  looseEnds: z.array(LooseEnd).default([]),
  /** Window of changes looked at. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
});
export type IncidentView = z.infer<typeof IncidentView>;
