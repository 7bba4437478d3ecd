import * as z from "zod";
import { FollowUp } from "./follow-up";
import { Incident } from "./incident";
import { LeverKind } from "./lever";
import { RetroLooseEnd } from "./loose-end";
import { Moment } from "./moment";
import { RecoveryPhase } from "./recovery-phase";
import { SimilarIncident } from "./similar-incident";

/** Drafted by itself, then written and reviewed; a published one is read from its versions. */
export const RetroState = z.enum(["draft", "in-review", "published"]);
export type RetroState = z.infer<typeof RetroState>;

/** What people write. `summary` and `customers` begin with what the receipts say. */
export const RetroSectionName = z.enum([
  "summary",
  "customers",
  "went-well",
  "was-hard",
  "lucky",
  "surprised",
]);
export type RetroSectionName = z.infer<typeof RetroSectionName>;

export const RetroSection = z.object({
  name: RetroSectionName,
  text: z.string(),
  /** Rises with every saved text; what the next one is based on. */
  revision: z.number().int(),
  /** Whether somebody has written here: until then the text is drafted anew from the receipts. */
  isDrafted: z.boolean(),
  editedBy: z.string().nullable(),
  editedAt: z.iso.datetime().nullable(),
});
export type RetroSection = z.infer<typeof RetroSection>;

/** `base` is the revision the text was written on. Saving again what is there changes nothing. */
export const SaveSectionInput = z.object({
  text: z.string().max(50_000, "at most 50,000 characters"),
  base: z.int32().nonnegative(),
});
export type SaveSectionInput = z.infer<typeof SaveSectionInput>;

/**
 * `saved`: as sent. `merged`: with what others wrote meanwhile, read `section`. `conflict`: nothing was
 * overwritten, `section` is theirs, `yours` is kept, `both` has the two together where they differ.
 */
export const SaveSectionOutcome = z.object({
  outcome: z.enum(["saved", "merged", "conflict"]),
  section: RetroSection,
  yours: z.string().nullable(),
  both: z.string().nullable(),
});
export type SaveSectionOutcome = z.infer<typeof SaveSectionOutcome>;

