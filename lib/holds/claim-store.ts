import "server-only";
import { endsByItself, type HoldTarget, openKeyOf, subjectOf } from "@/lib/rules/freeze-holds";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";

export type Claimant = { freezeNumber: number } | { restorationNumber: number };

/**
 * Writes that somebody needs something held, and that it is to be asked for at `dueAt`; what is held
 * already is shared. Answers the hold's number and whether it is new. One who acts at once itself puts
 * `dueAt` off by as long as the asking may take.
 */
export async function claimHold(
  tx: Transaction,
  target: HoldTarget,
  claimant: Claimant,
  { now, dueAt }: { now: Date; dueAt: Date },
): Promise<{ number: number; isNew: boolean }> {
  const freezeId = "freezeNumber" in claimant ? `F-${claimant.freezeNumber}` : null;
  const subject = subjectOf(target, freezeId);
  const openKey = openKeyOf(target.layer, target.source, subject);
  const detail = asJson(target.detail);
  const made = await tx.hold.createManyAndReturn({
    data: [
      {
        ...{ layer: target.layer, source: target.source, subject, detail, openKey },
        ...{ state: "asked", sentence: "Being asked.", commands: [] },
        ...{ at: now, dueAt, endsByItself: endsByItself(target.layer) },
      },
    ],
    skipDuplicates: true,
    select: { number: true },
  });
  const isNew = made.length > 0;
  const { number } = await tx.hold.update({
    where: { openKey },
    data: { detail, dueAt },
    select: { number: true },
  });
  await tx.holdClaim.createMany({
    data: [{ holdNumber: number, ...claimant }],
    skipDuplicates: true,
  });
  return { number, isNew };
}

/** Has the holds that somebody claims looked at now: what they need has changed, or they need it no more. */
export async function makeHoldsDue(
  tx: Database | Transaction,
  claimant: { freezeNumber: number | { in: number[] } } | { restorationNumber: number },
  now: Date,
): Promise<void> {
  await tx.hold.updateMany({
    where: { openKey: { not: null }, claims: { some: claimant } },
    data: { dueAt: now },
  });
}

/** Has the merges of a code source's repositories looked at now. */
export async function makeMergesDue(
  db: Database,
  { source, repository }: { source: string; repository: string },
  now: Date,
): Promise<boolean> {
  const { count } = await db.hold.updateMany({
    where: {
      ...{ layer: "github", source, openKey: { not: null }, state: { not: "releasing" } },
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
