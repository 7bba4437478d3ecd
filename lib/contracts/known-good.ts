import * as z from "zod";
import { FlagState } from "./flag-state";
import { DeploymentRef } from "./service";

/** One Deployment of a known good state. */
export const KnownGoodDeployment = z.object({
  deployment: DeploymentRef,
  /** The deploy Change in the ledger that brought it: what a rollback aims at. */
  changeId: z.string(),
  revision: z.number().int(),
  templateHash: z.string(),
  images: z.array(z.string()),
  commit: z.string().nullable(),
});
export type KnownGoodDeployment = z.infer<typeof KnownGoodDeployment>;

/**
 * The last state of a Service that was live long enough, healthy and never a culprit. Computed from the
 * ledger and kept, so that it can be restored and compared.
 */
export const KnownGoodState = z.object({
  service: z.string(),
  deployments: z.array(KnownGoodDeployment),
  flags: z.array(z.object({ key: z.string(), environment: z.string(), state: FlagState })),
  /** Path of the newest migration that it was live with; null when the service has none or it isn't known. */
  migrationHead: z.string().nullable(),
  commit: z.string().nullable(),
  /** When it went live. */
  liveAt: z.iso.datetime(),
  /** Until when it was seen healthy. */
  verifiedAt: z.iso.datetime(),
  /** How that is known: "under 2 % for 6 days", "R-12 was verified". */
  verifiedBy: z.string(),
});
export type KnownGoodState = z.infer<typeof KnownGoodState>;

/** One line of live against known good; null on a side that doesn't have it. */
export const KnownGoodDifference = z.object({
  kind: z.enum(["revision", "template", "image", "commit", "flag", "migration"]),
  what: z.string(),
  live: z.string().nullable(),
  knownGood: z.string().nullable(),
});
export type KnownGoodDifference = z.infer<typeof KnownGoodDifference>;

/** A service's known good state beside what is live now. */
export const KnownGoodView = z.object({
  /** Null when nothing that is known was good; `sentence` says why. */
  state: KnownGoodState.nullable(),
  isLive: z.boolean(),
  differences: z.array(KnownGoodDifference),
  sentence: z.string(),
});
export type KnownGoodView = z.infer<typeof KnownGoodView>;

/** What a list of services says of it. */
export const KnownGoodLine = z.object({
  service: z.string(),
  isLive: z.boolean(),
  /** What its newest good state is, or why there is none. */
  sentence: z.string(),
});
export type KnownGoodLine = z.infer<typeof KnownGoodLine>;
