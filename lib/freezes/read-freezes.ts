import "server-only";
import { Freeze } from "@/lib/contracts/freeze";
import { holdsOfFreezes } from "@/lib/holds/view-store";
import { isOn } from "@/lib/rules/freeze-holds";
import { gateHold, holdOfFreeze, holdsUnknown } from "@/lib/rules/freeze-words";
import type { Ctx } from "@/lib/server/context";
import { cureOfIncidents } from "./cure-store";
import { allowedBy, heldBy } from "./held-store";
import type { FreezeRow } from "./store";

/** Freezes with all that came of them, from the database alone: five queries at most, however many they are. */
export async function readFreezes(
  ctx: Pick<Ctx, "db" | "now">,
  rows: readonly FreezeRow[],
): Promise<Freeze[]> {
  if (rows.length === 0) return [];
  const now = ctx.now();
  const numbers = rows.map(({ number }) => number);
  const incidents = [...new Set(rows.flatMap(({ incidentNumber }) => incidentNumber ?? []))];
  const [holds, allowed, held, cures] = await Promise.all([
    holdsOfFreezes(ctx.db, numbers, now),
    allowedBy(ctx.db, numbers),
    heldBy(ctx.db, numbers),
    cureOfIncidents(ctx.db, incidents),
  ]);
  return rows.map((row) => {
    const { number, incidentNumber, restorationNumber } = row;
    const bare = {
      ...{ id: row.id, services: row.services, reason: row.reason, by: row.by },
      createdAt: row.createdAt.toISOString(),
      until: row.until.toISOString(),
      thawedAt: row.thawedAt?.toISOString() ?? null,
    };
    const isStillOn = isOn(bare, now);
    const its = holds.filter(({ freezeNumber }) => freezeNumber === number);
    return Freeze.parse({
      ...bare,
      incidentId: incidentNumber === null ? null : `INC-${incidentNumber}`,
      restorationId: restorationNumber === null ? null : `R-${restorationNumber}`,
      renewedAt: row.renewedAt?.toISOString() ?? null,
      renewals: row.renewals,
      thawedBy: row.thawedBy,
      thawedBecause: row.thawedBecause,
      holds: [
        gateHold(bare, now),
        ...its.map(({ hold, others }) => holdOfFreeze(hold, isStillOn, others)),
        ...(isStillOn ? holdsUnknown(bare, row.planProblems) : []),
      ],
      allowed: [
        ...(incidentNumber === null ? [] : (cures.get(incidentNumber) ?? [])),
        ...(allowed.get(number) ?? []),
      ],
      ...(held.get(number) ?? { heldDeliveries: [], heldCount: 0 }),
    });
  });
}
