import "server-only";
import { endsByItself, type HoldTarget, openKeyOf, subjectOf } from "@/lib/rules/freeze-holds";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";

/**
 * Has these holds looked at from `dueAt` on, or once `taker` is gone, as far as they are open. Their rows
 * are locked in one order, so that no two transactions wait for each other; in front of the audit, whose
 * appenders take turns.
 */
async function setDue(
  tx: Database | Transaction,
  holds: readonly { number: number }[],
  dueAt: Date,
  taker: string | null,
): Promise<void> {
  if (holds.length === 0) return;
  const numbers = holds.map(({ number }) => number);
  await tx.$executeRaw`
    WITH turn AS MATERIALIZED (
      SELECT "number" FROM "Hold"
       WHERE "number" = ANY(${numbers}::int[]) AND "openKey" IS NOT NULL
       ORDER BY "number" FOR UPDATE)
    UPDATE "Hold" SET "dueAt" = ${dueAt}::timestamptz, "takenBy" = coalesce(${taker}, "takenBy")
      FROM turn WHERE "Hold"."number" = turn."number"`;
}

export type Claimant = { freezeNumber: number } | { restorationNumber: number };

/**
 * Writes that somebody needs these things held, and that they are to be asked for at `dueAt`; what is
 * held already is shared. Answers the holds' numbers in the order of the targets. One who acts at once
 * itself puts `dueAt` off by as long as the asking may take, and names itself as the `taker`.
 */
export async function claimHolds(
  tx: Transaction,
  targets: readonly HoldTarget[],
  claimant: Claimant,
  { now, dueAt, taker }: { now: Date; dueAt: Date; taker: string | null },
): Promise<number[]> {
  if (targets.length === 0) return [];
  const freezeId = "freezeNumber" in claimant ? `F-${claimant.freezeNumber}` : null;
  const drafts = targets.map((target) => {
    const { layer, source } = target;
    const subject = subjectOf(target, freezeId);
    const openKey = openKeyOf(layer, source, subject);
    return { layer, source, subject, openKey, detail: asJson(target.detail) };
  });
  const openKeys = drafts.map(({ openKey }) => openKey);
  // In front of everything, so that a hold that is just being let go of is found claimed.
  const open = await tx.hold.findMany({
    where: { openKey: { in: openKeys } },
    select: { number: true },
  });
  await setDue(tx, open, dueAt, taker);
  await tx.hold.createMany({
    data: drafts.map((draft) => ({
      ...draft,
      ...{ state: "asked", sentence: "Being asked.", commands: [], at: now, dueAt },
      takenBy: taker,
      endsByItself: endsByItself(draft.layer),
    })),
    skipDuplicates: true,
  });
  const rows = await tx.hold.findMany({
    where: { openKey: { in: openKeys } },
    select: { number: true, openKey: true },
  });
  const numberOf = new Map(rows.map(({ openKey, number }) => [openKey, number]));
  const numbers = openKeys.map((openKey) => {
    const number = numberOf.get(openKey);
    if (number === undefined) throw new Error(`${openKey} was let go of while it was claimed`);
    return number;
  });
  await setDetails(
    tx,
    drafts.flatMap(({ layer, detail }, index) =>
      layer === "kubernetes" ? [{ number: numbers[index], detail }] : [],
    ),
  );
  await tx.holdClaim.createMany({
    data: numbers.map((holdNumber) => ({ holdNumber, ...claimant })),
    skipDuplicates: true,
  });
  return numbers;
}

/** Has holds that are locked hold what is there now: a namespace may have got another Deployment. */
async function setDetails(
  tx: Transaction,
  details: { number: number | undefined; detail: Prisma.InputJsonValue }[],
): Promise<void> {
  if (details.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Hold" SET "detail" = one->'detail'
      FROM jsonb_array_elements(${JSON.stringify(details)}::jsonb) one
     WHERE "number" = (one->>'number')::int AND "detail" <> one->'detail'`;
}

/** What a freeze claims or has claimed: by open key, and whether the claim was dropped by hand. */
export async function claimedByFreeze(
  db: Database | Transaction,
  freezeNumber: number,
): Promise<
  { layer: string; source: string; subject: string; detail: unknown; isDropped: boolean }[]
> {
  const rows = await db.holdClaim.findMany({
    where: { freezeNumber },
    select: {
      droppedAt: true,
      hold: { select: { layer: true, source: true, subject: true, detail: true } },
    },
  });
  return rows.map(({ droppedAt, hold }) => ({ ...hold, isDropped: droppedAt !== null }));
}

/** Has the holds that somebody claims looked at now: what they need has changed, or they need it no more. */
export async function makeHoldsDue(
  tx: Database | Transaction,
  claimant: { freezeNumber: number | { in: number[] } } | { restorationNumber: number },
  now: Date,
): Promise<void> {
  const rows = await tx.hold.findMany({
    where: { openKey: { not: null }, claims: { some: claimant } },
    select: { number: true },
  });
  await setDue(tx, rows, now, null);
}

/** Has the holds looked at now that processes asked for that are gone. */
export async function makeTakenDue(db: Database, takers: string[], now: Date): Promise<void> {
  const rows = await db.hold.findMany({
    where: { openKey: { not: null }, takenBy: { in: takers }, dueAt: { gt: now } },
    select: { number: true },
  });
  await setDue(db, rows, now, null);
}

/** Has what somebody took away from a freeze asked for again. */
export async function askForLost(tx: Transaction, freezeNumber: number, now: Date): Promise<void> {
  await tx.hold.updateMany({
    where: { state: "lost", openKey: { not: null }, claims: { some: { freezeNumber } } },
    data: { asserted: null, lostAt: null, dueAt: now },
  });
}

/** Has the merges of a code source's repository looked at now. True when some are held. */
export async function makeMergesDue(
  db: Database,
  { source, repository }: { source: string; repository: string },
  now: Date,
): Promise<boolean> {
  const { count } = await db.hold.updateMany({
    where: {
      ...{ layer: "github", source, openKey: { not: null } },
      subject: { startsWith: `${repository} ` },
    },
    data: { dueAt: now },
  });
  return count > 0;
}

/** Drops every claim on a hold, so that it is let go. Answers how many there were. */
export async function dropClaims(
  tx: Transaction,
  holdNumber: number,
  { by, at }: { by: string; at: Date },
): Promise<number> {
  const { count } = await tx.holdClaim.updateMany({
    where: { holdNumber, droppedAt: null },
    data: { droppedAt: at, droppedBy: by },
  });
  await tx.hold.updateMany({
    where: { number: holdNumber, openKey: { not: null } },
    data: { dueAt: at },
  });
  return count;
}
