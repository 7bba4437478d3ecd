import "server-only";
import type { Ctx } from "@/lib/server/context";
import { type KeepOptions, keepEvidence } from "./keep-evidence";
import { setEvidenceDue, takeDueEvidence } from "./store";

/** What is being kept is taken over by another after this: longer than keeping may take. */
const KEPT_WITHIN_MS = 25_000;

/** What is being kept in this process, by the number of its Restoration. */
export type RunningKeeps = Map<number, Promise<void>>;

/**
 * One turn: begins to keep the evidence of levers that were pulled, without waiting for it. Several
 * processes may do it at once. With no days to keep it for, nothing is.
 */
export async function followEvidence(
  ctx: Ctx,
  running: RunningKeeps,
  options: KeepOptions,
): Promise<void> {
  const now = ctx.now();
  const nextAt = new Date(now.getTime() + KEPT_WITHIN_MS);
  for (const number of await takeDueEvidence(ctx.db, { now, nextAt })) {
    if (running.has(number)) continue;
    const kept = keep(ctx, number, options).finally(() => running.delete(number));
    running.set(number, kept);
  }
}

async function keep(ctx: Ctx, number: number, options: KeepOptions): Promise<void> {
  try {
    if (options.days > 0) await keepEvidence(ctx, number, options);
    // A server that stops leaves the rest to the next one, at once.
    await setEvidenceDue(ctx.db, number, options.stop.aborted ? ctx.now() : null);
    ctx.publish("restoration", `R-${number}`);
  } catch (error) {
    ctx.log.error({ err: error, restoration: `R-${number}` }, "evidence can't be kept");
  }
}
