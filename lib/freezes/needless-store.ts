import "server-only";
import type { Database, Transaction } from "@/lib/server/db";

/**
 * Of these freezes, those that nobody needs: made with a Restoration, never renewed by anybody, and every
 * Restoration that was pressed with them has ended without changing anything.
 */
export async function needlessFreezes(
  db: Database | Transaction,
  numbers: number[],
): Promise<number[]> {
  const rows = await db.freeze.findMany({
    where: {
      ...{ number: { in: numbers }, thawedAt: null, renewals: 0 },
      restorationNumber: { not: null },
      presses: {
        some: {},
        every: { restoration: { state: "failed", endedAt: { not: null }, acceptedAt: null } },
      },
    },
    orderBy: { number: "asc" },
    select: { number: true },
  });
  return rows.map(({ number }) => number);
}

/** Holds freezes until the transaction ends: whoever renews one meanwhile, or presses with it, waits. */
export async function holdFreezes(tx: Transaction, numbers: number[]): Promise<void> {
  await tx.$queryRaw`
    SELECT "number" FROM "Freeze" WHERE "number" = ANY(${numbers}::int[])
     ORDER BY "number" FOR UPDATE`;
}
