import "server-only";
import type { Database } from "@/lib/server/db";

/** Of these incidents, those that are over. */
export async function closedIncidents(db: Database, numbers: number[]): Promise<Set<number>> {
  if (numbers.length === 0) return new Set();
  const rows = await db.incident.findMany({
    where: { number: { in: numbers }, status: { in: ["resolved", "reviewed"] } },
    select: { number: true },
  });
  return new Set(rows.map(({ number }) => number));
}
