import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import type { Change, ConfigDetails } from "@/lib/contracts/change";
import type { Ctx } from "@/lib/server/context";
import { createSealer } from "@/lib/server/seal";
import { ctxOn, type LogLine } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { CANARY, NAMESPACE, TOKENS } from "@/lib/server/test-names";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { collectDeploys } from "@/lib/sources/collect-deploys";
import { SourceHealth } from "@/lib/sources/source-health";
import { configVersions } from "./config-store";
import { listChanges } from "./list-changes";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(async () => {
  world.reset();
  for (const plural of ["configmaps", "secrets"]) {
    await send("DELETE", `/api/v1/namespaces/${NAMESPACE}/${plural}`);
  }
});
afterAll(() => world.stop());

async function send(method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(world.addresses.kubernetes + path, {
    method,
    headers: {
      authorization: `Bearer ${TOKENS.clusterAdmin}`,
      "content-type":
        method === "PATCH" ? "application/strategic-merge-patch+json" : "application/json",
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

const core = (plural: string, name = "") => `/api/v1/namespaces/${NAMESPACE}/${plural}/${name}`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

async function settings(data: Record<string, string>): Promise<void> {
  await send("POST", core("configmaps"), { metadata: { name: "settings" }, data });
}

/** Releases a template that takes a key of a ConfigMap and a whole Secret. */
async function releaseReferring(): Promise<void> {
  const container = {
    name: "app",
    env: [
      { name: "TIMEOUT", valueFrom: { configMapKeyRef: { name: "settings", key: "TIMEOUT_MS" } } },
    ],
    envFrom: [{ secretRef: { name: "keys", optional: true } }],
  };
  await send("PATCH", `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`, {
    spec: { template: { spec: { containers: [container] } } },
  });
}

function follow(ctx: Ctx): void {
  const stop = new AbortController();
  const source = { name: "cluster", adapter: ctx.sources.get("deploys", "cluster") };
  const health = new SourceHealth(ctx, { ...source, kind: "deploys", product: "kubernetes" });
  const done = collectDeploys(ctx, source, health, stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await done;
    await health.settled();
  });
}

async function configs(ctx: Ctx): Promise<(Change & { details: ConfigDetails })[]> {
  const { items } = await listChanges(ctx, { kind: "config", limit: 50 });
  return items
    .flatMap((one) => (one.details.kind === "config" ? [{ ...one, details: one.details }] : []))
    .reverse();
}

function versionsOf(ctx: Ctx, objectKind: "ConfigMap" | "Secret", name: string) {
  const query = { source: "cluster", namespace: NAMESPACE, objectKind, name, limit: 20 };
  return configVersions(ctx.db, query);
}

const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 10_000 });

eachDatabase("configuration of a followed cluster", (database) => {
  test("a changed key is a Change that names it, once, and is nobody's twice", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "500", OTHER: "1" });
    await releaseReferring();
    follow(ctx);
    await eventually(() => versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(1);
    expect(await configs(ctx)).toEqual([]);

    await send("PATCH", core("configmaps", "settings"), { data: { TIMEOUT_MS: "5000" } });
    await eventually(() => configs(ctx)).toHaveLength(1);
    const [change] = await configs(ctx);
    expect(change).toMatchObject({
      title: "ConfigMap settings: TIMEOUT_MS changed",
      services: ["checkout"],
      source: "cluster",
      details: {
        object: "ConfigMap/settings",
        keys: ["TIMEOUT_MS"],
        added: [],
        removed: [],
        action: "changed",
        deployments: ["checkout"],
        noticed: "at-restart",
      },
    });
    const [now, before] = await versionsOf(ctx, "ConfigMap", "settings");
    expect(before?.seenUntil).toEqual(now?.seenFrom);
    expect(now?.seenUntil).toBeNull();
    expect(before?.keys?.OTHER).toBe(now?.keys?.OTHER);

    // Labels aren't content, and a key that no pod takes touches none.
    await send("PATCH", core("configmaps", "settings"), { metadata: { labels: { a: "b" } } });
    await send("PATCH", core("configmaps", "settings"), { data: { OTHER: "2" } });
    await eventually(() => versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(3);
    expect(await configs(ctx)).toHaveLength(1);

    // Another collector, and the same one after a restart, find nothing new.
    follow(ctxOn(world, database().db));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await configs(ctx)).toHaveLength(1);
    expect(await versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(3);
  }, 30_000);

  test("going and coming back are Changes; what nothing refers to is nobody's concern", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "500" });
    await send("POST", core("configmaps"), { metadata: { name: "stray" }, data: { A: "1" } });
    await releaseReferring();
    follow(ctx);
    await eventually(() => versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(1);
    await send("DELETE", core("configmaps", "settings"));
    await eventually(() => configs(ctx)).toHaveLength(1);
    await settings({ TIMEOUT_MS: "500" });
    await eventually(() => configs(ctx)).toHaveLength(2);
    expect((await configs(ctx)).map(({ title }) => title)).toEqual([
      "ConfigMap settings deleted",
      "ConfigMap settings created",
    ]);
    expect(await versionsOf(ctx, "ConfigMap", "stray")).toEqual([]);
  }, 30_000);

  test("hashes of another sealing key begin anew, without a Change", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "500" });
    await releaseReferring();
    follow(ctx);
    await eventually(() => versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(1);
    follow({ ...ctx, sealer: createSealer(Buffer.alloc(32, 9)) });
    await eventually(() => versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(2);
    expect(await configs(ctx)).toEqual([]);
  }, 30_000);

  test("no value of a Secret or ConfigMap is kept, logged or told", async () => {
    const opened = database();
    const lines: LogLine[] = [];
    const ctx = ctxOn(world, opened.db, { lines });
    const value = `${CANARY}-config`;
    const apply = {
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": `{"x":"${value}"}` },
    };
    await send("POST", core("secrets"), {
      metadata: { name: "keys", ...apply },
      stringData: { API_KEY: value },
    });
    await settings({ TIMEOUT_MS: value });
    await releaseReferring();
    follow(ctx);
    await eventually(() => versionsOf(ctx, "Secret", "keys")).toHaveLength(1);
    await eventually(() => versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(1);
    await send("PATCH", core("secrets", "keys"), { stringData: { API_KEY: `${value}-2` } });
    await send("PATCH", core("configmaps", "settings"), { data: { TIMEOUT_MS: `${value}-2` } });
    await eventually(() => configs(ctx)).toHaveLength(2);
    expect((await configs(ctx)).map(({ details }) => details.keys)).toEqual(
      expect.arrayContaining([["API_KEY"], ["TIMEOUT_MS"]]),
    );
    const tables = await opened.db.$queryRaw<{ name: string }[]>`
      SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'`;
    let text = JSON.stringify([lines, await configs(ctx)]);
    for (const { name } of tables) {
      const rows = await opened.db.$queryRawUnsafe<{ row: string }[]>(
        `SELECT t::text AS row FROM "${name}" t`,
      );
      text += rows.map(({ row }) => row).join("\n");
    }
    expect(text).toContain("API_KEY");
    for (const form of [value, base64(value).slice(0, -4), base64(base64(value)).slice(0, -6)]) {
      expect(text).not.toContain(form);
    }
  }, 30_000);

  test("what may not be read is said once, and Deployments are followed all the same", async () => {
    const lines: LogLine[] = [];
    const ctx = ctxOn(world, database().db, { lines, clusterToken: TOKENS.rollouts });
    await settings({ TIMEOUT_MS: "500" });
    await releaseReferring();
    follow(ctx);
    const said = () => lines.filter(({ message }) => message.includes("can't be followed"));
    await eventually(async () => said().length).toBe(2);
    await eventually(() => ctx.db.change.count({ where: { kind: "deploy" } })).toBe(4);
    expect((await ctx.db.source.findFirst())?.silentSince).toBeNull();
    expect(await versionsOf(ctx, "ConfigMap", "settings")).toEqual([]);
    expect(said()).toHaveLength(2);
  }, 30_000);

  test("a ConfigMap that is written all the time doesn't fill the ledger", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "0" });
    await releaseReferring();
    follow(ctx);
    await eventually(() => versionsOf(ctx, "ConfigMap", "settings")).toHaveLength(1);
    for (let n = 1; n <= 20; n += 1) {
      await send("PATCH", core("configmaps", "settings"), { data: { TIMEOUT_MS: String(n) } });
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    const { length } = await versionsOf(ctx, "ConfigMap", "settings");
    expect(length).toBeGreaterThan(3);
    expect(length).toBeLessThanOrEqual(10);
  });
});
