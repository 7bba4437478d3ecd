import "server-only";
import type { Ctx } from "@/lib/server/context";
import { claimDue, makeUndue } from "./evidence-store";
import { examineIncident } from "./examine-incident";

const AGAIN_AFTER_MS = 12_000;
const AT_ONCE = 5;

/**
 * Begins to examine the incidents that are due: newly declared and corrected ones at once, open ones
 * every twelve seconds, ended ones once more. Doesn't wait for them, so that a silent source keeps no
 * other incident waiting; they stand in `running` until they are done. Returns how many were begun.
 */
export async function examineDueIncidents(ctx: Ctx, running: Set<Promise<void>>): Promise<number> {
  const now = ctx.now();
  const nextAt = new Date(now.getTime() + AGAIN_AFTER_MS);
  const numbers = await claimDue(ctx.db, { now, nextAt, limit: AT_ONCE });
  for (const number of numbers) {
    const examined = examine(ctx, number, nextAt).finally(() => running.delete(examined));
    running.add(examined);
  }
  return numbers.length;
}

async function examine(ctx: Ctx, number: number, nextAt: Date): Promise<void> {
  try {
    const incident = await examineIncident(ctx, number);
    if (incident?.status !== "declared") await makeUndue(ctx.db, number, nextAt);
  } catch (error) {
    ctx.log.error({ err: error, incident: `INC-${number}` }, "an incident can't be examined");
  }
}
