import "server-only";
import { LeverKind } from "@/lib/contracts/lever";
import { RestorationState } from "@/lib/contracts/restoration";
import type { EndedRestoration, LeftBehind, RecoveryFact } from "@/lib/rules/recovery-fact";
import type { Database, Transaction } from "@/lib/server/db";

const FACTS_LOCK = 4_711_002;

export type Marks = { kind: string; ids: number[]; keys: string[] };

/** Whether anything was marked that the facts don't say yet. */
export async function isMarked(db: Database): Promise<boolean> {
  const rows = await db.$queryRaw<{ id: number }[]>`SELECT "id" FROM "RecoveryMark" LIMIT 1`;
  return rows.length > 0;
}

/** Lets one at a time make facts anew, until the transaction ends. */
export async function lockFacts(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${FACTS_LOCK}::bigint)`;
}

/**
 * The oldest marks of one kind: deploys first, then incidents, then the services that these two
 * marked. Null when there are none.
 */
export async function oldestMarks(tx: Transaction, limit: number): Promise<Marks | null> {
  const rows = await tx.$queryRaw<{ id: number; kind: string; key: string }[]>`
    SELECT "id", "kind", "key" FROM "RecoveryMark" ORDER BY "kind", "id" LIMIT ${limit}`;
  const kind = rows[0]?.kind;
  if (kind === undefined) return null;
  // All deploys of a service are judged at once: one service is a batch.
  const only = kind === "service" ? rows[0]?.key : undefined;
  const own = rows.filter((row) => row.kind === kind && (only === undefined || row.key === only));
  return { kind, ids: own.map(({ id }) => id), keys: [...new Set(own.map(({ key }) => key))] };
}

export async function deleteMarks(tx: Transaction, ids: number[]): Promise<void> {
  await tx.$executeRaw`DELETE FROM "RecoveryMark" WHERE "id" = ANY(${ids}::int[])`;
}

/** Marks services to be judged; only whoever holds the lock does, so each is marked once. */
export async function markServices(tx: Transaction, services: string[]): Promise<void> {
  if (services.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "RecoveryMark" ("kind", "key")
    SELECT 'service', "service" FROM unnest(${services}::text[]) AS one("service")
     WHERE NOT EXISTS (
       SELECT FROM "RecoveryMark" WHERE "kind" = 'service' AND "key" = one."service")`;
}

export type SourceIncident = {
  number: number;
  declaredAt: string;
  harmBeganAt: string;
  restoredAt: string | null;
  severity: number;
  services: string[];
  isDrill: boolean;
  firstAlertAt: string | null;
  restorations: EndedRestoration[];
  left: LeftBehind;
};

type IncidentRow = Omit<
  SourceIncident,
  "declaredAt" | "harmBeganAt" | "restoredAt" | "firstAlertAt" | "restorations" | "left"
> & {
  declaredAt: Date;
  harmBeganAt: Date;
  restoredAt: Date | null;
  firstAlertAt: Date | null;
} & Omit<LeftBehind, "pulled">;

type RestorationRow = {
  number: number;
  incidentNumber: number;
  lever: string;
  state: string;
  putBackOf: number | null;
  plannedAt: Date;
  askedAt: Date | null;
  acceptedAt: Date | null;
  inEffectAt: Date | null;
  endedAt: Date | null;
  wasRecommended: boolean | null;
  turnedTo: string | null;
  isSchemaAhead: boolean;
  isOverridden: boolean;
};

