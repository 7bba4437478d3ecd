import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { RollbackTarget, Warning } from "@/lib/contracts/lever";
import type { OwnerOnLever } from "@/lib/contracts/owner";
import type { DeploymentOwner } from "@/lib/integrations/deploy-guard";
import { SourceError } from "@/lib/integrations/source-error";
import { type OwnersSaid, ownerOnLever, sayOwners } from "@/lib/rules/owner-on-lever";
import type { Ctx } from "@/lib/server/context";
import { type OwnerSeen, resourceOf, type Seen } from "./plan";
import { isWayBack, lastUndoneOn } from "./undone-store";

/** The rest of a card waits no longer for who owns a Deployment. */
const PATIENCE_MS = 1_500;
/** What undid a Restoration before that is no longer told. */
const LATELY_MS = 24 * 3_600_000;

export type OwnersOfRollback = OwnersSaid & {
  owners: OwnerOnLever[];
  seen: Pick<Extract<Seen, { lever: "rollback" }>, "owners" | "proof">;
};

/**
 * Who keeps a Deployment as it is and what a rollback does about them, asked of the cluster now. Those
 * who couldn't be read in time are asked for again by the press. A way to what the last rollback led away
 * from, as its put-back is, leads to what they have: nobody is paused for it.
 */
export async function ownersOfRollback(
  ctx: Ctx,
  target: RollbackTarget,
  toHash: string,
): Promise<OwnersOfRollback> {
  const nobody = { sentence: "", blockers: [], warnings: [], checks: [], owners: [] };
  const { guard } = ctx.sources.get("deploys", target.source);
  if (!guard) return { ...nobody, seen: {} };
  const reading = guard.owners({ namespace: target.namespace, name: target.deployment });
  const resource = resourceOf(target);
  const since = new Date(ctx.now().getTime() - LATELY_MS);
  const [read, undone, isReturn] = await Promise.all([
    inTime(reading),
    lastUndoneOn(ctx.db, { resource, since }),
    isWayBack(ctx.db, { resource, toHash }),
  ]);
  if ("problem" in read) {
    return { ...nobody, warnings: [unread(read.problem)], seen: withProof(ctx, target, null) };
  }
  const shown = read.map((owner) => ({ owner, shown: ownerOnLever(owner, { isReturn, undone }) }));
  const owners = shown.map((one) => one.shown);
  const seen = shown.map((one) => seenOf(one.owner, one.shown));
  return { ...sayOwners(owners, isReturn), owners, seen: withProof(ctx, target, seen) };
}

/** What the press keeps of an owner. */
export function seenOf(owner: DeploymentOwner, shown: OwnerOnLever): OwnerSeen {
  const { namespace, name, pausing } = owner;
  const { kind, title, undoesWithinSeconds, handling, because } = shown;
  // What a Restoration or a freeze of ours paused stays so only as long as somebody needs it.
  const isOurs = pausing.state === "paused" && pausing.mark !== null;
  const doing = isOurs ? "pause" : handling;
  return { kind, namespace, name, title, undoesWithinSeconds, handling: doing, because };
}

/** The owners in a token as we wrote them: of this Deployment, and none added or left out. */
export function isProven(
  ctx: Pick<Ctx, "sealer" | "sources">,
  target: RollbackTarget,
  seen: Extract<Seen, { lever: "rollback" }>,
): boolean {
  if (!ctx.sources.get("deploys", target.source).guard) return true;
  return seen.owners !== undefined && seen.proof === proofOf(ctx, target, seen.owners);
}

function withProof(ctx: Ctx, target: RollbackTarget, owners: OwnerSeen[] | null) {
  return { owners, proof: proofOf(ctx, target, owners) };
}

function proofOf(
  ctx: Pick<Ctx, "sealer">,
  target: RollbackTarget,
  owners: OwnerSeen[] | null,
): string {
  const told = owners?.map((one) => [
    ...[one.kind, one.namespace, one.name, one.title],
    ...[one.undoesWithinSeconds, one.handling, one.because],
  ]);
  return ctx.sealer.fingerprint(JSON.stringify(["owners", resourceOf(target), told ?? null]));
}

async function inTime(
  reading: Promise<DeploymentOwner[]>,
): Promise<DeploymentOwner[] | { problem: string }> {
  const patience = new AbortController();
  const late = sleep(PATIENCE_MS, { problem: "no answer yet" }, { signal: patience.signal }).catch(
    () => ({ problem: "no answer yet" }),
  );
  const read = reading.catch((error: unknown) => {
    if (error instanceof SourceError) return { problem: error.sentence };
    throw error;
  });
  try {
    return await Promise.race([read, late]);
  } finally {
    patience.abort();
    // Nobody waits for it any more: that it fails is told by whoever looks next.
    read.catch(() => undefined);
  }
}

function unread(problem: string): Warning {
  return {
    code: "owners-unread",
    sentence: `Who keeps it as it is couldn’t be read (${problem}): whether a controller undoes a rollback isn’t known. The press asks again.`,
    unsafe: false,
  };
}
