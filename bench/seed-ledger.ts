import { PGlite } from "@electric-sql/pglite";
import { Client } from "pg";
import { type LedgerRow, type LinkRow, ledgerRows } from "./ledger-rows.ts";

/** Where a ledger is: the folder of an embedded one, or the address of a server. */
export type LedgerPlace = { folder: string } | { url: string };

export type Session = {
  query(sql: string, values: unknown[]): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
};

const BATCH = 1_000;
export const CHANGES = `INSERT INTO "Change" (id, kind, source, "naturalKey", services, title, environment,
    at, "completedAt", actor, url, details, subject, "commit", "linkedAt")
  SELECT id, kind, source, "naturalKey", services, title, environment,
    at, "completedAt", actor, url, details, subject, "commit", "linkedAt"
  FROM jsonb_to_recordset($1::jsonb) AS row(id text, kind text, source text, "naturalKey" text,
    services text[], title text, environment text, at timestamptz, "completedAt" timestamptz,
    actor text, url text, details jsonb, subject text, "commit" text, "linkedAt" timestamptz)`;
export const LINKS = `INSERT INTO "ChangeLink" ("fromId", "toId")
  SELECT "fromId", "toId" FROM jsonb_to_recordset($1::jsonb) AS row("fromId" text, "toId" text)`;

/**
 * Fills a migrated ledger, which nobody may have open if it is embedded, up to `total` Changes with
 * those of a shop's past. Returns how many are in it.
 */
export async function seedLedger(
  place: LedgerPlace,
  total: number,
  until: number,
): Promise<number> {
  const session = await open(place);
  try {
    const there = await count(session);
    const rows: LedgerRow[] = [];
    const links: LinkRow[] = [];
    const flush = async () => {
      if (rows.length > 0) await session.query(CHANGES, [JSON.stringify(rows.splice(0))]);
      if (links.length > 0) await session.query(LINKS, [JSON.stringify(links.splice(0))]);
    };
    for (const { row, links: own } of ledgerRows(Math.max(0, total - there), until)) {
      rows.push(row);
      links.push(...own);
      if (rows.length === BATCH) await flush();
    }
    await flush();
    return await count(session);
  } finally {
    await session.close();
  }
}

export async function open(place: LedgerPlace): Promise<Session> {
  if ("folder" in place) {
    const engine = new PGlite(place.folder);
    await engine.waitReady;
    return {
      query: (sql, values) => engine.query(sql, values),
      close: () => engine.close(),
    };
  }
  const client = new Client({ connectionString: place.url });
  await client.connect();
  return { query: (sql, values) => client.query(sql, values), close: () => client.end() };
}

async function count(session: Session): Promise<number> {
  const { rows } = await session.query('SELECT count(*)::int AS n FROM "Change"', []);
  const [row] = rows;
  if (typeof row !== "object" || row === null || !("n" in row)) throw new Error("no count came");
  return Number(row.n);
}
