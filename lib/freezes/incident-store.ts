import "server-only";
import type { Database, Transaction } from "@/lib/server/db";

/** Of these incidents, those that are over. */
export async function closedIncidents(db: Database, numbers: number[]): Promise<Set<number>> {
  if (numbers.length === 0) return new Set();
  const rows = await db.incident.findMany({
    where: { number: { in: numbers }, status: { in: ["resolved", "reviewed"] } },
    select: { number: true },
  });
  return new Set(rows.map(({ number }) => number));
}

/**
 * Holds an incident that is open until the transaction ends, so that whoever resolves it sees what is
 * written meanwhile. False when it is over, or was at this moment.
 */
export async function holdOpen(tx: Transaction, number: number): Promise<boolean> {
  const rows = await tx.$queryRaw<{ number: number }[]>`
    SELECT "number" FROM "Incident"
     WHERE "number" = ${number} AND "status" IN ('declared', 'restored') FOR SHARE`;
  return rows.length > 0;
}
