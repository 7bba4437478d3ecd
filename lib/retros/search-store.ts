import "server-only";
import { toIncident } from "@/lib/incidents/store";
import type { SimilarCandidate } from "@/lib/rules/rank-similar";
import type { Database, Transaction } from "@/lib/server/db";

/** The database can index about a megabyte of one text; longer ones are cut. */
const MOST_CHARACTERS = 200_000;

/**
 * Gathers all of a retro's words for the search, in one statement: title, sections (as drafted where
 * nobody wrote), factors, follow-ups, what was said of the timeline, and the notes of the incident.
 */
export async function updateWords(tx: Transaction, incidentNumber: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Retro" AS r SET "words" = left(concat_ws(E'\n',
      'INC-' || i."number", i."title", array_to_string(i."services", ' '),
      (SELECT string_agg(s."text", E'\n' ORDER BY s."name")
         FROM "RetroSection" s WHERE s."incidentNumber" = r."incidentNumber"),
      (SELECT string_agg(f."text", E'\n' ORDER BY f."createdAt")
         FROM "RetroFactor" f WHERE f."incidentNumber" = r."incidentNumber"),
      (SELECT string_agg(u."title", E'\n' ORDER BY u."number")
         FROM "FollowUp" u WHERE u."incidentNumber" = r."incidentNumber"),
      (SELECT string_agg(concat_ws(E'\n', t."text", t."note"), E'\n' ORDER BY t."at")
         FROM "RetroItem" t WHERE t."incidentNumber" = r."incidentNumber"),
      (SELECT string_agg(p."label", E'\n' ORDER BY p."number")
         FROM "Restoration" p WHERE p."incidentNumber" = r."incidentNumber"),
      (SELECT string_agg(e."text", E'\n' ORDER BY e."at")
         FROM "TimelineEntry" e
        WHERE e."incidentNumber" = r."incidentNumber" AND e."kind" IN ('note', 'alert')),
      r."facts"->>'drafted'), ${MOST_CHARACTERS})
    FROM "Incident" i
    WHERE i."number" = r."incidentNumber" AND r."incidentNumber" = ${incidentNumber}`;
}

type CandidateRow = Parameters<typeof toIncident>[0] & {
  hasRetro: boolean;
  levers: string[];
  words: string[];
};

/**
 * Incidents that may be like this one: the newest of the same services, and those whose retros have
 * some of the words. One statement; at most a hundred.
 */
export async function similarCandidates(
  db: Database,
  query: { incidentNumber: number; services: string[]; words: string[] },
): Promise<SimilarCandidate[]> {
  const { incidentNumber, services, words } = query;
  const rows = await db.$queryRaw<CandidateRow[]>`
    WITH w AS MATERIALIZED (
      SELECT word, plainto_tsquery('english', word) AS q FROM unnest(${words}::text[]) AS word),
    either AS (
      SELECT string_agg(q::text, ' | ')::tsquery AS q FROM w WHERE numnode(q) > 0),
    found AS (
      SELECT "incidentNumber" AS number, "search" FROM "Retro"
       WHERE "search" @@ (SELECT q FROM either) AND "incidentNumber" <> ${incidentNumber}::int
       ORDER BY "incidentNumber" DESC LIMIT 300),
    c AS (
      (SELECT "number" FROM "Incident"
        WHERE "services" && ${services}::text[] AND "number" <> ${incidentNumber}::int
        ORDER BY "number" DESC LIMIT 60)
      UNION
      (SELECT number FROM found ORDER BY ts_rank(found."search", (SELECT q FROM either)) DESC LIMIT 40))
    SELECT i.*, r."incidentNumber" IS NOT NULL AS "hasRetro",
           ARRAY(SELECT DISTINCT p."lever" FROM "Restoration" p
                  WHERE p."incidentNumber" = i."number" AND p."state" = 'verified'
                    AND p."putBackOf" IS NULL) AS "levers",
           ARRAY(SELECT w.word FROM w WHERE r."search" @@ w.q) AS "words"
      FROM c JOIN "Incident" i USING ("number")
      LEFT JOIN "Retro" r ON r."incidentNumber" = i."number"`;
  return rows.map((row) => ({
    incident: toIncident(row),
    hasRetro: row.hasRetro,
    levers: row.levers,
    words: row.words,
  }));
}
