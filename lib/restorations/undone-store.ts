import "server-only";
import type { Database, Transaction } from "@/lib/server/db";
import { Plan } from "./plan";

/** The newest Restoration on a resource that somebody undid since a moment; null without one. */
export async function lastUndoneOn(
  db: Database,
  query: { resource: string; since: Date },
): Promise<{ id: string; by: string | null } | null> {
  const row = await db.restoration.findFirst({
    where: { resource: query.resource, undoneAt: { gte: query.since } },
    orderBy: { number: "desc" },
    select: { number: true, undoneBy: true },
  });
  return row && { id: `R-${row.number}`, by: row.undoneBy };
}

/** Longer than anybody goes to and fro on one resource. */
const LOOK_BACK = 50;

/**
 * Whether a template is the one that the last Restoration of a resource led away from, which is what its
 * owners have. One that was itself the way back led to that, and away from what they don't have.
 */
export async function isWayBack(
  db: Database,
  query: { resource: string; toHash: string },
): Promise<boolean> {
  const rows = await db.restoration.findMany({
    where: { resource: query.resource, lever: "rollback", acceptedAt: { not: null } },
    orderBy: { number: "desc" },
    take: LOOK_BACK,
    select: { plan: true },
  });
  const plans = rows.toReversed().flatMap(({ plan }) => Plan.safeParse(plan).data ?? []);
  const left = plans.reduce<string | null>((before, plan) => {
    if (plan.lever !== "rollback") return before;
    return plan.toHash === before ? null : plan.fromHash;
  }, null);
  return left === query.toHash;
}

/**
 * Restorations that were in effect and aren't followed any more, whose incident isn't over: the last
 * ones on what they acted on. Those that somebody undid since a moment, too, as long as who did it or
 * by which Change isn't known.
 */
export async function watchedForUndoing(
  db: Database,
  query: { unknownSince: Date },
): Promise<number[]> {
  const rows = await db.$queryRaw<{ number: number }[]>`
    SELECT r."number" FROM "Restoration" r
      JOIN "Incident" i ON i."number" = r."incidentNumber"
     WHERE i."status" IN ('declared', 'restored')
       AND r."lever" IN ('rollback', 'retoggle') AND r."putBackOf" IS NULL
       AND ((r."undoneAt" IS NULL AND r."endedAt" IS NOT NULL AND r."inEffectAt" IS NOT NULL
              AND r."state" IN ('verified', 'in-effect'))
         OR ((r."undoneChangeId" IS NULL OR r."undoneBy" IS NULL)
              AND r."undoneAt" > ${query.unknownSince}::timestamptz))
       AND NOT EXISTS (SELECT FROM "Restoration" later WHERE later."resource" = r."resource"
             AND later."number" > r."number" AND later."acceptedAt" IS NOT NULL)
     ORDER BY r."number" DESC LIMIT 50`;
  return rows.map(({ number }) => number);
}

export type UndoneDraft = {
  at: Date;
  by: string | null;
  sentence: string;
  changeId: string | null;
};

/** False when it was written before. */
export async function writeUndone(
  tx: Transaction,
  number: number,
  { at, by, sentence, changeId }: UndoneDraft,
): Promise<boolean> {
  const { count } = await tx.restoration.updateMany({
    where: { number, undoneAt: null },
    data: { undoneAt: at, undoneBy: by, undoneSentence: sentence, undoneChangeId: changeId },
  });
  return count > 0;
}

/** Says who it was, once the ledger knows: on the Restoration and on the entry that told of it. */
export async function nameUndoer(
  tx: Transaction,
  number: number,
  { by, sentence, changeId, entryKey }: Omit<UndoneDraft, "at"> & { entryKey: string },
): Promise<void> {
  await tx.restoration.updateMany({
    where: { number, OR: [{ undoneChangeId: null }, { undoneBy: null }] },
    data: { undoneBy: by, undoneSentence: sentence, undoneChangeId: changeId },
  });
  await tx.timelineEntry.updateMany({
    where: { naturalKey: entryKey },
    data: { by, text: `R-${number} was undone: ${sentence}` },
  });
}
