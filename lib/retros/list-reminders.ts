import "server-only";
import type { RetroReminder } from "@/lib/contracts/retro";
import { reminderInWords, retroDueAt } from "@/lib/rules/retro-due";
import type { Ctx } from "@/lib/server/context";
import { unscheduled } from "./list-store";

const DAY_MS = 24 * 3_600_000;
const SOONEST_MS = 3 * DAY_MS;
/** What nobody looked back on for so long, no reminder will bring back. */
const LATEST_MS = 90 * DAY_MS;
const MOST = 200;

/**
 * Retros that are late, the most urgent first: incidents of the last ninety days, no drills, whose
 * retro is neither scheduled nor in review nor published though it is due.
 */
export async function listReminders(ctx: Pick<Ctx, "db" | "now">): Promise<RetroReminder[]> {
  const now = ctx.now().getTime();
  const incidents = await unscheduled(ctx.db, {
    restoredAfter: new Date(now - LATEST_MS),
    restoredBefore: new Date(now - SOONEST_MS),
    limit: MOST,
  });
  return incidents
    .flatMap((incident) => {
      const dueAt = retroDueAt(incident);
      if (dueAt === null || dueAt > now) return [];
      const sentence = reminderInWords(incident, now);
      return [{ incident, dueAt: new Date(dueAt).toISOString(), sentence }];
    })
    .sort(
      (a, b) =>
        a.incident.severity - b.incident.severity || Date.parse(a.dueAt) - Date.parse(b.dueAt),
    );
}
