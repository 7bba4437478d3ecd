import "server-only";
import * as z from "zod";
import { FlagState } from "@/lib/contracts/flag-state";
import type { LeverTarget } from "@/lib/contracts/lever";

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
  }),
  z.object({
    lever: z.literal("revert"),
    head: z.string(),
    revertNumber: z.number().nullable(),
    mergeCommit: z.string().nullable(),
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
