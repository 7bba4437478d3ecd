import "server-only";
import * as z from "zod";
import { LeverKind } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { LedgerFacts } from "@/lib/rules/judge-readiness";
import type { Database } from "@/lib/server/db";

const DAY_MS = 86_400_000;
const MERGES_DAYS = 90;

export type LedgerReadiness = LedgerFacts & {
  /** The newest merge of the service's repository that a revert could be asked of. */
  lastMerge: number | null;
};

const MergeRow = z.object({
  name: z.string(),
  merges: z.number(),
  guarded: z.number(),
  lastMerge: z.number().nullable(),
});
const HeadRow = z.object({
  name: z.string(),
  previousRevision: z.number().nullable(),
});
const TemplateRow = z.object({ name: z.string(), templates: z.number() });
const DrillRow = z.object({
  name: z.string(),
  number: z.number(),
  at: z.date(),
  levers: z.array(LeverKind),
});

/** What the ledger says of each service's readiness, by name. Four statements for any number of them. */
export async function ledgerReadiness(
  db: Database,
  services: Service[],
  now: Date,
): Promise<Map<string, LedgerReadiness>> {
  const names = JSON.stringify(services.map(({ name }) => ({ name })));
  const [merges, heads, templates, drills] = await Promise.all([
    mergesOf(db, services, now),
    headsOf(db, services),
    templatesOf(db, services),
    drillsOf(db, names),
  ]);
  const byName = <T extends { name: string }>(rows: T[]) =>
    new Map(rows.map((row) => [row.name, row]));
  const [mergeRows, templateRows, drillRows] = [byName(merges), byName(templates), byName(drills)];
  return new Map(
    services.map(({ name }) => {
      const drill = drillRows.get(name);
      const head = heads.find((one) => one.name === name);
      const merged = mergeRows.get(name);
      return [
        name,
        {
          merges: merged?.merges ?? 0,
          guarded: merged?.guarded ?? 0,
          lastMerge: merged?.lastMerge ?? null,
          previousRevision: head?.previousRevision ?? null,
          templates: templateRows.get(name)?.templates ?? 0,
          drill: drill
            ? { incidentId: `INC-${drill.number}`, at: drill.at.getTime(), levers: drill.levers }
            : null,
        },
      ];
    }),
  );
}

/** With no flags of its own named, a merge that mentions any flag known counts as guarded. */
async function mergesOf(db: Database, services: Service[], now: Date) {
  const asked = services.map(({ name, flags, repository }) => ({
    name,
    keys: flags?.keys ?? null,
    source: repository?.source ?? null,
    repository: repository?.name ?? null,
  }));
  const since = new Date(now.getTime() - MERGES_DAYS * DAY_MS);
  const rows = await db.$queryRaw`
    SELECT s.name, count(*)::int AS merges,
      count(*) FILTER (WHERE CASE WHEN s.keys IS NULL
        THEN jsonb_array_length(c.details->'flagKeys') > 0
        ELSE jsonb_exists_any(c.details->'flagKeys', s.keys) END)::int AS guarded,
      (array_agg((c.details->>'number')::int ORDER BY c.at DESC)
        FILTER (WHERE c.source = s.source AND c.details->>'repository' = s.repository))[1]
        AS "lastMerge"
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS s(name text, keys text[], source text, repository text)
    JOIN "Change" c ON c.services @> ARRAY[s.name]
    WHERE c.kind = 'merge' AND c.at >= ${since}
    GROUP BY s.name`;
  return MergeRow.array().parse(rows);
}

/** What was live before the latest deploy of each Deployment. */
async function headsOf(db: Database, services: Service[]) {
  const asked = placesOf(services).map(({ service: _, ...place }) => place);
  const rows = await db.$queryRaw`
    SELECT s.name, (d.details->>'previousRevision')::int AS "previousRevision"
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS s(name text, source text, subject text)
    CROSS JOIN LATERAL (
      SELECT details FROM "Change"
      WHERE source = s.source AND subject = s.subject AND kind = 'deploy'
      ORDER BY at DESC, id DESC LIMIT 1) d`;
  return HeadRow.array().parse(rows);
}

/** Where the deploys of a service are in the ledger: its Deployments, each with its service. */
function placesOf(services: Service[]) {
  return services.flatMap((service) =>
    service.deployments.map(({ source, namespace, name }) => ({
      ...{ service, name: service.name, source, subject: `${namespace}/${name}` },
    })),
  );
}

/** Templates that the ledger could bring back, per service. */
async function templatesOf(db: Database, services: Service[]) {
  const asked = placesOf(services).map(({ service: _, ...place }) => place);
  const rows = await db.$queryRaw`
    SELECT s.name, count(DISTINCT t.hash)::int AS templates
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS s(name text, source text, subject text)
    JOIN "Change" c ON c.source = s.source AND c.subject = s.subject AND c.kind = 'deploy'
    JOIN "Template" t ON t.hash = c.details->>'templateHash'
    GROUP BY s.name`;
  return TemplateRow.array().parse(rows);
}

/** The latest drill of each service, and the levers on it that the signal verified. */
async function drillsOf(db: Database, names: string) {
  const rows = await db.$queryRaw`
    SELECT s.name, i.number, i."declaredAt" AS at,
      ARRAY(
        SELECT DISTINCT r.lever FROM "Restoration" r
        WHERE r."incidentNumber" = i.number AND r.state = 'verified' AND r."putBackOf" IS NULL
        ORDER BY 1) AS levers
    FROM jsonb_to_recordset(${names}::jsonb) AS s(name text)
    CROSS JOIN LATERAL (
      SELECT number, "declaredAt" FROM "Incident"
      WHERE "isDrill" AND services @> ARRAY[s.name]
      ORDER BY "declaredAt" DESC, number DESC LIMIT 1) i`;
  return DrillRow.array().parse(rows);
}
