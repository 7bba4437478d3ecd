import "server-only";
import { LeverTarget } from "@/lib/contracts/lever";
import { Restoration, type RestorationState, Stage } from "@/lib/contracts/restoration";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";
import { Plan } from "./plan";

const include = {
  receipts: { orderBy: { id: "asc" } },
} as const satisfies Prisma.RestorationInclude;

type Bare = Prisma.RestorationGetPayload<Record<string, never>>;
type Row = Bare & { receipts: { at: Date; sentence: string; url: string | null }[] };

/** A Restoration with what its lever needs and the browser doesn't. */
export type Job = {
  number: number;
  incidentNumber: number;
  restoration: Restoration;
  plan: Plan;
  resource: string;
  instance: string;
};

export function restorationNumber(id: string): number | null {
  const number = /^R-(\d{1,9})$/i.exec(id)?.[1];
  return number ? Number(number) : null;
}

function iso(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}

function toJob(row: Row, putBackBy: number | null): Job {
  const restoration = Restoration.parse({
    id: `R-${row.number}`,
    incidentId: `INC-${row.incidentNumber}`,
    lever: row.lever,
    target: LeverTarget.parse(row.target),
    label: row.label,
    service: row.service,
    suspectId: row.suspectId,
    state: row.state,
    by: row.by,
    wasRecommended: row.wasRecommended,
    putBackOf: row.putBackOf === null ? null : `R-${row.putBackOf}`,
    putBackBy: putBackBy === null ? null : `R-${putBackBy}`,
    plannedAt: row.plannedAt.toISOString(),
    askedAt: iso(row.askedAt),
    acceptedAt: iso(row.acceptedAt),
    inEffectAt: iso(row.inEffectAt),
    endedAt: iso(row.endedAt),
    stages: Stage.array().parse(row.stages),
    progress: row.progress,
    goodSince: iso(row.goodSince),
    verifyForSeconds: row.verifyForSeconds,
    failure:
      row.failureCode && row.failureSentence
        ? { code: row.failureCode, sentence: row.failureSentence }
        : null,
    commands: row.commands,
    receipts: row.receipts.map((receipt) => ({
      at: receipt.at.toISOString(),
      sentence: receipt.sentence,
      url: receipt.url,
    })),
    url: row.url,
    undone:
      row.undoneAt && row.undoneSentence
        ? {
            at: row.undoneAt.toISOString(),
            by: row.undoneBy,
            sentence: row.undoneSentence,
            changeId: row.undoneChangeId,
          }
        : null,
  });
  return {
    number: row.number,
    incidentNumber: row.incidentNumber,
    restoration,
    plan: Plan.parse(row.plan),
    resource: row.resource,
    instance: row.instance,
  };
}

async function withPutBacks(db: Database | Transaction, rows: Row[]): Promise<Job[]> {
  const numbers = rows.map((row) => row.number);
  const undone =
    numbers.length === 0
      ? []
      : await db.restoration.findMany({
          where: { putBackOf: { in: numbers } },
          select: { number: true, putBackOf: true },
        });
  const by = new Map(undone.map((row) => [row.putBackOf, row.number]));
  return rows.map((row) => toJob(row, by.get(row.number) ?? null));
}

async function one(db: Database | Transaction, row: Row | null): Promise<Job | null> {
  if (!row) return null;
  const [job] = await withPutBacks(db, [row]);
  return job ?? null;
}

export async function findJob(db: Database | Transaction, number: number): Promise<Job | null> {
  return one(db, await db.restoration.findUnique({ where: { number }, include }));
}

export async function findByPress(db: Database, pressKey: string): Promise<Job | null> {
  return one(db, await db.restoration.findUnique({ where: { pressKey }, include }));
}

export async function findByNaturalKey(db: Database, naturalKey: string): Promise<Job | null> {
  return one(db, await db.restoration.findUnique({ where: { naturalKey }, include }));
}

/** The latest Restoration on a resource, or null. */
export async function latestOn(db: Database, resource: string): Promise<Job | null> {
  return one(
    db,
    await db.restoration.findFirst({
      where: { resource },
      orderBy: { number: "desc" },
      include,
    }),
  );
}

