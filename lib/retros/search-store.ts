import "server-only";
import type { Transaction } from "@/lib/server/db";

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
