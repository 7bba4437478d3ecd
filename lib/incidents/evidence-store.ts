import "server-only";
import * as z from "zod";
import { SignalTrace, UnhealthyPods } from "@/lib/contracts/incident-evidence";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import { storable } from "@/lib/server/storable";

/** A signal around the start of harm as it was last read, and why it can't be read since. */
export const KeptTrace = SignalTrace.extend({
  title: z.string(),
  /** Null when its source has never answered. */
  readAt: z.iso.datetime().nullable(),
  problem: z.string().nullable(),
});
export type KeptTrace = z.infer<typeof KeptTrace>;

export type KeptEvidence = {
  traces: KeptTrace[];
  unhealthy: UnhealthyPods[];
  /** Labels and annotations of the alerts that told of it. */
  alertTexts: string[];
  examinedAt: Date | null;
};

const MOST_TEXTS = 100;
const LONGEST_TEXT = 2_000;

const LONG_AGO = new Date(0);

/** Has an incident looked at next: when it is declared, and when what is known of it was corrected. */
export async function makeDue(tx: Transaction, incidentNumber: number): Promise<void> {
  await tx.incidentEvidence.upsert({
    where: { incidentNumber },
    create: { incidentNumber, dueAt: LONG_AGO },
    update: { dueAt: LONG_AGO },
  });
}

/** Keeps what alerts say in labels and annotations; a text that is there already stays once. */
export async function addAlertTexts(
  tx: Transaction,
  incidentNumber: number,
  texts: string[],
): Promise<void> {
  const row = await tx.incidentEvidence.findUnique({ where: { incidentNumber } });
  const known = row?.alertTexts ?? [];
  const cut = storable(texts).map((text) => text.slice(0, LONGEST_TEXT));
  const alertTexts = [...new Set([...known, ...cut])].slice(0, MOST_TEXTS);
  if (alertTexts.length === known.length) return;
  await tx.incidentEvidence.upsert({
    where: { incidentNumber },
    create: { incidentNumber, alertTexts },
    update: { alertTexts },
  });
}

/**
 * Takes the incidents that are due and puts each off until `nextAt`, so that of several replicas one
 * looks. Answers their numbers, the longest due first.
 */
export async function claimDue(
  db: Database,
  { now, nextAt, limit }: { now: Date; nextAt: Date; limit: number },
): Promise<number[]> {
  const rows = await db.$queryRaw<{ incidentNumber: number }[]>`
    UPDATE "IncidentEvidence" SET "dueAt" = ${nextAt.toISOString()}::timestamptz
    WHERE "incidentNumber" IN (
      SELECT "incidentNumber" FROM "IncidentEvidence"
      WHERE "dueAt" <= ${now.toISOString()}::timestamptz
      ORDER BY "dueAt" LIMIT ${limit}::int FOR UPDATE SKIP LOCKED)
    RETURNING "incidentNumber"`;
  return rows.map(({ incidentNumber }) => incidentNumber);
}

/** What was known around an incident when it was last looked at; null when nobody has looked yet. */
export async function evidenceOf(
  db: Database,
  incidentNumber: number,
): Promise<KeptEvidence | null> {
  const row = await db.incidentEvidence.findUnique({ where: { incidentNumber } });
  return row
    ? {
        traces: KeptTrace.array().catch([]).parse(row.traces),
        unhealthy: UnhealthyPods.array().catch([]).parse(row.unhealthy),
        alertTexts: row.alertTexts,
        examinedAt: row.examinedAt,
      }
    : null;
}

/** Keeps what was seen. */
export async function saveEvidence(
  db: Database,
  incidentNumber: number,
  seen: { traces: KeptTrace[]; unhealthy: UnhealthyPods[]; examinedAt: Date },
): Promise<void> {
  await db.incidentEvidence.updateMany({
    where: { incidentNumber },
    data: {
      traces: asJson(seen.traces),
      unhealthy: asJson(seen.unhealthy),
      examinedAt: seen.examinedAt,
    },
  });
}

/** Nothing more is to be seen until somebody corrects something; a correction made since `dueAt` counts. */
export async function makeUndue(db: Database, incidentNumber: number, dueAt: Date): Promise<void> {
  await db.incidentEvidence.updateMany({
    where: { incidentNumber, dueAt },
    data: { dueAt: null },
  });
}
