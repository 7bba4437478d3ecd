import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { ask } from "../authorisation/ask.ts";
import { makeWorld, type ProductServer, startProduct } from "../authorisation/product-server.ts";

export type KillVerdict = {
  rounds: number;
  acknowledged: number;
  kept: number;
  audited: number;
  wrong: string[];
};

type AuditRow = {
  id: number;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  detail: unknown;
  previous: string;
  hash: string;
};

/**
 * Kills the product without warning while it writes, again and again, on one embedded database.
 * Every write it acknowledged must be there, with its audit row, in a chain without a gap; and a
 * second process must be refused, by name, while the first one lives. Needs a finished build.
 */
export async function checkKills(root: string, rounds = 5): Promise<KillVerdict> {
  const wrong: string[] = [];
  const acknowledged: string[] = [];
  const world = await makeWorld();
  const settings = { KNOWN_GOOD_DEMO: "1", KNOWN_GOOD_LOG_LEVEL: "error" };
  const start = () => startProduct(root, world.folder, settings);
  try {
    for (let round = 0; round < rounds; round += 1) {
      const server = await start();
      const headers = await signIn(server);
      if (round === 0) wrong.push(...(await refusesSecond(start)));
      let isAlive = true;
      const writers = Array.from({ length: 4 }, async () => {
        while (isAlive) {
          const made = await ask(server.url, "POST", "/api/tokens", headers, '{"name":"k"}').catch(
            () => null,
          );
          if (made?.status === 201) acknowledged.push(JSON.parse(made.text).id);
        }
      });
      await wait(400 + 170 * round);
      await server.kill();
      isAlive = false;
      await Promise.all(writers);
    }
    const server = await start();
    await signIn(server);
    await server.stop();
    const { tokens, audit } = await readFolder(join(world.folder, "data", "postgres"));
    const kept = acknowledged.filter((id) => tokens.has(id)).length;
    if (acknowledged.length === 0) wrong.push("nothing was written, so nothing was tested");
    if (kept < acknowledged.length) wrong.push(`${acknowledged.length - kept} writes were lost`);
    const audited = new Set(audit.map((row) => row.subject));
    const unaudited = [...tokens].filter((id) => !audited.has(id));
    if (unaudited.length > 0) wrong.push(`${unaudited.length} writes have no audit row`);
    wrong.push(...brokenLinks(audit));
    return { rounds, acknowledged: acknowledged.length, kept, audited: audit.length, wrong };
  } finally {
    await world.remove();
  }
}

async function signIn(server: ProductServer): Promise<Record<string, string>> {
  const own = { origin: server.url, "content-type": "application/json" };
  const got = await ask(server.url, "POST", "/api/demo-sign-in", own, "{}");
  return { ...own, cookie: got.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

async function refusesSecond(start: () => Promise<ProductServer>): Promise<string[]> {
  try {
    await (await start()).stop();
    return ["a second process opened the same folder"];
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    return /already open: process \d+ on /.test(said) ? [] : [`a second process said: ${said}`];
  }
}

async function readFolder(folder: string): Promise<{ tokens: Set<string>; audit: AuditRow[] }> {
  const db = new PGlite(folder);
  try {
    const tokens = await db.query<{ id: string }>('SELECT id FROM "ApiToken"');
    const audit = await db.query<AuditRow>('SELECT * FROM "AuditEntry" ORDER BY id');
    return { tokens: new Set(tokens.rows.map(({ id }) => id)), audit: audit.rows };
  } finally {
    await db.close();
  }
}

/** The chain computed a second time, from its description rather than by the product's own code. */
function brokenLinks(rows: AuditRow[]): string[] {
  let previous = "0".repeat(64);
  for (const { id, hash, previous: told, at, actor, action, subject, detail } of rows) {
    const text = sorted({ previous, at: at.toISOString(), actor, action, subject, detail });
    const expected = createHash("sha256").update(text).digest("hex");
    if (told !== previous || hash !== expected) return [`the audit chain breaks at row ${id}`];
    previous = hash;
  }
  return [];
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const keys = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${keys.map(([key, each]) => `${JSON.stringify(key)}:${sorted(each)}`).join(",")}}`;
}
