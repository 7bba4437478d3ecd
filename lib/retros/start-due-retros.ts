import "server-only";
import { getIncident } from "@/lib/incidents/get-incident";
import type { Ctx } from "@/lib/server/context";
import { dueDrafts } from "./list-store";
import { draft } from "./start-retro";

const DAY_MS = 24 * 3_600_000;
const RESTORED_WITHIN_MS = 30 * DAY_MS;
const DECLARED_WITHIN_MS = 120 * DAY_MS;
const AT_ONCE = 5;
const GIVE_UP_AFTER = 5;

/**
 * Drafts the retros of incidents restored in the last thirty days that have none, and reads the facts anew
 * where one was opened again and restored since, or its start of harm corrected: also what happened while
 * nothing ran. At most five a turn. `failures`: how often an incident's draft failed; one that keeps failing
 * is left to a person. Returns how many were drafted.
 */
export async function startDueRetros(ctx: Ctx, failures: Map<number, number>): Promise<number> {
  const now = ctx.now().getTime();
  const numbers = await dueDrafts(ctx.db, {
    restoredAfter: new Date(now - RESTORED_WITHIN_MS),
    declaredAfter: new Date(now - DECLARED_WITHIN_MS),
    limit: AT_ONCE + failures.size,
  });
  let drafted = 0;
  for (const number of numbers) {
    if ((failures.get(number) ?? 0) >= GIVE_UP_AFTER) continue;
    try {
      const { incident } = await getIncident(ctx, `INC-${number}`);
      if (incident.restoredAt === null) continue;
      await draft(ctx, number, incident);
      drafted += 1;
    } catch (error) {
      failures.set(number, (failures.get(number) ?? 0) + 1);
      ctx.log.error({ err: error, incident: `INC-${number}` }, "a retro can't be drafted");
    }
  }
  return drafted;
}
