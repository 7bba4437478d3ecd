import "server-only";
import * as z from "zod";
import type { AllowedDelivery } from "@/lib/contracts/freeze";
import type { PlanProblem } from "@/lib/rules/freeze-words";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";

type Row = Prisma.FreezeGetPayload<Record<string, never>>;

/** A freeze as it is wished, without what came of it. */
export type FreezeRow = {
  number: number;
  id: string;
  services: string[];
  reason: string;
  by: string;
  incidentNumber: number | null;
  restorationNumber: number | null;
  createdAt: Date;
  until: Date;
  renewedAt: Date | null;
  renewals: number;
  thawedAt: Date | null;
  thawedBy: string | null;
  thawedBecause: string | null;
  /** Null until what it holds was worked out once. */
  planProblems: PlanProblem[] | null;
  warnedAt: Date | null;
  /** Of what was said when it was pressed under a key; null without one. */
  pressHash: string | null;
};

const Problems = z.array(
  z.object({ source: z.string(), subject: z.string(), sentence: z.string() }),
);

/** "F-12" → 12; null when it isn't a freeze's id. */
export function freezeNumber(id: string): number | null {
  const number = /^F-(\d{1,9})$/i.exec(id)?.[1];
  return number ? Number(number) : null;
}

function toRow(row: Row): FreezeRow {
  return {
    ...row,
    id: `F-${row.number}`,
    planProblems: row.planProblems === null ? null : Problems.parse(row.planProblems),
  };
}

export type FreezeDraft = Pick<
  FreezeRow,
  "services" | "reason" | "by" | "incidentNumber" | "createdAt" | "until" | "pressHash"
> & { pressKey: string | null; planDueAt: Date; plannedBy: string };

export async function insertFreeze(tx: Transaction, draft: FreezeDraft): Promise<FreezeRow> {
  return toRow(await tx.freeze.create({ data: draft }));
}

export async function findFreeze(
  db: Database | Transaction,
  number: number,
): Promise<FreezeRow | null> {
  const row = await db.freeze.findUnique({ where: { number } });
  return row ? toRow(row) : null;
}

export async function findByPress(db: Database, pressKey: string): Promise<FreezeRow | null> {
  const row = await db.freeze.findUnique({ where: { pressKey } });
  return row ? toRow(row) : null;
}

/** Whether it was worked out what a freeze holds, and each of that was answered. */
export async function isAnswered(db: Database, number: number): Promise<boolean> {
  const rows = await db.$queryRaw<{ isAnswered: boolean }[]>`
    SELECT "planProblems" IS NOT NULL AND NOT EXISTS (
             SELECT FROM "HoldClaim" JOIN "Hold" ON "Hold"."number" = "HoldClaim"."holdNumber"
              WHERE "HoldClaim"."freezeNumber" = "Freeze"."number" AND "Hold"."state" = 'asked')
           AS "isAnswered"
      FROM "Freeze" WHERE "number" = ${number}::int`;
  return rows[0]?.isAnswered ?? true;
}

export async function freezesByNumber(db: Database, numbers: number[]): Promise<FreezeRow[]> {
  const rows = await db.freeze.findMany({ where: { number: { in: numbers } } });
  return rows.map(toRow);
}

/** Freezes that weren't thawed yet, also those whose time is just over; newest first. */
export async function freezesNotThawed(db: Database): Promise<FreezeRow[]> {
  const rows = await db.freeze.findMany({
    where: { thawedAt: null },
    orderBy: { number: "desc" },
    take: 500,
  });
  return rows.map(toRow);
}

/** Freezes that are on. */
export async function freezesOn(db: Database, now: Date): Promise<FreezeRow[]> {
  const rows = await db.freeze.findMany({
    where: { thawedAt: null, until: { gt: now } },
    orderBy: { number: "desc" },
    take: 500,
  });
  return rows.map(toRow);
}

/** The latest freezes, newest first: of one incident, or of all. */
export async function latestFreezes(
  db: Database,
  query: { incidentNumber?: number; limit: number },
): Promise<FreezeRow[]> {
  const { incidentNumber, limit } = query;
  const rows = await db.freeze.findMany({
    where: incidentNumber === undefined ? {} : { incidentNumber },
    orderBy: { number: "desc" },
    take: limit,
  });
  return rows.map(toRow);
}

/** Puts the end off; null when it was thawed meanwhile. */
export async function renew(
  tx: Transaction,
  number: number,
  { until, at }: { until: Date; at: Date },
): Promise<FreezeRow | null> {
  const { count } = await tx.freeze.updateMany({
    where: { number, thawedAt: null, until: { gt: at } },
    data: { until, renewedAt: at, renewals: { increment: 1 }, warnedAt: null, planDueAt: at },
  });
  return count === 0 ? null : findFreeze(tx, number);
}

/** Notes that people were told that it ends soon; false when they were already. */
export async function noteWarned(
  tx: Transaction,
  { number, until }: Pick<FreezeRow, "number" | "until">,
  at: Date,
): Promise<boolean> {
  const { count } = await tx.freeze.updateMany({
    where: { number, until, thawedAt: null, warnedAt: null },
    data: { warnedAt: at },
  });
  return count > 0;
}

/** Takes the freezes whose holds are to be worked out by `taker`, and puts each off until `nextAt`. */
export async function takeDuePlans(
  db: Database,
  { now, nextAt, taker }: { now: Date; nextAt: Date; taker: string },
): Promise<number[]> {
  const rows = await db.$queryRaw<{ number: number }[]>`
    UPDATE "Freeze" SET "planDueAt" = ${nextAt}::timestamptz, "plannedBy" = ${taker}
     WHERE "number" IN (
       SELECT "number" FROM "Freeze"
        WHERE "planDueAt" <= ${now}::timestamptz AND "thawedAt" IS NULL
        ORDER BY "planDueAt" LIMIT 5 FOR UPDATE SKIP LOCKED)
    RETURNING "number"`;
  return rows.map(({ number }) => number);
}

/** Has what freezes hold worked out now, where processes were at it that are gone. */
export async function makePlansDue(db: Database, takers: string[], now: Date): Promise<void> {
  await db.freeze.updateMany({
    where: { plannedBy: { in: takers }, thawedAt: null, planDueAt: { gt: now } },
    data: { planDueAt: now },
  });
}

/** Notes that it was worked out, who couldn't be asked, and when it is to be again. */
export async function notePlanned(
  tx: Transaction,
  number: number,
  plan: { problems: PlanProblem[]; nextAt: Date },
): Promise<void> {
  await tx.freeze.updateMany({
    where: { number, thawedAt: null },
    data: { planProblems: asJson(plan.problems), planDueAt: plan.nextAt },
  });
}

export type AllowedDraft = Pick<AllowedDelivery, "kind" | "value" | "why" | "reason" | "by"> & {
  freezeNumber: number;
  at: Date;
};

/** Lets a delivery through; false when it was already. */
export async function insertAllowed(
  tx: Database | Transaction,
  draft: AllowedDraft,
): Promise<boolean> {
  const { count } = await tx.allowedDelivery.createMany({ data: [draft], skipDuplicates: true });
  return count > 0;
}
