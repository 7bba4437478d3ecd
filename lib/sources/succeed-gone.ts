import "server-only";
import { makePlansDue } from "@/lib/freezes/store";
import { makeTakenDue } from "@/lib/holds/claim-store";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { repeat } from "./repeat";
import { dropGone, goneProcesses, leaseOfProcess, takeLease } from "./store";

const EVERY_MS = 1_000;
/** Whoever says nothing for so long is taken for gone: by then it is safe to ask once more what it asked. */
const GONE_AFTER_SECONDS = 5;

/**
 * Says as long as the signal doesn't abort that this process lives, and has what others were at go on here
 * once they are gone: holds, plans of freezes, sources. Where no other can live beside it, that is so from
 * the beginning, and it is said once. Resolves when it has stopped.
 */
export function succeedGone(
  ctx: Ctx,
  { isAlone }: { isAlone: boolean },
  signal: AbortSignal,
): Promise<void> {
  const lease = {
    name: leaseOfProcess(ctx.instance),
    ...{ holder: ctx.instance, seconds: GONE_AFTER_SECONDS },
  };
  const done = new AbortController();
  const turn = async () => {
    await takeLease(ctx.db, lease);
    await succeedOnce(ctx, isAlone);
    // Nobody can come or go while it lives.
    if (isAlone) done.abort();
  };
  return repeat(turn, {
    everyMs: EVERY_MS,
    signal: AbortSignal.any([signal, done.signal]),
    onError: (error) => ctx.log.error({ err: error }, "other processes can't be looked for"),
  }).done;
}

async function succeedOnce(ctx: Ctx, isAlone: boolean): Promise<void> {
  const gone = await goneProcesses(ctx.db, { instance: ctx.instance, isAlone });
  if (gone.length === 0) return;
  const now = ctx.now();
  await makeTakenDue(ctx.db, gone, now);
  await makePlansDue(ctx.db, gone, now);
  // Last, so that whoever is killed in between is succeeded in this, too.
  await dropGone(ctx.db, gone);
  ctx.log.info({ gone }, "went on with what other processes were at");
  nudge("freezes", "holds");
}
