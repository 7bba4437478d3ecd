import type { PGlite, Transaction } from "@electric-sql/pglite";
import { iso } from "./change-row.ts";
import { datedIncidents } from "./dated-incident.ts";
import { deliveryRows } from "./delivery-rows.ts";
import { flagRows } from "./flag-rows.ts";
import { incidentRows, type ToldIncident } from "./incident-rows.ts";
import { type LinkedFollowUp, linkIssues, type OpenIssue } from "./link-issues.ts";
import { openLedger } from "./open-ledger.ts";
import { restorationNumbers } from "./restoration-numbers.ts";
import { retroDocument } from "./retro-document.ts";
import { retroMarkdown } from "./retro-markdown.ts";
import { type DatedRetro, datedRetros } from "./retro-rows.ts";

export type HistoryOptions = {
  /** The console's data folder: empty, and no console has it open. */
  dataDir: string;
  /** The folder of migrations. */
  migrations: string;
  now: number;
  /** Where some follow-ups are opened as issues; without it, none is. */
  openIssue?: OpenIssue;
};

const BATCH = 1_500;

/**
 * Writes two years of the shop's past into a new ledger: deliveries, incidents with their levers and
 * drills, and retros. The same for the same moment. Returns how many of each.
 */
export async function seedHistory(options: HistoryOptions) {
  const { now } = options;
  const incidents = datedIncidents(now);
  const numbers = restorationNumbers(incidents);
  const restorationOf = ({ number }: { number: number }) => `R-${numbers.get(number)?.main ?? 0}`;
  const deliveries = deliveryRows(now, incidents, restorationOf);
  const flags = flagRows(now, incidents, restorationOf);
  const told = incidentRows(now, incidents, {
    numbers,
    culprits: deliveries.culprits,
    ramps: flags.ramps,
  });
  const retros = datedRetros(now, told);
  const asked = retros.flatMap((retro) => retro.followUps);
  const [ledger, followUps] = await Promise.all([
    openLedger(options.dataDir, options.migrations),
    linkIssues(asked, options.openIssue, now),
  ]);
  try {
    await ledger.transaction(async (tx) => {
      await insert(tx, "Change", [...deliveries.rows, ...flags.rows]);
      await insert(tx, "ChangeLink", deliveries.links);
      await insertIncidents(tx, told);
      await insertRetros(tx, retros, followUps);
    });
    await ledger.exec("ANALYZE");
  } finally {
    await ledger.close();
  }
  const changes = deliveries.rows.length + flags.rows.length;
  return { incidents: incidents.length, retros: retros.length, changes };
}

async function insertIncidents(tx: Transaction, told: ToldIncident[]): Promise<void> {
  await insert(
    tx,
    "Incident",
    told.map(({ row }) => row),
  );
  await insert(
    tx,
    "Restoration",
    told.flatMap(({ pulls }) => pulls.restorations),
  );
  await insert(tx, "Receipt", receiptsOf(told));
  await insert(
    tx,
    "TimelineEntry",
    told.flatMap(({ entries }) => entries),
  );
  await insert(
    tx,
    "Advice",
    told.flatMap(({ advice }) => advice ?? []),
  );
  await follow(tx, "Incident", "number");
  await follow(tx, "Restoration", "number");
  await follow(tx, "Receipt", "id");
}

/** Receipts with their ids, in the order in which they are told. */
function receiptsOf(told: ToldIncident[]) {
  return told
    .flatMap(({ pulls }) => pulls.receipts)
    .map((row, index) => ({ id: index + 1, ...row }));
}

async function insertRetros(
  tx: Transaction,
  retros: DatedRetro[],
  followUps: LinkedFollowUp[],
): Promise<void> {
  await insert(tx, "Retro", retros.map(retroRow));
  await insert(tx, "RetroSection", retros.flatMap(sectionRows));
  await insert(
    tx,
    "RetroEdit",
    retros.flatMap(sectionRows).map(({ name, editedBy, editedAt, ...row }) => ({
      ...{ ...row, section: name, kind: "saved", by: editedBy, at: editedAt },
    })),
  );
  await insert(
    tx,
    "RetroFactor",
    retros.flatMap(({ told, factors, scheduledFor }) =>
      factors.map((factor, index) => ({
        ...factor,
        ...{
          incidentNumber: told.incident.number,
          createdAt: iso(wroteAt(told, scheduledFor) + index * 60_000),
        },
      })),
    ),
  );
  await insert(tx, "FollowUp", followUps);
  await insert(tx, "RetroPublication", publications(retros));
  await follow(tx, "FollowUp", "number");
}

function publications(retros: DatedRetro[]): object[] {
  // Receipts are numbered over all incidents; every incident that has any has a retro, but the newest.
  let before = 0;
  return retros.flatMap((retro) => {
    const { told, publishedAt, facilitator } = retro;
    const first = before;
    before += told.pulls.receipts.length;
    if (publishedAt === null) return [];
    return {
      ...{ incidentNumber: told.incident.number, version: 1, publishedAt: iso(publishedAt) },
      ...{ publishedBy: facilitator, markdown: retroMarkdown(retro) },
      document: retroDocument(retro, (index) => first + index + 1),
    };
  });
}

/** Before the meeting, but not before it was over. */
function wroteAt({ incident }: ToldIncident, scheduledFor: number): number {
  return Math.min(scheduledFor, incident.restoredAt + 20 * 3_600_000);
}

function retroRow({ told, facts, facilitator, scheduledFor, publishedAt, ...retro }: DatedRetro) {
  const { incident } = told;
  const words = [
    ...[incident.title, incident.service, retro.drafted.summary, ...Object.values(retro.written)],
    ...retro.factors.map(({ text }) => text),
    ...retro.followUps.map(({ title }) => title),
  ];
  return {
    ...{ incidentNumber: incident.number, facilitator, facts, words: words.join("\n") },
    state: publishedAt === null ? "in-review" : "published",
    ...{ draftedAt: iso(incident.restoredAt + 190_000), scheduledFor: iso(scheduledFor) },
    ...{ minutes: 45, place: "Room Elbe and the team’s call", invitation: 1, showsNames: false },
    publishedVersion: publishedAt === null ? 0 : 1,
    changedAt: iso(publishedAt ?? wroteAt(told, scheduledFor)),
    version: 3,
  };
}

function sectionRows({ told, written, facilitator, scheduledFor }: DatedRetro) {
  const editedAt = iso(wroteAt(told, scheduledFor));
  return Object.entries(written).map(([name, text]) => ({
    ...{ incidentNumber: told.incident.number, name, text, revision: 1 },
    ...{ editedBy: facilitator, editedAt },
  }));
}

/** Columns that rows don't name keep their defaults. Every row of a call names the same ones. */
async function insert(tx: Transaction, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first)
    .map((name) => `"${name}"`)
    .join(", ");
  const sql = `INSERT INTO "${table}" (${columns})
    SELECT ${columns} FROM jsonb_populate_recordset(NULL::"${table}", $1::jsonb)`;
  for (let start = 0; start < rows.length; start += BATCH) {
    await tx.query(sql, [JSON.stringify(rows.slice(start, start + BATCH))]);
  }
}

/** The next one that the console writes comes after those of the past. */
async function follow(tx: Pick<PGlite, "query">, table: string, column: string): Promise<void> {
  await tx.query(
    `SELECT setval(pg_get_serial_sequence('"${table}"', '${column}'), (SELECT max("${column}") FROM "${table}"))`,
  );
}
