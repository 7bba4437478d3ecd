import "server-only";
import type { Hold } from "@/lib/contracts/hold";
import type { Database } from "@/lib/server/db";
import { toHold } from "./store";

type Row = Parameters<typeof toHold>[0] & {
  freezeNumber: number;
  /** "F-13, R-7": who else needs it. */
  others: string | null;
};

/** The holds of some freezes, each with who else needs it, in the order in which they were claimed. */
export async function holdsOfFreezes(
  db: Database,
  freezeNumbers: number[],
  now: Date,
): Promise<{ freezeNumber: number; hold: Hold; others: string | null }[]> {
  if (freezeNumbers.length === 0) return [];
  const rows = await db.$queryRaw<Row[]>`
    SELECT "Hold".*, mine."freezeNumber", (
        SELECT string_agg(coalesce('F-' || other."freezeNumber", 'R-' || other."restorationNumber"), ', '
                          ORDER BY other."id")
          FROM "HoldClaim" other LEFT JOIN "Freeze" ON "Freeze"."number" = other."freezeNumber"
         WHERE other."holdNumber" = "Hold"."number" AND other."id" <> mine."id"
           AND other."droppedAt" IS NULL
           AND ("Freeze"."number" IS NULL
                OR ("Freeze"."thawedAt" IS NULL AND "Freeze"."until" > ${now}::timestamptz))
      ) AS "others"
      FROM "HoldClaim" mine JOIN "Hold" ON "Hold"."number" = mine."holdNumber"
     WHERE mine."freezeNumber" = ANY(${freezeNumbers}::int[])
     ORDER BY mine."id"`;
  return rows.map(({ freezeNumber, others, ...row }) => ({
    freezeNumber,
    others,
    hold: toHold(row),
  }));
}
