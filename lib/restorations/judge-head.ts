import "server-only";
import type { AllowedDelivery } from "@/lib/contracts/freeze";
import type { RevertTarget } from "@/lib/contracts/lever";
import { allowedBy } from "@/lib/freezes/held-store";
import { freezesOn } from "@/lib/freezes/store";
import { SourceError } from "@/lib/integrations/source-error";
import { isSameCommit } from "@/lib/rules/freeze-cure";
import { covers } from "@/lib/rules/freeze-holds";
import type { Ctx } from "@/lib/server/context";
import type { Plan } from "./plan";
import type { Job } from "./store";

type RevertPlan = Extract<Plan, { lever: "revert" }>;
type Heads = Pick<RevertPlan, "reviewedHeads" | "pushedHead">;

/**
 * Whether what a revert ends at is what was reviewed: as it was opened, or that with its base merged into
 * it. Anything else was pushed since. A head that can't be judged now is judged at the next look, and let
 * through by nobody until then.
 */
export async function judgeHead(
  ctx: Ctx,
  { source, repository }: RevertTarget,
  plan: RevertPlan,
  head: string | null,
): Promise<Heads> {
  const { reviewedHeads: known, pushedHead = null, revertNumber: number } = plan;
  if (number === null || head === null || head === pushedHead)
    return { reviewedHeads: known, pushedHead };
  if (known === undefined || known.length === 0) return { reviewedHeads: [head], pushedHead: null };
  if (known.includes(head)) return { reviewedHeads: known, pushedHead: null };
  const { guard } = ctx.sources.get("code", source);
  try {
    const isUpdate = (await guard?.isUpdateOf?.({ repository, number, known, head })) ?? false;
    return isUpdate
      ? { reviewedHeads: [...known, head], pushedHead: null }
      : { reviewedHeads: known, pushedHead: head };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { reviewedHeads: known, pushedHead: null };
  }
}

/** Freezes that cover a revert, each with what somebody let through it. */
async function freezesOver(ctx: Ctx, { restoration }: Job) {
  const { service } = restoration;
  const on = (await freezesOn(ctx.db, ctx.now())).filter(
    ({ services }) => service === null || covers(services, service),
  );
  if (on.length === 0) return [];
  const allowed = await allowedBy(
    ctx.db,
    on.map(({ number }) => number),
  );
  return on.map(({ id, number }) => ({ id, allowed: allowed.get(number) ?? [] }));
}

const pullOf = ({ repository }: RevertTarget, { revertNumber }: RevertPlan) =>
  `${repository}#${revertNumber}`;

const isPullLetThrough = (allowed: readonly AllowedDelivery[], pull: string) =>
  allowed.some(({ kind, value }) => kind === "pull" && value === pull);

function isLetThrough(
  allowed: readonly AllowedDelivery[],
  { pull, head }: { pull: string; head: string },
): boolean {
  return (
    isPullLetThrough(allowed, pull) ||
    allowed.some(({ kind, value }) => kind === "commit" && isSameCommit(value, head))
  );
}

/**
 * That freezes hold what was pushed onto the revert's branch, or what it was merged as, in words; null when
 * none does.
 */
export async function heldInWords(ctx: Ctx, job: Job, plan: RevertPlan): Promise<string | null> {
  const { pushedHead: pushed, mergeCommit: merged } = plan;
  const { target } = job.restoration;
  if (!pushed || target.lever !== "revert") return null;
  const pull = pullOf(target, plan);
  const head = merged ?? pushed;
  const holding = (await freezesOver(ctx, job)).filter(
    ({ allowed }) => !isLetThrough(allowed, { pull, head }),
  );
  if (holding.length === 0) return null;
  const ids = holding.map(({ id }) => id).join(", ");
  const hold = `${ids} ${holding.length === 1 ? "holds" : "hold"} it like any other delivery until a responder lets`;
  const commit = pushed.slice(0, 7);
  return merged === null
    ? `somebody pushed ${commit} onto the revert’s branch since: ${hold} it through`
    : `somebody pushed ${commit} onto the revert’s branch before it was merged: ${hold} commit ${merged.slice(0, 7)} through`;
}

/** Heads of a revert that may pass what is frozen; null when every one may, or nothing is. */
export async function headsLetThrough(ctx: Ctx, job: Job): Promise<string[] | null> {
  const { plan } = job;
  const { target } = job.restoration;
  if (plan.lever !== "revert" || target.lever !== "revert" || !plan.reviewedHeads) return null;
  const freezes = await freezesOver(ctx, job);
  if (freezes.length === 0) return null;
  const pull = pullOf(target, plan);
  const isAny = freezes.every(({ allowed }) => isPullLetThrough(allowed, pull));
  if (isAny) return null;
  const head = plan.pushedHead;
  const isHeadFree =
    head != null && freezes.every(({ allowed }) => isLetThrough(allowed, { pull, head }));
  return isHeadFree ? [...plan.reviewedHeads, head] : plan.reviewedHeads;
}
