import "server-only";
import * as z from "zod";
import { FlagState } from "@/lib/contracts/flag-state";
import type { LeverTarget } from "@/lib/contracts/lever";
import { OwnerOnLever } from "@/lib/contracts/owner";

/** An owner of a Deployment as the page showed it: who it is, and what the press is to do about it. */
export const OwnerSeen = OwnerOnLever.pick({
  kind: true,
  title: true,
  undoesWithinSeconds: true,
  handling: true,
  because: true,
}).extend({ namespace: z.string(), name: z.string() });
export type OwnerSeen = z.infer<typeof OwnerSeen>;

/** Migrations that the database has and the version that came back doesn't know. */
export const SchemaAhead = z.object({
  service: z.string(),
  /** "Checkout 23" */
  version: z.string(),
  /** At most 50. */
  paths: z.array(z.string()),
});
export type SchemaAhead = z.infer<typeof SchemaAhead>;

/** What stood in the way of a press, and why it was pulled all the same. */
const Overridden = z.object({
  codes: z.array(z.string()),
  sentence: z.string(),
  reason: z.string(),
});

/**
 * What a Restoration needs to act, to be settled by reading the world, and to be put back. Kept with
 * its row; templates only by hash.
 */
export const Plan = z.discriminatedUnion("lever", [
  z.object({
    lever: z.literal("rollback"),
    uid: z.string(),
    fromHash: z.string(),
    fromRevision: z.number().nullable(),
    toHash: z.string(),
    toRevision: z.number(),
    /** Who keeps the Deployment as it is; null when that couldn't be read before the press. */
    owners: z.array(OwnerSeen).nullish(),
    schemaAhead: SchemaAhead.nullish(),
    overridden: Overridden.nullish(),
  }),
  z.object({
    lever: z.literal("retoggle"),
    seenFingerprint: z.string(),
    before: FlagState.nullable(),
    /** The state asked for; null for a plain on or off. */
    after: FlagState.nullable(),
    enabled: z.boolean(),
    /** Fingerprint of the flag once the product had accepted. */
    afterFingerprint: z.string().nullable(),
    overridden: Overridden.nullish(),
  }),
  z.object({
    lever: z.literal("revert"),
    head: z.string(),
    revertNumber: z.number().nullable(),
    /** Of the opened revert, as it was last seen. */
    revertHead: z.string().nullish(),
    /** Heads of it that were reviewed, oldest first: as it was opened, and brought up to date since. */
    reviewedHeads: z.array(z.string()).optional(),
    /** A head that somebody pushed since and that is none of those. */
    pushedHead: z.string().nullish(),
    mergeCommit: z.string().nullable(),
    mergedAt: z.string().nullish(),
    overridden: Overridden.nullish(),
  }),
]);
export type Plan = z.infer<typeof Plan>;

/** What the user looked at, as the page sends it back with the press. */
export const Seen = z.discriminatedUnion("lever", [
  z.object({
    lever: z.literal("rollback"),
    uid: z.string(),
    hash: z.string(),
    revision: z.number().nullable(),
    serial: z.number(),
    /** Who keeps it as it is; null when that couldn't be read, absent where nobody can say. */
    owners: z.array(OwnerSeen).nullish(),
    /** Shows that these owners are those we named: nobody has others paused by a press. */
    proof: z.string().optional(),
  }),
  z.object({ lever: z.literal("retoggle"), fingerprint: z.string(), serial: z.number() }),
  z.object({ lever: z.literal("revert"), head: z.string(), serial: z.number() }),
]);
export type Seen = z.infer<typeof Seen>;

/** Seen facts as an opaque token. `serial` is the number of the latest Restoration on the resource. */
export function writeSeen(seen: Seen): string {
  return Buffer.from(JSON.stringify(Seen.parse(seen))).toString("base64url");
}

/** The facts in a token; null when it isn't one of ours. */
export function readSeen(token: string): Seen | null {
  try {
    const parsed = Seen.safeParse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** What a target acts on: one Restoration at a time may be asked of it. */
export function resourceOf(target: LeverTarget): string {
  switch (target.lever) {
    case "rollback":
      return `${target.source}/${target.namespace}/${target.deployment}`;
    case "retoggle":
      return `${target.source}/${target.project}/${target.environment}/${target.key}`;
    case "revert":
      return `${target.source}/${target.repository}#${target.number}`;
    default:
      return target satisfies never;
  }
}
