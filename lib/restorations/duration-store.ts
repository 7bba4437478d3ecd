import "server-only";
import type { Database } from "@/lib/server/db";

/**
 * Milliseconds of each of the last deliveries: from the merge until its deploy began, and from then until it
 * was complete.
 */
export type DeliveryTime = { deliveryMs: number; rolloutMs: number };

const MERGES = 20;

/**
 * How long the last merges of a repository took until the first deploy that carries them was complete,
 * newest first; of one service where it is named. Our own Restorations and returns to an earlier
 * version deliver nothing.
 */
export async function deliveryTimes(
  db: Database,
  query: { source: string; repository: string; service: string | null },
): Promise<DeliveryTime[]> {
  const { source, repository, service } = query;
  return db.$queryRaw<DeliveryTime[]>`
    SELECT extract(epoch FROM d."at" - m."at")::float8 * 1000 AS "deliveryMs",
           extract(epoch FROM d."completedAt" - d."at")::float8 * 1000 AS "rolloutMs"
      FROM "Change" m
     CROSS JOIN LATERAL (
       SELECT d."at", d."completedAt" FROM "ChangeLink" l JOIN "Change" d ON d."id" = l."fromId"
        WHERE l."toId" = m."id" AND d."kind" = 'deploy' AND d."completedAt" IS NOT NULL
          AND d."at" >= m."at" AND d."details"->>'restorationId' IS NULL
          AND d."details"->>'returnsTo' IS NULL
          AND (${service}::text IS NULL OR ${service}::text = ANY(d."services"))
        ORDER BY d."at" LIMIT 1) d
     WHERE m."kind" = 'merge' AND m."source" = ${source}
       AND starts_with(m."subject", ${`${repository}#`})
     ORDER BY m."at" DESC LIMIT ${MERGES}::int`;
}

/** Milliseconds from asked to in effect of past verified Restorations of a lever, newest first. */
export async function pastDurations(
  db: Database,
  query: { lever: string; service: string | null; limit: number },
): Promise<number[]> {
  const rows = await db.restoration.findMany({
    where: {
      lever: query.lever,
      ...(query.service ? { service: query.service } : {}),
      state: "verified",
      inEffectAt: { not: null },
      askedAt: { not: null },
    },
    orderBy: { number: "desc" },
    take: query.limit,
    select: { askedAt: true, inEffectAt: true },
  });
  return rows.flatMap((row) =>
    row.askedAt && row.inEffectAt ? [row.inEffectAt.getTime() - row.askedAt.getTime()] : [],
  );
}