/** An earlier text of a section, or one that met a conflict. Newest first. */
export const SectionEdit = z.object({
  id: z.number().int(),
  section: RetroSectionName,
  revision: z.number().int().nullable(),
  kind: z.enum(["saved", "merged", "conflict"]),
  text: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type SectionEdit = z.infer<typeof SectionEdit>;

/** A link or a piece of text that belongs to an event: a graph, a message, a log line. */
export const Attachment = z.object({
  title: z.string().trim().min(1, "give it a title").max(200),
  url: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).nullable(),
  text: z.string().max(20_000).nullable(),
});
export type Attachment = z.infer<typeof Attachment>;

export const TimelineItemKind = z.enum([
  "change",
  "declare",
  "harm",
  "note",
  "alert",
  "lever",
  "restoration",
  "receipt",
  "status",
  "correction",
  "freeze",
  "undone",
  "event",
]);
export type TimelineItemKind = z.infer<typeof TimelineItemKind>;

/** An item folded into another; with its version, to take it out again. */
const Line = { subject: z.string(), at: z.iso.datetime(), text: z.string() };
const Folded = z.object({ ...Line, version: z.number().int() });

/** One line of a retro's timeline: from a receipt, an entry or a Change, or added by hand. */
export const TimelineItem = z.object({
  /** "entry:…", "receipt:12", "change:…", "event:…": what curation and factors point at. */
  subject: z.string(),
  kind: TimelineItemKind,
  at: z.iso.datetime(),
  /** The time as recorded, when somebody corrected it. */
  originalAt: z.iso.datetime().nullable(),
  text: z.string(),
  /** The words as recorded, when somebody rewrote them. */
  originalText: z.string().nullable(),
  /** Who did it, by role ("the commander") or by name when names are shown. */
  by: z.string().nullable(),
  /** The outside system it came from, and the page there. */
  source: z.string().nullable(),
  url: z.string().nullable(),
  /** `kept` by hand or by the draft, `hidden` by hand or by the draft. */
  shown: z.enum(["kept", "hidden"]),
  isCurated: z.boolean(),
  /** Items folded into this one. */
  merged: z.array(Folded),
  note: z.string().nullable(),
  /** Known at the time, or found out only later; null: nobody has said. */
  known: z.enum(["then", "later"]).nullable(),
  attachments: z.array(Attachment),
  version: z.number().int(),
});
export type TimelineItem = z.infer<typeof TimelineItem>;

/** Only what is given changes; `null` takes back (the recorded time, no note, not merged). */
export const CurateInput = z.object({
  shown: z.enum(["kept", "hidden"]).nullable().optional(),
  mergedInto: z.string().min(1, "name the line, or null").max(200).nullable().optional(),
  note: z.string().trim().max(5_000).nullable().optional(),
  at: Moment.nullable().optional(),
  text: z.string().trim().min(1).max(5_000).nullable().optional(),
  known: z.enum(["then", "later"]).nullable().optional(),
  attachments: z.array(Attachment).max(20).optional(),
  /** Of the item as it was seen: 0 when nobody has touched it. */
  version: z.number().int(),
});
export type CurateInput = z.infer<typeof CurateInput>;

export const AddEventInput = z.object({
  at: Moment,
  text: z.string().trim().min(1, "say what happened").max(5_000),
  known: z.enum(["then", "later"]).nullable().default(null),
  attachments: z.array(Attachment).max(20).default([]),
});
export type AddEventInput = z.infer<typeof AddEventInput>;

/** One of several; never the root cause. */
export const Factor = z.object({
  id: z.string(),
  text: z.string(),
  /** Subjects of the timeline items it rests on. */
  subjects: z.array(z.string()),
  version: z.number().int(),
});
export type Factor = z.infer<typeof Factor>;

export const FactorInput = z.object({
  text: z.string().trim().min(1, "write the factor").max(5_000),
  subjects: z.array(z.string().max(200)).max(50).default([]),
  /** For an edit: the version that was seen. */
  version: z.number().int().optional(),
});
export type FactorInput = z.infer<typeof FactorInput>;

/** One way back as it stood when somebody decided. Milliseconds. */
export const Alternative = z.object({
  lever: LeverKind,
  label: z.string(),
  wasPulled: z.boolean(),
  wasRecommended: z.boolean(),
  /** Null when nobody looked. */
  couldBePulled: z.boolean().nullable(),
  /** What it was said to take, or took when it was pulled (from the press until in effect). */
  ms: z.number().nullable(),
  isMeasured: z.boolean(),
  /** "A flag guarded this: turning it off would have taken about 4 s; the rollback took 3 min 10 s." */
  sentence: z.string(),
});
export type Alternative = z.infer<typeof Alternative>;

/** What the product recommended when the lever was pulled, and how that turned out. */
export const AdviceReview = z.object({
  lever: LeverKind.or(z.literal("none")),
  because: z.string(),
  wasFollowed: z.boolean().nullable(),
  /** Null when it was never tried, so nobody can say. */
  wasRight: z.boolean().nullable(),
  sentence: z.string(),
});
export type AdviceReview = z.infer<typeof AdviceReview>;

/** `to` is null while it goes on. */
const Span = z.object({ from: z.iso.datetime(), to: z.iso.datetime().nullable() });

export const Retro = z.object({
  incidentId: z.string(),
  state: RetroState,
  draftedAt: z.iso.datetime(),
  facilitator: z.string().nullable(),
  scheduledFor: z.iso.datetime().nullable(),
  minutes: z.number().int(),
  place: z.string().nullable(),
  showsNames: z.boolean(),
  /** The newest published version; 0 when there is none. */
  publishedVersion: z.number().int(),
  /** Whether anything changed since the newest published version. */
  changedSince: z.boolean(),
  changedAt: z.iso.datetime(),
  version: z.number().int(),
});
export type Retro = z.infer<typeof Retro>;

/** Only what is given changes. Moving on: draft → in-review → published by its own verb. */
export const ArrangeRetroInput = z.object({
  facilitator: z.string().trim().min(1).max(100).nullable().optional(),
  /** It ends within four-digit years: calendars hold no others. */
  scheduledFor: Moment.refine((at) => at < "9999", "a moment before the year 9999")
    .nullable()
    .optional(),
  minutes: z.number().int().min(5).max(480).optional(),
  place: z.string().trim().max(500).nullable().optional(),
  showsNames: z.boolean().optional(),
  state: z.enum(["draft", "in-review"]).optional(),
  version: z.number().int(),
});
export type ArrangeRetroInput = z.infer<typeof ArrangeRetroInput>;

/** All that a retro says: what is shown, published, printed and exported. */
export const RetroDocument = z.object({
  incident: Incident,
  people: z.array(z.object({ role: z.string(), name: z.string().nullable() })),
  /** How long customers were hurt; not how long people worked on it. */
  impact: Span,
  response: Span,
  phases: z.array(RecoveryPhase),
  alternatives: z.array(Alternative),
  advice: AdviceReview.nullable(),
  looseEnds: z.array(RetroLooseEnd),
  timeline: z.array(TimelineItem),
  sections: z.array(RetroSection),
  factors: z.array(Factor),
  followUps: z.array(FollowUp),
});
export type RetroDocument = z.infer<typeof RetroDocument>;

export const RetroPublication = z.object({
  version: z.number().int(),
  publishedAt: z.iso.datetime(),
  publishedBy: z.string(),
});
export type RetroPublication = z.infer<typeof RetroPublication>;

export const RetroView = z.object({
  retro: Retro,
  document: RetroDocument,
  publications: z.array(RetroPublication),
  similar: z.array(SimilarIncident),
  /** Of those who took part, for the language check: they are shown only where names are. */
  names: z.array(z.string()),
  /** People who took no part, to ask first; at most five names. */
  suggestedFacilitators: z.array(z.string()),
});
export type RetroView = z.infer<typeof RetroView>;

/** Somebody who has this retro open; `section` is where they write. */
export const RetroPresence = z.object({
  name: z.string(),
  section: z.string().nullable(),
  isMe: z.boolean(),
});
export type RetroPresence = z.infer<typeof RetroPresence>;

/** A row of the list of retros; `excerpt` marks what a search found with « and ». */
export const RetroRow = z.object({
  incident: Incident,
  /** Null: the incident is restored and has no retro yet. */
  retro: Retro.nullable(),
  excerpt: z.string().nullable(),
});
export type RetroRow = z.infer<typeof RetroRow>;

/** A retro that is late: a SEV1 after three days, others after five working days. */
export const RetroReminder = z.object({
  incident: Incident,
  dueAt: z.iso.datetime(),
  sentence: z.string(),
});
export type RetroReminder = z.infer<typeof RetroReminder>;