/** What these incidents' facts are made of; those that aren't there are left out. */
export async function sourcesOf(tx: Transaction, numbers: number[]): Promise<SourceIncident[]> {
  const incidents = await tx.$queryRaw<IncidentRow[]>`
    SELECT "number", "declaredAt", "harmBeganAt", "restoredAt", "severity", "services", "isDrill",
           (SELECT min(entry."at") FROM "TimelineEntry" entry
             WHERE entry."incidentNumber" = incident."number" AND entry."kind" = 'alert'
           ) AS "firstAlertAt",
           (SELECT count(*)::int FROM "Freeze" one
             WHERE one."incidentNumber" = incident."number") AS "freezes",
           (SELECT count(*)::int FROM "AllowedDelivery" allowed
              JOIN "Freeze" one ON one."number" = allowed."freezeNumber"
             WHERE one."incidentNumber" = incident."number" AND allowed."why" = 'override'
           ) AS "letThrough",
           (SELECT count(DISTINCT hold."number")::int FROM "Restoration" restoration
              JOIN "HoldClaim" claim ON claim."restorationNumber" = restoration."number"
              JOIN "Hold" hold ON hold."number" = claim."holdNumber"
             WHERE restoration."incidentNumber" = incident."number"
               AND restoration."acceptedAt" IS NOT NULL AND hold."layer" IN ('argo-cd', 'flux')
           ) AS "paused"
      FROM "Incident" incident WHERE "number" = ANY(${numbers}::int[])`;
  const rows = await tx.$queryRaw<RestorationRow[]>`
    SELECT "number", "incidentNumber", "lever", "state", "putBackOf", "plannedAt", "askedAt",
           "acceptedAt", "inEffectAt", "endedAt", "wasRecommended",
           "target" -> 'to' ->> 'state' AS "turnedTo",
           coalesce(jsonb_typeof("plan" -> 'schemaAhead') = 'object', false) AS "isSchemaAhead",
           coalesce(jsonb_typeof("plan" -> 'overridden') = 'object', false) AS "isOverridden"
      FROM "Restoration"
     WHERE "incidentNumber" = ANY(${numbers}::int[]) AND ("endedAt" IS NOT NULL OR "acceptedAt" IS NOT NULL)
     ORDER BY "number"`;
  const ended = rows.filter(({ endedAt }) => endedAt !== null);
  const undone = new Map(ended.map((row) => [row.putBackOf, row.number]));
  const byIncident = Map.groupBy(rows, (row) => row.incidentNumber);
  return incidents.map(({ freezes, letThrough, paused, ...incident }) => {
    const its = byIncident.get(incident.number) ?? [];
    return {
      ...incident,
      declaredAt: incident.declaredAt.toISOString(),
      harmBeganAt: incident.harmBeganAt.toISOString(),
      restoredAt: iso(incident.restoredAt),
      firstAlertAt: iso(incident.firstAlertAt),
      restorations: its
        .filter(({ endedAt }) => endedAt !== null)
        .map((row) => toEnded(row, undone.get(row.number))),
      left: {
        ...{ freezes, letThrough, paused },
        pulled: its.filter(({ acceptedAt }) => acceptedAt !== null).map(toPulled),
      },
    };
  });
}

function toEnded(row: RestorationRow, putBackBy: number | undefined): EndedRestoration {
  return {
    lever: LeverKind.parse(row.lever),
    state: RestorationState.parse(row.state),
    putBackOf: restorationId(row.putBackOf),
    putBackBy: putBackBy === undefined ? null : `R-${putBackBy}`,
    plannedAt: row.plannedAt.toISOString(),
    askedAt: iso(row.askedAt),
    acceptedAt: iso(row.acceptedAt),
    inEffectAt: iso(row.inEffectAt),
    endedAt: iso(row.endedAt),
    wasRecommended: row.wasRecommended,
  };
}

function toPulled(row: RestorationRow): LeftBehind["pulled"][number] {
  const { turnedTo, isSchemaAhead, isOverridden } = row;
  return {
    ...{ turnedTo, isSchemaAhead, isOverridden },
    lever: LeverKind.parse(row.lever),
    putBackOf: restorationId(row.putBackOf),
    inEffectAt: iso(row.inEffectAt),
  };
}

function restorationId(number: number | null): string | null {
  return number === null ? null : `R-${number}`;
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

/** Writes facts; one that is there is replaced. */
export async function saveRecoveryFacts(
  tx: Transaction,
  facts: { incident: SourceIncident; fact: RecoveryFact }[],
): Promise<void> {
  const rows = facts.map(({ incident, fact }) => ({
    ...fact,
    phases: fact.phases.map((ms) => ms ?? -1),
    incidentNumber: incident.number,
    at: incident.declaredAt,
    severity: incident.severity,
    services: incident.services,
    isDrill: incident.isDrill,
  }));
  await tx.$executeRaw`
    INSERT INTO "RecoveryFact" ("incidentNumber", "at", "ms", "lever", "severity", "services",
      "isDrill", "phases", "given", "followed", "right", "looseEnds")
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS row("incidentNumber" int,
      "at" timestamptz, "ms" float8, "lever" text, "severity" int, "services" text[],
      "isDrill" boolean, "phases" float8[], "given" int, "followed" int, "right" int,
      "looseEnds" text[])
    ON CONFLICT ("incidentNumber") DO UPDATE SET
      "at" = excluded."at", "ms" = excluded."ms", "lever" = excluded."lever",
      "severity" = excluded."severity", "services" = excluded."services",
      "isDrill" = excluded."isDrill", "phases" = excluded."phases", "given" = excluded."given",
      "followed" = excluded."followed", "right" = excluded."right",
      "looseEnds" = excluded."looseEnds"`;
}

/** Services whose deploys the Restorations of these incidents concern: as suspects, or as ways back. */
export async function servicesTouchedBy(tx: Transaction, numbers: number[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ service: string }[]>`
    SELECT fact."service" FROM "Restoration" restoration
      JOIN "DeliveryFact" fact ON fact."changeId" = restoration."suspectId"
     WHERE restoration."incidentNumber" = ANY(${numbers}::int[])
    UNION
    SELECT fact."service" FROM "Restoration" restoration
      JOIN "DeliveryFact" fact ON fact."restorationId" = 'R-' || restoration."number"
     WHERE restoration."incidentNumber" = ANY(${numbers}::int[])`;
  return rows.map(({ service }) => service);
}
