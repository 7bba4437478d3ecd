import * as z from "zod";
import { SignalPoint } from "./signal";

/** What a service's signal said of an incident when its retro was drafted; sources forget. */
export const SignalFacts = z.object({
  service: z.string(),
  /** The service as people know it, and what its signal is called. */
  serviceTitle: z.string(),
  title: z.string(),
  unit: z.enum(["ratio", "seconds", "count"]),
  threshold: z.number(),
  harmWhen: z.enum(["above", "below"]),
  /** The window that was read. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** The worst value between the start of harm and its end; null without any. */
  peak: z.object({ at: z.iso.datetime(), value: z.number() }).nullable(),
  /** The last value before harm began. */
  before: z.number().nullable(),
  /** How long it was beyond its threshold, milliseconds; null when nobody knows. */
  hurtMs: z.number().nullable(),
  /** At most 120 points of the window, the worst of each stretch. */
  points: z.array(SignalPoint),
  /** Why there are no figures. */
  problem: z.string().nullable(),
});
export type SignalFacts = z.infer<typeof SignalFacts>;

/** What sources may have forgotten by the time somebody reads a retro. */
export const RetroFacts = z.object({
  readAt: z.iso.datetime().nullable().default(null),
  /** The start of harm that the window was read around. */
  harmBeganAt: z.iso.datetime().nullable().default(null),
  signals: z.array(SignalFacts).default([]),
  /** The drafted sections as they were then, for the search alone. */
  drafted: z.string().default(""),
});
export type RetroFacts = z.infer<typeof RetroFacts>;
