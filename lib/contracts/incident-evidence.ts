import * as z from "zod";
import { SignalPoint } from "./signal";

/** One service's signal around the start of harm, as it was read. */
export const SignalTrace = z.object({
  service: z.string(),
  threshold: z.number(),
  harmWhen: z.enum(["above", "below"]),
  /** Oldest first. */
  points: z.array(SignalPoint),
});
export type SignalTrace = z.infer<typeof SignalTrace>;

/** Pods of a Deployment that aren't as they should be. */
export const UnhealthyPods = z.object({
  source: z.string(),
  namespace: z.string(),
  deployment: z.string(),
  since: z.iso.datetime(),
  /** "2 of 4 pods not ready" */
  sentence: z.string(),
});
export type UnhealthyPods = z.infer<typeof UnhealthyPods>;

/** Somebody took a Change back, by whatever tool, in this incident or an earlier one. */
export const WayBack = z.object({
  changeId: z.string(),
  at: z.iso.datetime(),
  by: z.string().nullable(),
  /** What it did for the signal: null when nobody knows. */
  helped: z.boolean().nullable(),
});
export type WayBack = z.infer<typeof WayBack>;

/** What is known around an incident besides the Changes themselves. Nothing in it is needed. */
export const IncidentEvidence = z.object({
  /** Of the affected services, those they depend on, and others that have a signal. */
  signals: z.array(SignalTrace).default([]),
  /** Words about what fails: title, notes, alerts, error messages, endpoints. */
  texts: z.array(z.string()).default([]),
  unhealthy: z.array(UnhealthyPods).default([]),
  wayBacks: z.array(WayBack).default([]),
});
export type IncidentEvidence = z.infer<typeof IncidentEvidence>;