/** Number of the latest Restoration on a resource, 0 when there was none. */
export async function serialOf(db: Database, resource: string): Promise<number> {
  const row = await db.restoration.findFirst({
    where: { resource },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  return row?.number ?? 0;
}

export async function jobsOfIncident(db: Database, incidentNumber: number): Promise<Job[]> {
  const rows = await db.restoration.findMany({
    where: { incidentNumber },
    orderBy: { number: "desc" },
    take: 200,
    include,
  });
  return withPutBacks(db, rows);
}

/**
 * The Restoration (no put-back, no drill) that led away from a template since a moment and hasn't
 * failed: "R-12", or null.
 */
export async function takenBackLately(
  db: Database,
  query: { resource: string; templateHash: string; since: Date },
): Promise<string | null> {
  const row = await db.restoration.findFirst({
    where: {
      ...{ resource: query.resource, lever: "rollback", putBackOf: null },
      state: { in: ["accepted", "in-effect", "verified"] },
      plannedAt: { gte: query.since },
      plan: { path: ["fromHash"], equals: query.templateHash },
      incident: { isDrill: false },
    },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  return row ? `R-${row.number}` : null;
}

/** Restorations of other incidents that were pulled for one of these Changes, newest first. */
export async function jobsForSuspects(
  db: Database,
  query: { suspectIds: string[]; exceptIncident: number },
): Promise<Job[]> {
  if (query.suspectIds.length === 0) return [];
  const rows = await db.restoration.findMany({
    where: {
      suspectId: { in: query.suspectIds },
      incidentNumber: { not: query.exceptIncident },
      incident: { isDrill: false },
    },
    orderBy: { number: "desc" },
    take: 50,
    include,
  });
  return withPutBacks(db, rows);
}

/** Restorations that haven't ended, oldest first. */
export async function openJobs(db: Database): Promise<Job[]> {
  const rows = await db.restoration.findMany({
    where: { endedAt: null },
    orderBy: { number: "asc" },
    take: 100,
    include,
  });
  return withPutBacks(db, rows);
}

/** Reverts that are opened and not known to be merged, oldest first. */
export async function openReverts(db: Database): Promise<Job[]> {
  const rows = await db.restoration.findMany({
    where: { endedAt: null, state: "accepted", lever: "revert" },
    orderBy: { number: "asc" },
    take: 100,
    include,
  });
  const jobs = await withPutBacks(db, rows);
  return jobs.filter(({ plan }) => plan.lever === "revert" && plan.mergeCommit === null);
}

export type JobPatch = {
  state?: RestorationState;
  acceptedAt?: Date;
  inEffectAt?: Date;
  endedAt?: Date | null;
  stages?: Stage[];
  progress?: string | null;
  goodSince?: Date | null;
  failure?: { code: string; sentence: string } | null;
  commands?: string[];
  url?: string | null;
  plan?: Plan;
  /** True once it is known that nothing was done: the same press may be made again. */
  release?: boolean;
};

export type ReceiptDraft = { at: Date; sentence: string; url?: string | null };

/**
 * Moves a Restoration on from a known state and adds receipts; false when it isn't in that state any
 * more (somebody else settled it).
 */
export async function updateJob(
  tx: Transaction,
  from: { number: number; state: RestorationState },
  patch: JobPatch,
  receipts: ReceiptDraft[] = [],
): Promise<boolean> {
  const { count } = await tx.restoration.updateMany({
    where: { number: from.number, state: from.state, endedAt: null },
    data: dataOf(patch),
  });
  if (count > 0) await insertReceipts(tx, from.number, receipts);
  return count > 0;
}

function dataOf(patch: JobPatch) {
  const { failure, release, plan, stages, ...rest } = patch;
  return {
    ...rest,
    ...(plan ? { plan: asJson(plan) } : {}),
    ...(stages ? { stages: asJson(stages) } : {}),
    ...(failure === undefined
      ? {}
      : { failureCode: failure?.code ?? null, failureSentence: failure?.sentence ?? null }),
    ...(release ? { naturalKey: null, putBackOf: null } : {}),
  };
}

/** Shows what is to be done by hand for one that is accepted; none takes it away again. */
export async function setCommands(
  tx: Transaction,
  number: number,
  commands: string[],
): Promise<void> {
  await tx.restoration.updateMany({ where: { number, state: "accepted" }, data: { commands } });
}

/** Adds a receipt of something that happened on the way, whatever state the Restoration is in. */
export async function insertReceipt(
  db: Database | Transaction,
  restorationNumber: number,
  { at, sentence, url = null }: ReceiptDraft,
): Promise<void> {
  await db.receipt.create({ data: { restorationNumber, at, sentence, url } });
}

async function insertReceipts(
  tx: Transaction,
  restorationNumber: number,
  receipts: ReceiptDraft[],
): Promise<void> {
  if (receipts.length === 0) return;
  await tx.receipt.createMany({
    data: receipts.map((receipt) => ({ restorationNumber, ...receipt })),
  });
}
