import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startUnleash, type UnleashSandbox } from "../../../sandbox/unleash/start-unleash.ts";
import type { FlagSource } from "../flag-source";
import { unleash } from "./unleash";

const ADMIN = "*:*.news";
const flag = (key: string) => ({ project: "shop", key, environment: "production" });
const REF = flag("watched");
const OTHER = "busy";

let sandbox: UnleashSandbox;
let source: FlagSource;
/** Stands before the sandbox; while `isLogClosed`, it keeps the event log to itself. */
let gate: Server;
let isLogClosed = false;

beforeAll(async () => {
  sandbox = await startUnleash({
    tokens: { [ADMIN]: { username: "known-good", permissions: "admin" } },
  });
  const strategies = [{ name: "flexibleRollout", parameters: { rollout: "25" } }];
  const environments = { production: { enabled: true, strategies } };
  const flags = [REF.key, OTHER].map((name) => ({ name, createdAt: Date.now(), environments }));
  sandbox.seed({ project: "shop", environments: ["development", "production"], flags });
  gate = createServer(async ({ url = "", method = "GET" }, response) => {
    if (isLogClosed && url.includes("/events")) return response.writeHead(500).end();
    const answer = await fetch(sandbox.url + url, { method, headers: { authorization: ADMIN } });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const { port } = gate.address() as AddressInfo;
  const settings = unleash.settings.parse({ url: `http://127.0.0.1:${port}`, token: ADMIN });
  const log = { warn: () => {} };
  source = unleash.connect(settings, { name: "flags", now: () => new Date(), log });
});
afterAll(async () => {
  gate.closeAllConnections();
  gate.close();
  await sandbox.stop();
});

async function toggle(key: string, on: boolean): Promise<void> {
  const place = `/api/admin/projects/shop/features/${key}/environments/production`;
  const url = `${sandbox.url}${place}/${on ? "on" : "off"}`;
  const { ok, status } = await fetch(url, { method: "POST", headers: { authorization: ADMIN } });
  if (!ok) throw new Error(`${url}: ${status}`);
}

async function look(): Promise<string> {
  return (await source.previewRetoggle(REF, { to: "off" })).live.fingerprint;
}

/** Paths that a press asks for. */
async function asked(seen: string): Promise<string[]> {
  const before = sandbox.requests().length;
  const answer = await source.readSince(REF, seen);
  const paths = sandbox.requests().map(({ path }) => path);
  expect(answer).toEqual(await source.read(REF));
  return paths.slice(before);
}

test("a flag that nobody touched costs one small question", async () => {
  const seen = await look();
  await toggle(OTHER, false);
  const paths = await asked(seen);
  expect(paths).toHaveLength(1);
  expect(paths[0]).toContain("/search/events");
});

test("when more happened than the page of the log shows, the flag is read", async () => {
  const seen = await look();
  for (let turn = 0; turn < 12; turn += 1) await toggle(OTHER, turn % 2 === 0);
  expect((await asked(seen)).at(-1)).toContain(`/features/${REF.key}`);
});

test("when the log can't be read, the flag is", async () => {
  const seen = await look();
  await toggle(REF.key, false);
  isLogClosed = true;
  expect(await source.readSince(REF, seen)).toMatchObject({ state: { enabled: false } });
  isLogClosed = false;
  await toggle(REF.key, true);
});

test("a log that couldn't be read at the look is not relied on", async () => {
  isLogClosed = true;
  const seen = await look();
  isLogClosed = false;
  expect((await asked(seen)).at(-1)).toContain(`/features/${REF.key}`);
});
