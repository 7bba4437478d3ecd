import "server-only";
import * as z from "zod";
import { toChange } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import { SignalTrace } from "@/lib/contracts/incident-evidence";
import { KnownGoodState } from "@/lib/contracts/known-good";
import { LeverTarget } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { Harm } from "@/lib/rules/find-known-good";
import type { PastRestoration } from "@/lib/rules/known-good/past-restoration";
import { asJson } from "@/lib/server/as-json";
import type { Database } from "@/lib/server/db";
import { Prisma } from "@/lib/server/generated/prisma/client";

const MOST_FLAG_CHANGES = 300;
const MOST_INCIDENTS = 300;

export const Culprit = z.object({
  subject: z.string(),
  source: z.string(),
  templateHash: z.string(),
  restorationId: z.string(),
  because: z.string(),
});

/** A service's signal as read for this, with its name and its limit in words. */
export const ReadSignal = SignalTrace.extend({ title: z.string(), limit: z.string() });
export type ReadSignal = z.infer<typeof ReadSignal>;

/** What a service can be restored to, as it is kept. */
export type KeptKnownGood = {
  good: KnownGoodState[];
  culprits: z.infer<typeof Culprit>[];
  sentence: string;
  signal: ReadSignal | null;
  isLive: boolean;
  stamp: string;
  recheckAt: Date;
};

type Row = Prisma.KnownGoodGetPayload<Record<string, never>>;

function toKept(row: Row): KeptKnownGood {
  return {
    good: KnownGoodState.array().catch([]).parse(row.good),
    culprits: Culprit.array().catch([]).parse(row.culprits),
    sentence: row.sentence,
    signal: ReadSignal.nullable().catch(null).parse(row.signal),
    isLive: row.isLive,
    stamp: row.stamp,
    recheckAt: row.recheckAt,
  };
}

export async function keptKnownGood(db: Database, service: string): Promise<KeptKnownGood | null> {
  const row = await db.knownGood.findUnique({ where: { service } });
  return row ? toKept(row) : null;
}

/** Templates of these services' Deployments that were taken back and aren't good again. */
export async function keptCulprits(
  db: Database,
  services: string[],
): Promise<KeptKnownGood["culprits"]> {
  const rows = await db.knownGood.findMany({
    where: { service: { in: services } },
    select: { culprits: true },
  });
  return rows.flatMap(({ culprits }) => Culprit.array().catch([]).parse(culprits));
}

/** What little a list of services shows of it. */
export async function knownGoodLines(
  db: Database,
): Promise<
  { service: string; isLive: boolean; sentence: string; stamp: string; recheckAt: Date }[]
> {
  return db.knownGood.findMany({
    select: { service: true, isLive: true, sentence: true, stamp: true, recheckAt: true },
    orderBy: { service: "asc" },
  });
}

export async function saveKnownGood(
  db: Database,
  service: string,
  kept: KeptKnownGood & { computedAt: Date },
): Promise<void> {
  const { good, culprits, signal, ...rest } = kept;
  const data = {
    ...rest,
    good: asJson(good),
    culprits: asJson(culprits),
    signal: signal ? asJson(signal) : Prisma.DbNull,
  };
  await db.knownGood.upsert({ where: { service }, create: { service, ...data }, update: data });
}

/** The switches of a service's flags since a moment, newest first, at most 300. */
export async function flagChangesOf(db: Database, service: string, since: Date): Promise<Change[]> {
  const rows = await db.change.findMany({
    where: { kind: "flag", services: { has: service }, at: { gte: since } },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: MOST_FLAG_CHANGES,
    include: { carries: { select: { toId: true } } },
  });
  return rows.map(toChange);
}

/** When incidents (no drills) declared since a moment hurt a service. */
export async function harmsOf(db: Database, service: string, since: Date): Promise<Harm[]> {
  const rows = await db.incident.findMany({
    where: { services: { has: service }, isDrill: false, declaredAt: { gte: since } },
    orderBy: { declaredAt: "desc" },
    take: MOST_INCIDENTS,
    select: { number: true, harmBeganAt: true, restoredAt: true, resolvedAt: true },
  });
  return rows.map(({ number, harmBeganAt, restoredAt, resolvedAt }) => ({
    id: `INC-${number}`,
    from: harmBeganAt.getTime(),
    to: (restoredAt ?? resolvedAt)?.getTime() ?? null,
  }));
}

