import "server-only";
import { freezesOn } from "@/lib/freezes/store";
import { makeHoldsDue } from "@/lib/holds/claim-store";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";

/**
 * What a revert will be delivered as is known better now: whatever is frozen lets it through at once,
 * and not only when it is looked at next. That it can't be written is no reason to stop following the
 * revert, since holds are looked at anyway.
 */
export async function letCureThrough(ctx: Ctx, restorationId: string): Promise<void> {
  const now = ctx.now();
  try {
    const numbers = (await freezesOn(ctx.db, now)).map(({ number }) => number);
    if (numbers.length === 0) return;
    await makeHoldsDue(ctx.db, { freezeNumber: { in: numbers } }, now);
    nudge("holds");
  } catch (error) {
    ctx.log.warn({ err: error, restoration: restorationId }, "holds can't be made due");
  }
}
