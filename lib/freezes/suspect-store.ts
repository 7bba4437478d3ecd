import "server-only";
import * as z from "zod";
import type { Database } from "@/lib/server/db";

const Merge = z.object({ repository: z.string(), number: z.number().int() });
const MOST = 10;

export type SuspectMerge = { source: string; repository: string; number: number };

/**
 * Merges that people looked at as the cause of an incident, or pulled a lever for: suspects themselves,
 * or carried by a deploy that is one. The latest first, at most ten.
 */
export async function suspectMerges(db: Database, incidentNumber: number): Promise<SuspectMerge[]> {
  const rows = await db.$queryRaw<{ source: string; details: unknown }[]>`
    WITH suspects AS (
      SELECT "suspectId" AS "id" FROM "Advice" WHERE "incidentNumber" = ${incidentNumber}
       UNION
      SELECT "suspectId" FROM "Restoration"
       WHERE "incidentNumber" = ${incidentNumber} AND "suspectId" IS NOT NULL
    ), merges AS (
      SELECT "id" FROM suspects
       UNION
      SELECT "toId" FROM "ChangeLink" WHERE "fromId" IN (SELECT "id" FROM suspects)
    )
    SELECT "source", "details" FROM "Change"
     WHERE "kind" = 'merge' AND "id" IN (SELECT "id" FROM merges)
     ORDER BY "at" DESC, "id" DESC LIMIT ${MOST}`;
  return rows.flatMap(({ source, details }) => {
    const merge = Merge.safeParse(details).data;
    return merge ? [{ source, ...merge }] : [];
  });
}
