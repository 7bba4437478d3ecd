import * as z from "zod";
import { Moment } from "./moment";

export const EntryKind = z.enum([
  "declare",
  "harm",
  "note",
  "alert",
  "lever",
  "restoration",
  "status",
  "correction",
  "freeze",
  "undone",
]);
export type EntryKind = z.infer<typeof EntryKind>;

/** What people did and wrote, and what a Restoration did, on an incident's timeline. */
export const TimelineEntry = z.object({
  id: z.string(),
  kind: EntryKind,
  at: z.iso.datetime(),
  text: z.string(),
  by: z.string().nullable(),
  restorationId: z.string().nullable(),
  url: z.string().nullable(),
  /** As first written, when it was edited since. */
  original: z.object({ at: z.iso.datetime(), text: z.string() }).nullable(),
  editedAt: z.iso.datetime().nullable(),
  version: z.number().int(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const NoteInput = z.object({
  text: z.string().trim().min(1, "write something first").max(10_000),
  at: Moment.optional(),
});
export type NoteInput = z.infer<typeof NoteInput>;

export const EditNoteInput = z.object({
  text: z.string().trim().min(1).max(10_000).optional(),
  at: Moment.optional(),
  version: z.number().int(),
});
export type EditNoteInput = z.infer<typeof EditNoteInput>;
