import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import { temporaryFiles } from "@/lib/integrations/deploys/contract-files";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase, embeddedDatabase } from "@/lib/server/test-database";
import { CANARY, NAMESPACE, TOKENS } from "@/lib/server/test-names";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { collectDeploys } from "@/lib/sources/collect-deploys";
import { SourceHealth } from "@/lib/sources/source-health";
import { findKubectl } from "../../e2e/real-parts/find-kubectl.ts";
import { listRevisions } from "./list-revisions";
import { recordDeployment } from "./record-deployment";

const kubectl = await findKubectl();
const noKubectl = kubectl.reason === null ? "" : ` (skipped: ${kubectl.reason})`;
const temporaryFile = temporaryFiles();
const PLACE = { namespace: NAMESPACE, name: "checkout" };

let world: TestWorld;
let kubeconfig: string;
beforeAll(async () => {
  world = await startTestWorld();
  const yaml = world.kubernetes.kubeconfig(TOKENS.clusterAdmin, NAMESPACE);
  kubeconfig = await temporaryFile("admin", yaml);
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

async function kube(...args: string[]): Promise<string> {
  const run = promisify(execFile);
  const { stdout } = await run(kubectl.part ?? "", ["--kubeconfig", kubeconfig, ...args]);
  return stdout;
}

/** Follows the cluster as the server does, until the test is done. */
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

async function deploys(ctx: Ctx): Promise<(Change & { details: DeployDetails })[]> {
  const changes = await listRevisions(ctx, world.service);
  return changes
    .flatMap((one) => (one.details.kind === "deploy" ? [{ ...one, details: one.details }] : []))
    .sort((a, b) => a.details.revision - b.details.revision);
}

function ledgerHas(ctx: Ctx, revision: number, rollout = "complete") {
  return expect
    .poll(async () => (await deploys(ctx)).at(-1)?.details, { timeout: 10_000 })
    .toMatchObject({ revision, rollout });
}

/** What `kubectl rollout history` would print, from the ledger alone. */
async function historyOfLedger(ctx: Ctx, kept: number): Promise<string[]> {
  const all = await deploys(ctx);
  const returned = new Set(all.map((one) => one.details.returnsTo));
  return all
    .filter((one) => !returned.has(one.details.revision))
    .slice(-kept)
    .map(({ details }) => `${details.revision} ${details.changeCause ?? "<none>"}`);
}

async function historyOfKubectl(): Promise<string[]> {
  const text = await kube("rollout", "history", "deployment/checkout");
  return text
    .split("\n")
    .filter((line) => /^\d/.test(line))
    .map((line) => line.trim().replace(/\s+/, " "));
}

async function release(version: string): Promise<void> {
  await kube("set", "image", "deployment/checkout", `app=registry.example/checkout:${version}`);
  const cause = `kubernetes.io/change-cause=release ${version}`;
  await kube("annotate", "deployment/checkout", cause, "--overwrite");
}

describe("the ledger and stock kubectl", () => {
  const database = embeddedDatabase();
  test.skipIf(kubectl.part === null)(
    `equals kubectl's history line by line, and remembers what the cluster forgot${noKubectl}`,
    async () => {
      const ctx = ctxOn(world, database().db);
      follow(ctx);
      await ledgerHas(ctx, 3);
      const steps: [() => Promise<unknown>, number][] = [
        [() => release("v4"), 4],
        [() => kube("rollout", "undo", "deployment/checkout"), 5],
        [() => kube("rollout", "undo", "deployment/checkout"), 6],
        [() => kube("rollout", "undo", "deployment/checkout", "--to-revision=2"), 7],
        [() => release("v8"), 8],
        [() => release("v9"), 9],
      ];
      for (const [step, revision] of steps) {
        await step();
        await kube("rollout", "status", "deployment/checkout", "--timeout=20s");
        await ledgerHas(ctx, revision);
        await expect
          .poll(async () => [await historyOfLedger(ctx, 4), await historyOfKubectl()])
          .toSatisfy(([ours = [], theirs = []]) => {
            expect(ours.slice(-theirs.length)).toEqual(theirs);
            return theirs.length > 0;
          });
      }
      expect((await historyOfKubectl()).length).toBe(4);
      const all = await deploys(ctx);
      expect(all.map((one) => one.details.revision)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(all.map((one) => one.details.returnsTo)).toEqual([
        ...[null, null, null, null, 3, 4, 2, null, null],
      ]);
      expect(all.map((one) => one.details.previousRevision)).toEqual([
        ...[null, 1, 2, 3, 4, 5, 6, 7, 8],
      ]);
    },
    40_000,
  );
});

eachDatabase("the ledger of a followed cluster", (database) => {
  test("a change-cause that comes later is taken into the Change", async () => {
    const ctx = ctxOn(world, database().db);
    follow(ctx);
    await ledgerHas(ctx, 3);
    const before = await deploys(ctx);
    await patch({ metadata: { annotations: { "kubernetes.io/change-cause": "said later" } } });
    await expect
      .poll(async () => (await deploys(ctx)).at(-1)?.details.changeCause)
      .toBe("said later");
    const after = await deploys(ctx);
    expect(after.map((one) => [one.id, one.at])).toEqual(before.map((one) => [one.id, one.at]));
  });

  test("observed by two at once and again: one row a revision", async () => {
    const { db } = database();
    const both = [ctxOn(world, db), ctxOn(world, db)];
    const deployment = await (both[0] as Ctx).sources.get("deploys", "cluster").read(PLACE);
    const record = (ctx: Ctx) =>
      recordDeployment(ctx, {
        source: "cluster",
        deployment,
        at: new Date(),
        services: [world.service],
        url: null,
      });
    await Promise.all(both.map(record));
    for (const ctx of both) expect(await record(ctx)).toEqual([]);
    expect(await db.change.count()).toBe(3);
    expect(await db.template.count()).toBe(3);
  });

  test("a Restoration's mark stays with the rollout it began", async () => {
    const ctx = ctxOn(world, database().db);
    follow(ctx);
    await ledgerHas(ctx, 3);
    const mark = { "known-good.dev/restoration": "R-9" };
    await patch({ metadata: { annotations: mark }, spec: imageSpec("v4") });
    await ledgerHas(ctx, 4);
    await patch({ spec: imageSpec("v5") });
    await ledgerHas(ctx, 5);
    const live = await ctx.sources.get("deploys", "cluster").read(PLACE);
    expect(live.revisions.at(-1)?.annotations).toMatchObject(mark);
    expect((await deploys(ctx)).map((one) => one.details.restorationId)).toEqual([
      ...[null, null, null, "R-9", null],
    ]);
  });

  test("secrets of a template are sealed in the database and masked in words", async () => {
    const opened = database();
    const ctx = ctxOn(world, opened.db);
    follow(ctx);
    await ledgerHas(ctx, 3);
    const env = [{ name: "SESSION_SECRET", value: `${CANARY}-next` }];
    await patch({
      spec: { template: { spec: { containers: [{ name: "app", env }] } } },
    });
    await ledgerHas(ctx, 4);
    const last = (await deploys(ctx)).at(-1);
    expect(last?.details.templateChanges.join()).toContain("SESSION_SECRET");
    const tables = await opened.db.$queryRaw<{ name: string }[]>`
      SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'`;
    expect(tables.length).toBeGreaterThan(10);
    let text = "";
    for (const { name } of tables) {
      const rows = await opened.db.$queryRawUnsafe<{ row: string }[]>(
        `SELECT t::text AS row FROM "${name}" t`,
      );
      text += rows.map(({ row }) => row).join("\n");
    }
    expect(text).toContain("checkout");
    for (const form of [CANARY, Buffer.from(CANARY).toString("base64").slice(0, -4)]) {
      expect(text).not.toContain(form);
    }
    const sealed = await opened.db.template.findFirstOrThrow();
    expect(ctx.sealer.open(sealed.sealed)).toContain(CANARY);
  });
});

function imageSpec(version: string) {
  const container = { name: "app", image: `registry.example/checkout:${version}` };
  return { template: { spec: { containers: [container] } } };
}

async function patch(body: object): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`;
  const response = await fetch(world.addresses.kubernetes + path, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${TOKENS.clusterAdmin}`,
      "content-type": "application/strategic-merge-patch+json",
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}
