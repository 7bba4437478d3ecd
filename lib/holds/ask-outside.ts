import "server-only";
import type { CodeGuard, HeldPull } from "@/lib/integrations/code-guard";
import type { DeployGuard } from "@/lib/integrations/deploy-guard";
import type { HoldAnswer, HoldReading } from "@/lib/integrations/hold-answer";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import type { HoldJob } from "./job-store";
import { markOf, type Wish } from "./read-wish";

type WithPulls = { pulls?: HeldPull[] };

/** Asks the outside to hold it. Safe to ask twice. Throws SourceError. */
export async function askToHold(
  ctx: Ctx,
  job: HoldJob,
  wish: Wish,
): Promise<HoldAnswer & WithPulls> {
  const { source } = job.target;
  if (wish.layer === "github") {
    const guard = codeGuard(ctx, source);
    return "outcome" in guard ? guard : guard.holdMerges({ ...wish.request, was: job.was });
  }
  const guard = deployGuard(ctx, source);
  if ("outcome" in guard) return guard;
  return wish.layer === "kubernetes"
    ? guard.holdDeliveries(wish.request)
    : guard.pauseOwner(wish.request);
}

/** Whether it still is held. Throws SourceError. */
export async function lookOutside(
  ctx: Ctx,
  job: HoldJob,
  wish: Wish,
): Promise<HoldReading & WithPulls> {
  const { source } = job.target;
  if (wish.layer === "github") {
    const guard = codeGuard(ctx, source);
    if ("outcome" in guard) return absent(guard);
    return guard.readMergeHold({ ...wish.request, was: job.was });
  }
  const guard = deployGuard(ctx, source);
  if ("outcome" in guard) return absent(guard);
  return wish.layer === "kubernetes"
    ? guard.readDeliveryHold(wish.request)
    : guard.readOwner(wish.request);
}

/** Asks the outside to put it back as it was. Safe to ask twice. Throws SourceError. */
export async function askToLetGo(ctx: Ctx, job: HoldJob): Promise<HoldAnswer> {
  const { target, was, claims } = job;
  if (target.layer === "github") {
    const guard = codeGuard(ctx, target.source);
    if ("outcome" in guard) return guard;
    const none = { freezes: [], allowedPulls: [], allowedCommits: [] };
    return guard.releaseMerges({ ...target.detail, ...none, was });
  }
  const guard = deployGuard(ctx, target.source);
  if ("outcome" in guard) return guard;
  if (target.layer === "kubernetes") {
    const { namespace } = target.detail;
    return guard.releaseDeliveries({ freezeId: markOf(claims), namespace });
  }
  return guard.resumeOwner({ ...target.detail, mark: markOf(claims), was });
}

type No = Extract<HoldAnswer, { outcome: "refused" }>;

function absent({ because }: No): HoldReading {
  return { state: "absent", sentence: because, by: null };
}

function codeGuard(ctx: Ctx, source: string): CodeGuard | No {
  return guardOf(source, () => ctx.sources.get("code", source));
}

function deployGuard(ctx: Ctx, source: string): DeployGuard | No {
  return guardOf(source, () => ctx.sources.get("deploys", source));
}

/** What a source can hold with; a no when it can't, or when the configuration no longer names it. */
function guardOf<G>(source: string, find: () => { product: string; guard: G | null }): G | No {
  const no = (because: string): No => ({
    ...{ outcome: "refused", because, commands: [] },
    who: "whoever configures Known Good",
  });
  try {
    const { guard, product } = find();
    return guard ?? no(`${source} (${product}) can't hold anything back.`);
  } catch (error) {
    if (error instanceof Refusal) return no(error.sentence);
    throw error;
  }
}
