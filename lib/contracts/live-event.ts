import * as z from "zod";

/** A hint pushed to browsers: what to read again. Rows are the truth, events are not. */
export const LiveTopic = z.enum([
  "changes",
  "incidents",
  "incident",
  "restoration",
  "sources",
  "services",
  "retro",
  "retros",
  "freezes",
]);
export type LiveTopic = z.infer<typeof LiveTopic>;

export const LiveEvent = z.object({
  id: z.string(),
  topic: LiveTopic,
  /** Which incident, restoration or service; null for lists. */
  key: z.string().nullable(),
  at: z.iso.datetime(),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
