import { generateHistory } from "./generate-history.ts";
import type { HistoryPlan } from "./history-plan.ts";
import { CHANGES, type LedgerPlace, LINKS, open, type Session } from "./seed-ledger.ts";

type Rows = Record<Table, object[]>;
type Table =
  | "Change"
  | "ChangeLink"
  | "Incident"
  | "TimelineEntry"
  | "Restoration"
  | "Receipt"
  | "Advice";

const BATCH = 1_000;

/** Columns that are written, with their types; in the order in which tables refer to one another. */
const COLUMNS: [Exclude<Table, "Change" | "ChangeLink">, string][] = [
  [
    "Incident",
    `number int, title text, severity int, status text, services text[], commander text,
     origin text, "declaredBy" text, "declaredAt" timestamptz, "harmBeganAt" timestamptz,
     "harmBeganFrom" text, "restoredAt" timestamptz, "resolvedAt" timestamptz, "isDrill" boolean`,
  ],
  [
    "TimelineEntry",
    `id text, "incidentNumber" int, kind text, at timestamptz, text text, by text,
     "restorationId" text, "naturalKey" text`,
  ],
  [
    "Restoration",
    `number int, "incidentNumber" int, lever text, target jsonb, label text, service text,
     "suspectId" text, state text, by text, "wasRecommended" boolean, "putBackOf" int,
     "pressKey" text, "naturalKey" text, resource text, plan jsonb, instance text,
     "plannedAt" timestamptz, "askedAt" timestamptz, "acceptedAt" timestamptz,
     "inEffectAt" timestamptz, "endedAt" timestamptz, "goodSince" timestamptz,
     "verifyForSeconds" float8, commands text[]`,
  ],
  ["Receipt", `"restorationNumber" int, at timestamptz, sentence text`],
  ["Advice", `"incidentNumber" int, "suspectId" text, digest text, card jsonb, at timestamptz`],
];

/**
 * Writes a generated past into a migrated ledger, beside what is in it; nobody may have it open if it
 * is embedded. Returns how many Changes and incidents were written.
 */
export async function seedHistory(
  place: LedgerPlace,
  plan: HistoryPlan,
): Promise<{ changes: number; incidents: number }> {
  const session = await open(place);
  try {
    return await writeHistory(session, plan);
  } finally {
    await session.close();
  }
}

/** As `seedHistory`, over a connection that is open already. */
export async function writeHistory(
  session: Pick<Session, "query">,
  plan: HistoryPlan,
): Promise<{ changes: number; incidents: number }> {
  const first = {
    incident: (await highest(session, "Incident")) + 1,
    restoration: (await highest(session, "Restoration")) + 1,
  };
  const rows: Rows = {
    ...{ Change: [], ChangeLink: [], Incident: [], TimelineEntry: [] },
    ...{ Restoration: [], Receipt: [], Advice: [] },
  };
  const written = { changes: 0, incidents: 0 };
  for (const step of generateHistory(plan, first)) {
    if (step.kind === "change") {
      rows.Change.push(step.row);
      rows.ChangeLink.push(...step.links);
      written.changes += 1;
    } else {
      for (const [table] of COLUMNS) rows[table].push(...step.incident.rows[table]);
      written.incidents += 1;
    }
    if (rows.Change.length >= BATCH) await flush(session, rows);
  }
  await flush(session, rows);
  for (const table of ["Incident", "Restoration"]) {
    await session.query(
      `SELECT setval(pg_get_serial_sequence('"${table}"', 'number'), max(number)) FROM "${table}"`,
      [],
    );
  }
  return written;
}

async function flush(session: Pick<Session, "query">, rows: Rows): Promise<void> {
  const write = async (sql: string, table: Table) => {
    const all = rows[table].splice(0);
    if (all.length > 0) await session.query(sql, [JSON.stringify(all)]);
  };
  await write(CHANGES, "Change");
  await write(LINKS, "ChangeLink");
  for (const [table, columns] of COLUMNS) {
    const names = [...columns.matchAll(/(?:^|,)\s*("?\w+"?) /g)].map(([, name]) => name).join(", ");
    await write(
      `INSERT INTO "${table}" (${names}) SELECT ${names}
         FROM jsonb_to_recordset($1::jsonb) AS row(${columns})`,
      table,
    );
  }
}

async function highest(session: Pick<Session, "query">, table: string): Promise<number> {
  const { rows } = await session.query(
    `SELECT coalesce(max(number), 0)::int AS n FROM "${table}"`,
    [],
  );
  const [row] = rows;
  if (typeof row !== "object" || row === null || !("n" in row)) throw new Error("no number came");
  return Number(row.n);
}
