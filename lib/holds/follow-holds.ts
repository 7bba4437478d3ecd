import "server-only";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { assertHold } from "./assert-hold";
import { type HoldJob, takeDueHolds } from "./job-store";
import { type KnownFreezes, knowFreezes } from "./known-freezes";
import { letGo } from "./let-go";
import { liveClaims } from "./live-claims";
import { lookAtHold } from "./look-at-hold";
import { digestOf, readWish } from "./read-wish";

/** Longer than most answers take; whoever finds it due again then may go on with it. */
const TAKEN_FOR_MS = 20_000;
const AT_ONCE = 32;
/** A source that hangs keeps this many turns, and leaves the others to the rest. */
const AT_ONCE_PER_SOURCE = 16;
const A_TAKE = 8;

/** What is being worked on in this process: holds by number, with the source that each waits for. */
export type RunningHolds = Map<number, { source: string; done: Promise<void> }>;

/**
 * Begins to work on the holds that are due: asks for those that somebody needs, looks whether they still
 * are held, and lets go of those that nobody needs any more. Everything that it asks is safe to ask
 * twice, so that it goes on where a killed server was. Doesn't wait; what is begun stands in `running`
 * until it is done. Returns how many were begun.
 */
export async function followHolds(ctx: Ctx, running: RunningHolds): Promise<number> {
  let begun = 0;
  while (running.size < AT_ONCE) {
    const now = ctx.now();
    const jobs = await takeDueHolds(ctx.db, {
      ...{ now, nextAt: new Date(now.getTime() + TAKEN_FOR_MS) },
      taker: ctx.instance,
      limit: Math.min(A_TAKE, AT_ONCE - running.size),
      except: [...running.keys()],
      exceptSources: busySources(running),
    });
    const known = knowFreezes(ctx);
    for (const job of jobs) {
      const { source } = job.target;
      const done = followHold(ctx, job, known).finally(() => {
        running.delete(job.number);
        if (hasRoomAgain(running, source)) nudge("holds");
      });
      running.set(job.number, { source, done });
    }
    begun += jobs.length;
    if (jobs.length === 0) break;
  }
  return begun;
}

function busySources(running: RunningHolds): string[] {
  const counts = new Map<string, number>();
  for (const { source } of running.values()) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts].flatMap(([source, count]) => (count >= AT_ONCE_PER_SOURCE ? [source] : []));
}

/** It has come to half of what may run at once: the next turn needn't be waited for. */
function hasRoomAgain(running: RunningHolds, source: string): boolean {
  const ofSource = [...running.values()].filter((one) => one.source === source).length;
  return ofSource === AT_ONCE_PER_SOURCE / 2 || running.size === AT_ONCE / 2;
}

/** Whatever goes wrong with one leaves it as it is until it is due again. */
async function followHold(ctx: Ctx, job: HoldJob, known: KnownFreezes): Promise<void> {
  try {
    const live = liveClaims(job, ctx.now());
    if (live.length === 0) return await letGo(ctx, job);
    const wish = await readWish(ctx, job, live, known);
    const isAsWished = job.asserted === digestOf(wish);
    const { state } = job.hold;
    if (isAsWished && (state === "held" || state === "lost")) {
      return await lookAtHold(ctx, job, wish);
    }
    await assertHold(ctx, job, wish);
  } catch (error) {
    ctx.log.error({ err: error, hold: job.hold.id }, "a hold can't be followed");
  }
}
