import * as z from "zod";
import { SignalSpec } from "./service";

/** A point of a series: milliseconds since the epoch and a value; null where there is none. */
export const SignalPoint = z.tuple([z.number(), z.number().nullable()]);
export type SignalPoint = z.infer<typeof SignalPoint>;

/** A service's signal over a window, with what the source said about itself. */
export const SignalSeries = z.object({
  service: z.string(),
  spec: SignalSpec,
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  stepSeconds: z.number(),
  points: z.array(SignalPoint),
  /** When the source last answered; older than `to` when it is silent. */
  knownAt: z.iso.datetime().nullable(),
  problem: z.string().nullable(),
  /** Proposed start of harm, when the series shows one. */
  harmBegan: z.iso.datetime().nullable(),
  /** Why its newest points say nothing of this moment: the clocks are apart. */
  clockOff: z.string().nullish(),
});
export type SignalSeries = z.infer<typeof SignalSeries>;
