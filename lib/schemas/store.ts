import "server-only";
import { randomUUID } from "node:crypto";
import { JudgedChanges } from "@/lib/rules/judge-schema-changes";
import { SchemaChanges } from "@/lib/rules/schema-changes";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";

/** Sets of files that nobody has asked about for so long are asked for anew. */
const KEPT_MS = 120 * 24 * 3_600_000;
const TOUCH_MS = 24 * 3_600_000;

/** Files that differ, as a source told once, and what was judged of them, by variant. */
export type KnownChanges = {
  key: string;
  changes: SchemaChanges;
  judged: ReadonlyMap<string, JudgedChanges>;
  usedAt: Date;
};

export async function findChanges(db: Database, key: string): Promise<KnownChanges | null> {
  const row = await db.schemaFiles.findUnique({ where: { key }, include: { judgements: true } });
  const changes = SchemaChanges.safeParse(row?.changes);
  if (!row || !changes.success) return null;
  const judged = new Map<string, JudgedChanges>();
  for (const { variant, verdict } of row.judgements) {
    const parsed = JudgedChanges.safeParse(verdict);
    if (parsed.success) judged.set(variant, parsed.data);
  }
  return { key, changes: changes.data, judged, usedAt: row.usedAt };
}

/** Keeps what a source told. Said twice at once, the first stays: commits don't change. */
export async function keepChanges(
  db: Database,
  row: { key: string; source: string; repository: string; changes: SchemaChanges; at: Date },
): Promise<void> {
  const { at, changes, ...rest } = row;
  const data = { ...rest, changes: asJson(changes), usedAt: at };
  await db.schemaFiles.upsert({ where: { key: row.key }, create: data, update: { usedAt: at } });
}

export async function keepJudged(
  db: Database,
  row: { key: string; variant: string; judged: JudgedChanges; at: Date },
): Promise<void> {
  const { key, variant, at } = row;
  const verdict = asJson(row.judged);
  await db.schemaJudgement.upsert({
    where: { key_variant: { key, variant } },
    create: { key, variant, verdict, at },
    update: { verdict, at },
  });
}

/** Remembers at most once a day that a set was of use, and drops those that weren't for long. */
export async function touchChanges(
  db: Database,
  set: { key: string; usedAt: Date },
  now: Date,
): Promise<void> {
  if (now.getTime() - set.usedAt.getTime() < TOUCH_MS) return;
  await db.schemaFiles.updateMany({ where: { key: set.key }, data: { usedAt: now } });
  const unused = new Date(now.getTime() - KEPT_MS);
  await db.schemaFiles.deleteMany({ where: { usedAt: { lt: unused } } });
}

/** Of these keys, those that a source has been asked about already. */
export async function knownChanges(db: Database, keys: string[]): Promise<Set<string>> {
  const rows = await db.schemaFiles.findMany({
    where: { key: { in: keys } },
    select: { key: true },
  });
  return new Set(rows.map(({ key }) => key));
}

/** Every migration of a repository that a source has told of, by path. */
export async function knownMigrations(
  db: Database,
  place: { source: string; repository: string },
): Promise<Set<string>> {
  const { source, repository } = place;
  const rows = await db.$queryRaw<{ path: string }[]>`
    SELECT DISTINCT t.path
      FROM "SchemaFiles" f
     CROSS JOIN LATERAL (
       SELECT e->>'path' AS path FROM jsonb_array_elements(f."changes"->'added') e
       UNION ALL SELECT e->>'path' FROM jsonb_array_elements(f."changes"->'edited') e
       UNION ALL SELECT e FROM jsonb_array_elements_text(f."changes"->'removed') e) t
     WHERE f."source" = ${source} AND f."repository" = ${repository}`;
  return new Set(rows.map(({ path }) => path));
}

/** A migration taken back by hand, as somebody told it. */
export type MigratedDownRow = {
  incidentNumber: number;
  service: string;
  source: string;
  repository: string;
  paths: string[];
  note: string;
  by: string;
  at: Date;
};

export async function insertMigratedDown(tx: Transaction, row: MigratedDownRow): Promise<void> {
  await tx.migratedDown.create({ data: { id: randomUUID(), ...row } });
}

/** What was taken back in a repository, newest first. */
export async function migratedDownIn(
  db: Database,
  place: { source: string; repository: string },
): Promise<MigratedDownRow[]> {
  const { source, repository } = place;
  return db.migratedDown.findMany({
    where: { source, repository },
    orderBy: { at: "desc" },
    take: 50,
  });
}

/** When each of some services was last delivered since a moment; a way back is no delivery. */
export async function lastDelivered(
  db: Database,
  services: string[],
  since: Date,
): Promise<Map<string, Date>> {
  const rows = await db.$queryRaw<{ service: string; at: Date }[]>`
    SELECT s.service, GREATEST(max(c."at"), max(c."observedAt")) AS "at"
      FROM unnest(${services}::text[]) AS s(service)
      JOIN "Change" c ON c."services" @> ARRAY[s.service]
     WHERE c."kind" = 'deploy' AND (c."at" > ${since} OR c."observedAt" > ${since})
       AND c."details"->>'restorationId' IS NULL AND c."details"->>'returnsTo' IS NULL
     GROUP BY s.service`;
  return new Map(rows.map(({ service, at }) => [service, at]));
}
