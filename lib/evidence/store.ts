import "server-only";
import { KeptEvidence } from "@/lib/contracts/kept-evidence";
import type { Database } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";
import { storable } from "@/lib/server/storable";

/** Of one list this many are shown. */
const MOST = 2_000;

/**
 * Takes Restorations whose evidence is due and puts each off until `nextAt`: then another takes it,
 * should this process have died over it. Answers their numbers.
 */
export async function takeDueEvidence(
  db: Database,
  { now, nextAt }: { now: Date; nextAt: Date },
): Promise<number[]> {
  const rows = await db.$queryRaw<{ number: number }[]>`
    UPDATE "Restoration" SET "evidenceDueAt" = ${nextAt}::timestamptz
     WHERE "number" IN (
       SELECT "number" FROM "Restoration" WHERE "evidenceDueAt" <= ${now}::timestamptz
        ORDER BY "evidenceDueAt" LIMIT 10 FOR UPDATE SKIP LOCKED)
    RETURNING "number"`;
  return rows.map(({ number }) => number);
}

/** Null: nothing more is to be kept. */
export async function setEvidenceDue(db: Database, number: number, at: Date | null): Promise<void> {
  await db.restoration.updateMany({
    where: { number, evidenceDueAt: { not: null } },
    data: { evidenceDueAt: at },
  });
}

export type KeptDraft = Omit<Prisma.KeptEvidenceUncheckedCreateInput, "takenAt" | "keptUntil"> & {
  takenAt: Date;
  keptUntil: Date;
};

/** Keeps one thing; what was kept under its id before stays as it was. */
export async function insertKept(db: Database, draft: KeptDraft): Promise<void> {
  await db.keptEvidence.createMany({ data: [storable(draft)], skipDuplicates: true });
}

/** Bytes kept of a Restoration. */
export async function keptBytes(db: Database, restorationNumber: number): Promise<number> {
  const { _sum } = await db.keptEvidence.aggregate({
    where: { restorationNumber },
    _sum: { bytes: true },
  });
  return _sum.bytes ?? 0;
}

const listed = {
  ...{ id: true, incidentNumber: true, restorationNumber: true, kind: true, title: true },
  ...{ mediaType: true, bytes: true, isCut: true, masked: true, problem: true },
  ...{ takenAt: true, keptUntil: true },
} as const satisfies Prisma.KeptEvidenceSelect;

type Listed = Prisma.KeptEvidenceGetPayload<{ select: typeof listed }>;

function toKept({ incidentNumber, restorationNumber, ...row }: Listed): KeptEvidence {
  return KeptEvidence.parse({
    ...row,
    incidentId: `INC-${incidentNumber}`,
    restorationId: `R-${restorationNumber}`,
    takenAt: row.takenAt.toISOString(),
    keptUntil: row.keptUntil.toISOString(),
  });
}

export type OfWhat = { incidentNumber: number } | { restorationNumber: number };

/** What is kept, without its contents: the newest Restoration first, in it as it was taken. */
export async function listKept(db: Database, what: OfWhat, now: Date): Promise<KeptEvidence[]> {
  const rows = await db.keptEvidence.findMany({
    where: { ...what, keptUntil: { gt: now } },
    orderBy: [{ restorationNumber: "desc" }, { takenAt: "asc" }, { title: "asc" }],
    select: listed,
    take: MOST,
  });
  return rows.map(toKept);
}

/** The Restorations of which more is to be kept: "R-12". */
export async function beingKept(db: Database, what: OfWhat): Promise<string[]> {
  const where =
    "incidentNumber" in what
      ? { incidentNumber: what.incidentNumber }
      : { number: what.restorationNumber };
  const rows = await db.restoration.findMany({
    where: { ...where, evidenceDueAt: { not: null } },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  return rows.map(({ number }) => `R-${number}`);
}

/** One thing with its sealed content, which is null when nothing could be kept; null after its time. */
export async function findKept(
  db: Database,
  id: string,
  now: Date,
): Promise<{ evidence: KeptEvidence; sealed: string | null } | null> {
  const row = await db.keptEvidence.findFirst({
    where: { id, keptUntil: { gt: now } },
    select: { ...listed, sealed: true },
  });
  if (!row) return null;
  const { sealed, ...rest } = row;
  return { evidence: toKept(rest), sealed };
}

/** Deletes what has been kept for long enough; answers how much. */
export async function deleteExpired(db: Database, now: Date): Promise<number> {
  const { count } = await db.keptEvidence.deleteMany({ where: { keptUntil: { lte: now } } });
  return count;
}
