import "server-only";
import { HoldState } from "@/lib/contracts/hold";
import { OwnerKind } from "@/lib/contracts/owner";
import type { MigratedDown, PausedOwner } from "@/lib/rules/find-loose-ends/facts";
import type { Database, Transaction } from "@/lib/server/db";

type PausedRow = {
  number: number;
  layer: string;
  kind: string;
  name: string;
  state: string;
  sentence: string;
  at: Date;
  restorationNumber: number;
  droppedAt: Date | null;
  droppedBy: string | null;
};

export type PausedBy = Omit<PausedOwner, "title" | "undoesWithinSeconds"> & {
  kind: OwnerKind;
  name: string;
};

/** The owners that Restorations of an incident paused, each with the claims of these, oldest first. */
export async function pausedBy(db: Database, incidentNumber: number): Promise<PausedBy[]> {
  const rows = await db.$queryRaw<PausedRow[]>`
    SELECT h."number", h."layer", h."detail"->>'kind' AS "kind", h."detail"->>'name' AS "name",
           h."state", h."sentence", h."at", c."restorationNumber", c."droppedAt", c."droppedBy"
      FROM "Restoration" r
      JOIN "HoldClaim" c ON c."restorationNumber" = r."number"
      JOIN "Hold" h ON h."number" = c."holdNumber"
     WHERE r."incidentNumber" = ${incidentNumber} AND h."layer" IN ('argo-cd', 'flux')
     ORDER BY h."number", c."restorationNumber"`;
  const owners = new Map<number, PausedBy>();
  for (const row of rows) {
    const { number, sentence, name } = row;
    const hold = { id: `H-${number}`, state: HoldState.parse(row.state), sentence };
    const owner = owners.get(number) ?? {
      hold: { ...hold, at: row.at.toISOString() },
      ...{ kind: OwnerKind.parse(row.kind), name, claims: [] },
    };
    owners.set(number, owner);
    owner.claims.push({
      restorationId: `R-${row.restorationNumber}`,
      droppedAt: row.droppedAt?.toISOString() ?? null,
      droppedBy: row.droppedBy,
    });
  }
  return [...owners.values()];
}

export type CulpritRow = {
  source: string;
  repository: string;
  number: number;
  /** The deploy that put it live. */
  deployId: string;
  isReverted: boolean;
};

/**
 * The merges that the deploys between two revisions carry, newest first, and whether each was reverted
 * by a merge since.
 */
export async function mergesBetween(
  db: Database,
  query: {
    source: string;
    subject: string;
    uid: string;
    after: number;
    upTo: number;
    since: Date;
  },
): Promise<CulpritRow[]> {
  return db.$queryRaw<CulpritRow[]>`
    SELECT m."source", m."details"->>'repository' AS "repository",
           (m."details"->>'number')::int AS "number", d."id" AS "deployId",
           EXISTS (SELECT FROM "Change" v
                    WHERE v."kind" = 'merge' AND v."source" = m."source"
                      AND v."at" > ${query.since}::timestamptz
                      AND v."details"->>'repository' = m."details"->>'repository'
                      AND v."details"->>'revertOf' = m."details"->>'number') AS "isReverted"
      FROM "Change" d
      JOIN "ChangeLink" l ON l."fromId" = d."id"
      JOIN "Change" m ON m."id" = l."toId" AND m."kind" = 'merge'
     WHERE d."source" = ${query.source} AND d."subject" = ${query.subject}
       AND d."details"->>'uid' = ${query.uid}
       AND (d."details"->>'revision')::int > ${query.after}
       AND (d."details"->>'revision')::int <= ${query.upTo}
     ORDER BY m."at" DESC, m."id" LIMIT 50`;
}

/** What was migrated down of some services since a moment, oldest first. */
export async function migratedDownOf(
  db: Database,
  query: { services: string[]; since: Date },
): Promise<MigratedDown[]> {
  if (query.services.length === 0) return [];
  const rows = await db.migratedDown.findMany({
    where: { service: { in: query.services }, at: { gte: query.since } },
    orderBy: { at: "asc" },
    take: 50,
  });
  return rows.map(({ paths, by, at }) => ({ paths, by, at: at.toISOString() }));
}

export type Waiver = { key: string; by: string; at: string; reason: string };

export async function waiversOf(db: Database, incidentNumber: number): Promise<Waiver[]> {
  const rows = await db.looseEndWaiver.findMany({ where: { incidentNumber } });
  return rows.map(({ key, by, at, reason }) => ({ key, by, at: at.toISOString(), reason }));
}

/** False when somebody waived it before. */
export async function insertWaiver(
  tx: Transaction,
  waiver: { incidentNumber: number; key: string; by: string; reason: string; at: Date },
): Promise<boolean> {
  const { count } = await tx.looseEndWaiver.createMany({ data: [waiver], skipDuplicates: true });
  return count > 0;
}

/** Numbers of incidents that aren't over, newest first; drills, too. */
export async function openIncidents(db: Database): Promise<number[]> {
  const rows = await db.incident.findMany({
    where: { status: { in: ["declared", "restored"] } },
    orderBy: { number: "desc" },
    take: 50,
    select: { number: true },
  });
  return rows.map(({ number }) => number);
}

/** The numbers of an incident's Restorations whose lever has answered. */
export async function answeredPresses(
  db: Database | Transaction,
  incidentNumber: number,
): Promise<number[]> {
  const rows = await db.restoration.findMany({
    where: { incidentNumber, state: { notIn: ["asked", "unknown"] } },
    select: { number: true },
  });
  return rows.map(({ number }) => number);
}

/** The first of an incident's Restorations that has answered and isn't among `known`, or null. */
export async function answeredSince(
  tx: Transaction,
  query: { incidentNumber: number; known: number[] },
): Promise<{ id: string; label: string } | null> {
  const row = await tx.restoration.findFirst({
    where: {
      ...{ incidentNumber: query.incidentNumber, number: { notIn: query.known } },
      state: { notIn: ["asked", "unknown"] },
    },
    orderBy: { number: "asc" },
    select: { number: true, label: true },
  });
  return row && { id: `R-${row.number}`, label: row.label };
}

/** A lever of an incident that was pulled since a moment and has no answer yet; null without one. */
export async function unansweredPress(
  tx: Database | Transaction,
  query: { incidentNumber: number; since: Date },
): Promise<{ id: string; label: string } | null> {
  const { incidentNumber, since } = query;
  const row = await tx.restoration.findFirst({
    where: { incidentNumber, state: { in: ["asked", "unknown"] }, plannedAt: { gte: since } },
    orderBy: { number: "asc" },
    select: { number: true, label: true },
  });
  return row && { id: `R-${row.number}`, label: row.label };
}
