import "server-only";
import type { RecoveryQuery } from "@/lib/contracts/recovery";
import type { FrozenSpan } from "@/lib/rules/freeze-hours";
import type { Database } from "@/lib/server/db";
import type { Period } from "./period";

/**
 * When deliveries were frozen, of freezes that touch a period; one that is still on lasts until `now`.
 * A freeze belongs to a drill when its incident is one.
 */
export async function frozenSpans(
  db: Database,
  { from, to }: Pick<Period, "from" | "to">,
  { drills, now }: { drills: RecoveryQuery["drills"]; now: Date },
): Promise<FrozenSpan[]> {
  const isDrill = { incident: { is: { isDrill: true } } };
  const rows = await db.freeze.findMany({
    where: {
      createdAt: { lt: to },
      until: { gt: from },
      OR: [{ thawedAt: null }, { thawedAt: { gt: from } }],
      ...(drills === "only" ? isDrill : {}),
      ...(drills === "without" ? { NOT: isDrill } : {}),
    },
    select: { services: true, createdAt: true, until: true, thawedAt: true },
  });
  return rows.map(({ services, createdAt, until, thawedAt }) => ({
    services,
    from: createdAt.getTime(),
    to: Math.min(until.getTime(), (thawedAt ?? now).getTime()),
  }));
}