const FromHash = z.object({ fromHash: z.string() });

/** Verified Restorations of a service since a moment, oldest first; put-backs and drills are none. */
export async function provenOf(
  db: Database,
  service: string,
  since: Date,
): Promise<PastRestoration[]> {
  const rows = await db.restoration.findMany({
    where: {
      ...{ service, state: "verified", putBackOf: null, plannedAt: { gte: since } },
      incident: { isDrill: false },
    },
    orderBy: { endedAt: "asc" },
    take: MOST_INCIDENTS,
  });
  return rows.flatMap(({ number, target, suspectId, inEffectAt, endedAt, plan }) =>
    inEffectAt && endedAt
      ? {
          ...{ id: `R-${number}`, target: LeverTarget.parse(target), suspectId },
          ...{ inEffectAt: inEffectAt.getTime(), verifiedAt: endedAt.getTime() },
          fromHash: FromHash.safeParse(plan).data?.fromHash ?? null,
        }
      : [],
  );
}

const Stamp = z.object({ name: z.string(), stamp: z.string() });

/**
 * What the ledger holds of each service, in one line of text: another line, and what was computed from
 * it is stale. One statement for any number of services.
 */
export async function stampsOf(
  db: Database,
  services: Service[],
  since: Date,
): Promise<Map<string, string>> {
  const asked = services.map(({ name, flags, deployments }) => ({
    name,
    ...{ flags: flags?.source ?? null, project: flags?.project ?? null },
    environment: flags?.environment ?? null,
    places: deployments.map((ref) => ({
      source: ref.source,
      subject: `${ref.namespace}/${ref.name}`,
    })),
  }));
  const rows = await db.$queryRaw`
    WITH asked AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        AS s(name text, flags text, project text, environment text, places jsonb)),
    harm AS (
      SELECT hurt.name, count(*) AS incidents, sum(i."version") AS versions
      FROM "Incident" i CROSS JOIN LATERAL unnest(i."services") AS hurt(name)
      WHERE NOT i."isDrill" AND i."declaredAt" >= ${since.toISOString()}::timestamptz
      GROUP BY hurt.name),
    proof AS (
      SELECT r."service" AS name, count(*) AS verified, max(r."endedAt") AS latest
      FROM "Restoration" r JOIN "Incident" i ON i."number" = r."incidentNumber" AND NOT i."isDrill"
      WHERE r."state" = 'verified' AND r."plannedAt" >= ${since.toISOString()}::timestamptz
      GROUP BY r."service")
    SELECT s.name, concat_ws(' ', d.heads, f.flags, harm.incidents, harm.versions,
      proof.verified, proof.latest) AS stamp
    FROM asked s
    LEFT JOIN harm ON harm.name = s.name
    LEFT JOIN proof ON proof.name = s.name
    CROSS JOIN LATERAL (
      SELECT string_agg(concat_ws(',', head.id, head."completedAt", head."linkedAt",
        head.details->>'rollout', head.details->>'restorationId'), ';' ORDER BY head.id) AS heads
      FROM jsonb_to_recordset(s.places) AS p(source text, subject text)
      CROSS JOIN LATERAL (
        SELECT c.id, c."completedAt", c."linkedAt", c.details FROM "Change" c
        WHERE c.source = p.source AND c.subject = p.subject AND c.kind = 'deploy'
        ORDER BY c.at DESC, c.id DESC LIMIT 1) head) d
    CROSS JOIN LATERAL (
      SELECT concat_ws(',', max(f."observedAt"), count(*)) AS flags FROM "FlagSnapshot" f
      WHERE f.source = s.flags AND f.project = s.project AND f.environment = s.environment) f`;
  return new Map(
    Stamp.array()
      .parse(rows)
      .map(({ name, stamp }) => [name, stamp]),
  );
}
