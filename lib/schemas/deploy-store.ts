import "server-only";
import * as z from "zod";
import { changesById } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import { KnownGoodState } from "@/lib/contracts/known-good";
import type { Database } from "@/lib/server/db";

const Version = z.object({ commit: z.string().nullable(), revision: z.number().int() });
/** What a deploy put live, as far as migrations are concerned. */
export type Version = z.infer<typeof Version>;

/** The deploy that last brought this very template to a Deployment; null when the ledger has none. */
export async function versionWithTemplate(
  db: Database,
  place: { source: string; subject: string; uid: string; templateHash: string },
): Promise<Version | null> {
  const [row] = await db.$queryRaw<unknown[]>`
    SELECT "commit", ("details"->>'revision')::int AS "revision" FROM "Change"
     WHERE "source" = ${place.source} AND "subject" = ${place.subject} AND "kind" = 'deploy'
       AND "details"->>'uid' = ${place.uid} AND "details"->>'templateHash' = ${place.templateHash}
     ORDER BY "at" DESC, ("details"->>'revision')::int DESC LIMIT 1`;
  return row ? Version.parse(row) : null;
}

const Recent = Version.extend({
  source: z.string(),
  subject: z.string(),
  templateHash: z.string(),
});
export type Recent = z.infer<typeof Recent>;

/** The latest deploys of each Deployment, newest first; at most `limit` of each. */
export async function recentVersions(
  db: Database,
  places: { source: string; subject: string }[],
  limit: number,
): Promise<Recent[]> {
  if (places.length === 0) return [];
  const rows = await db.$queryRaw`
    SELECT p.source, p.subject, d."commit", (d."details"->>'revision')::int AS "revision",
           d."details"->>'templateHash' AS "templateHash"
      FROM jsonb_to_recordset(${JSON.stringify(places)}::jsonb) AS p(source text, subject text)
     CROSS JOIN LATERAL (
       SELECT "commit", "details", "at", "id" FROM "Change"
        WHERE "source" = p.source AND "subject" = p.subject AND "kind" = 'deploy'
        -- Clusters tell times to the second: two deploys of one second are told apart by revision.
        ORDER BY "at" DESC, ("details"->>'revision')::int DESC LIMIT ${limit}) d
     ORDER BY p.source, p.subject, d."at" DESC, "revision" DESC`;
  return Recent.array().parse(rows);
}

/** Commits of what these services can be restored to, best first, by service. */
export async function goodCommits(
  db: Database,
  services: string[],
): Promise<Map<string, string[]>> {
  const rows = await db.knownGood.findMany({
    where: { service: { in: services } },
    select: { service: true, good: true },
  });
  return new Map(
    rows.map(({ service, good }) => {
      const states = KnownGoodState.array().catch([]).parse(good);
      const deployed = states.flatMap(({ deployments }) => deployments);
      return [service, [...new Set(deployed.flatMap(({ commit }) => commit ?? []))]];
    }),
  );
}

/** The merges that the latest deploy of each Deployment carries. */
export async function carriedMerges(
  db: Database,
  places: { source: string; subject: string }[],
): Promise<Change[]> {
  if (places.length === 0) return [];
  const asked = places.map(({ source, subject }) => ({ source, subject }));
  const rows = await db.$queryRaw<{ toId: string }[]>`
    SELECT DISTINCT l."toId"
      FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS p(source text, subject text)
     CROSS JOIN LATERAL (
       SELECT "id" FROM "Change"
        WHERE "source" = p.source AND "subject" = p.subject AND "kind" = 'deploy'
        ORDER BY "at" DESC, ("details"->>'revision')::int DESC LIMIT 1) d
      JOIN "ChangeLink" l ON l."fromId" = d."id"
     LIMIT 200`;
  const ids = rows.map(({ toId }) => toId);
  return (await changesById(db, ids)).filter(({ kind }) => kind === "merge");
}
