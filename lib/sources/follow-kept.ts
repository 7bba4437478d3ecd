import "server-only";
import { followEvidence, type RunningKeeps } from "@/lib/evidence/follow-evidence";
import { deleteExpired } from "@/lib/evidence/store";
import type { Ctx } from "@/lib/server/context";
import { onFollowerNudge } from "@/lib/server/nudge";
import { repeat } from "./repeat";

const KEEP_EVERY_MS = 500;
const FORGET_EVERY_MS = 600_000;

/**
 * Keeps what levers make disappear and deletes what was kept for long enough, without a lease: whoever
 * takes a Restoration puts it off for the others first. Returns a function that waits until both have
 * stopped.
 */
export function followKept(
  ctx: Ctx,
  { days }: { days: number },
  signal: AbortSignal,
): () => Promise<void> {
  const running: RunningKeeps = new Map();
  const keeping = repeat(() => followEvidence(ctx, running, { days, stop: signal }), {
    ...{ everyMs: KEEP_EVERY_MS, signal },
    onError: (error) => ctx.log.error({ err: error }, "evidence can't be kept"),
  });
  const forgetting = repeat(
    async () => {
      const deleted = await deleteExpired(ctx.db, ctx.now());
      if (deleted > 0) ctx.log.info({ deleted }, "evidence was kept for long enough");
    },
    {
      ...{ everyMs: FORGET_EVERY_MS, signal },
      onError: (error) => ctx.log.error({ err: error }, "old evidence can't be deleted"),
    },
  );
  onFollowerNudge("evidence", keeping.nudge);
  return async () => {
    await Promise.all([keeping.done, forgetting.done]);
    await Promise.all(running.values());
  };
}
