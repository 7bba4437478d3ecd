import "server-only";
import type { AdviceCard } from "@/lib/contracts/advice";
import { AdviceCard as Card, type RecordedAdvice } from "@/lib/contracts/advice";
import { asJson } from "@/lib/server/as-json";
import type { Database } from "@/lib/server/db";

/** Keeps a card unless the last one of its suspect said the same; true when it was new. */
export async function insertAdvice(
  db: Database,
  advice: { incidentNumber: number; card: AdviceCard; digest: string; at: Date },
): Promise<boolean> {
  const { incidentNumber, card, digest, at } = advice;
  const count = await db.$executeRaw`
    INSERT INTO "Advice" ("incidentNumber", "suspectId", "digest", "card", "at")
    SELECT ${incidentNumber}::int, ${card.suspectId}, ${digest},
           ${JSON.stringify(asJson(card))}::jsonb, ${at.toISOString()}::timestamptz
     WHERE ${digest} IS DISTINCT FROM (
       SELECT "digest" FROM "Advice"
        WHERE "incidentNumber" = ${incidentNumber}::int AND "suspectId" = ${card.suspectId}
        ORDER BY "id" DESC LIMIT 1)`;
  return count > 0;
}

/** Cards of an incident, oldest first; at most 500. One that an older program wrote is left out. */
export async function adviceOf(db: Database, incidentNumber: number): Promise<RecordedAdvice[]> {
  const rows = await db.advice.findMany({
    where: { incidentNumber },
    orderBy: { id: "asc" },
    take: 500,
  });
  return rows.flatMap(({ card, at }) => {
    const parsed = Card.safeParse(card);
    return parsed.success ? [{ at: at.toISOString(), card: parsed.data }] : [];
  });
}
