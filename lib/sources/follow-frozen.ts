import "server-only";
import { followFreezes, type RunningPlans } from "@/lib/freezes/follow-freezes";
import { followHolds, type RunningHolds } from "@/lib/holds/follow-holds";
import { keepMergesOpen } from "@/lib/holds/keep-merges-open";
import type { ConnectedSource, Ctx } from "@/lib/server/context";
import { mergesOf, onFollowerNudge, onNudge, takeHints } from "@/lib/server/nudge";
import { repeat } from "./repeat";
import { takeLease } from "./store";

const FREEZES_EVERY_MS = 500;
const HOLDS_EVERY_MS = 250;
/** Merges that nothing freezes cost requests too: many branches are looked at less often. */
const OPEN_EVERY_MS = 60_000;
const OPEN_APART_MS = 3_000;

/**
 * Follows freezes and what they hold, without a lease: whoever works on one puts it off for the others
 * first, and what is asked outside is safe to ask twice. Returns a function that waits until both have
 * stopped.
 */
export function followFrozen(ctx: Ctx, signal: AbortSignal): () => Promise<void> {
  const plans: RunningPlans = new Map();
  const held: RunningHolds = new Map();
  const freezes = repeat(
    async () => {
      await followFreezes(ctx, plans);
    },
    {
      ...{ everyMs: FREEZES_EVERY_MS, signal },
      onError: (error) => ctx.log.error({ err: error }, "freezes can't be followed"),
    },
  );
  const holding = repeat(
    async () => {
      await followHolds(ctx, held);
    },
    {
      ...{ everyMs: HOLDS_EVERY_MS, signal },
      onError: (error) => ctx.log.error({ err: error }, "holds can't be followed"),
    },
  );
  onFollowerNudge("freezes", freezes.nudge);
  onFollowerNudge("holds", holding.nudge);
  return async () => {
    await Promise.all([freezes.done, holding.done]);
    await Promise.all([...plans.values(), ...[...held.values()].map(({ done }) => done)]);
  };
}

/**
 * Keeps the branches of a code source free where nothing is frozen: what a webhook tells of at once, by
 * whichever process took it; all of them in turns, by one.
 */
export async function followOpenMerges(
  ctx: Ctx,
  { name, adapter }: ConnectedSource,
  lease: { seconds: number },
  signal: AbortSignal,
): Promise<void> {
  if (adapter.kind !== "code" || !adapter.guard) return;
  let dueAt = 0;
  const following = repeat(
    async () => {
      const hinted = takeHints(name);
      if (hinted.size > 0) await keepMergesOpen(ctx, { name, adapter }, hinted);
      if (Date.now() < dueAt) return;
      const epoch = await takeLease(ctx.db, {
        ...{ name: mergesOf(name), holder: ctx.instance, seconds: lease.seconds },
      });
      if (epoch === null) return;
      const branches = await keepMergesOpen(ctx, { name, adapter });
      dueAt = Date.now() + Math.max(OPEN_EVERY_MS, branches * OPEN_APART_MS);
    },
    {
      ...{ everyMs: lease.seconds * 500, signal },
      onError: (error) => ctx.log.error({ err: error, source: name }, "merges can't be kept open"),
    },
  );
  onNudge(mergesOf(name), following.nudge);
  await following.done;
}
