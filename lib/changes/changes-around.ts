import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { Database } from "@/lib/server/db";
import { changesById } from "./store";

/**
 * The Changes of some services around a moment: the newest up to it, and the newest after it, so that
 * what came since, however much, hides nothing of what came before. Of one subject at most `perSubject`
 * on each side: a ConfigMap that is written every second hides no deploy. Newest first.
 */
export async function changesAround(
  db: Database,
  query: {
    services: string[];
    from: Date;
    moment: Date;
    to: Date;
    limit: { before: number; after: number };
    perSubject: number;
  },
): Promise<Change[]> {
  const { services, from, moment, to, limit, perSubject } = query;
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM (
      SELECT "id", "isAfter", row_number() OVER (PARTITION BY "isAfter" ORDER BY "at" DESC, "id" DESC) AS place
        FROM (
          SELECT "id", "at", "at" > ${moment}::timestamptz AS "isAfter",
                 row_number() OVER (
                   PARTITION BY "source", "subject", "at" > ${moment}::timestamptz
                   ORDER BY "at" DESC, "id" DESC) AS own
            FROM "Change"
           WHERE "services" && ${services}::text[]
             AND "at" >= ${from}::timestamptz AND "at" <= ${to}::timestamptz) each_one
       WHERE own <= ${perSubject}::int) placed
     WHERE place <= CASE WHEN "isAfter" THEN ${limit.after}::int ELSE ${limit.before}::int END`;
  const found = await changesById(
    db,
    rows.map(({ id }) => id),
  );
  return found.sort((a, b) => (a.at === b.at ? (a.id < b.id ? 1 : -1) : a.at < b.at ? 1 : -1));
}
