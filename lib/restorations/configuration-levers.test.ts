import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { getChange } from "@/lib/changes/get-change";
import { listChanges } from "@/lib/changes/list-changes";
import { declareIncident } from "@/lib/incidents/declare-incident";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { embeddedDatabase } from "@/lib/server/test-database";
import { CANARY, NAMESPACE, REPOSITORY, TOKENS } from "@/lib/server/test-names";
import { deployOf, learn, learnCode, learnDeploys, newKey } from "@/lib/server/test-press";
import {
  codesOf,
  countDeploys,
  eventually,
  release,
  rollbackTo,
  send,
} from "@/lib/server/test-rollout";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { collectDeploys } from "@/lib/sources/collect-deploys";
import { SourceHealth } from "@/lib/sources/source-health";
import { chooseTargets } from "./choose-targets";
import { previewCard } from "./preview-card";
import { previewLever } from "./preview-lever";
import { restore } from "./restore";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(async () => {
  world.reset();
  await send(world, "DELETE", core(""));
});
afterAll(() => world.stop());

const core = (name: string) => `/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`;
const settings = (data: Record<string, string>) =>
  send(world, "POST", core(""), { metadata: { name: "settings" }, data });
const change = (data: Record<string, string | null>) =>
  send(world, "PATCH", core("settings"), { data });

const TIMEOUT = {
  name: "TIMEOUT",
  valueFrom: { configMapKeyRef: { name: "settings", key: "TIMEOUT_MS" } },
};

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

async function configs(ctx: Ctx) {
  return (await listChanges(ctx, { kind: "config", limit: 50 })).items;
}
describe("configuration around the levers", () => {
  const database = embeddedDatabase();

  test("a rollback is told what changed since, and what is gone", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "500" });
    await release(world, [TIMEOUT]);
    follow(ctx);
    await eventually(() => countDeploys(ctx)).toBe(4);
    await eventually(() => ctx.db.configVersion.count()).toBe(1);
    await release(world, [TIMEOUT, { name: "MORE", value: "1" }]);
    await eventually(() => countDeploys(ctx)).toBe(5);
    const same = await rollbackTo(ctx, 4);
    expect(same.blockers).toEqual([]);
    expect(same.checks).toContain("ConfigMap settings is there and as 4 had it");
    expect(same.checks).toContain("restores configuration: env MORE removed (was 1)");
    expect(same.sentence).toContain("No code changes: it restores env MORE removed (was 1).");

    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await change({ TIMEOUT_MS: `${CANARY}-5000` });
    await eventually(() => configs(ctx)).toHaveLength(1);
    const changed = await rollbackTo(ctx, 4);
    expect(changed.warnings.find((one) => one.code === "config-changed")?.sentence).toMatch(
      /^TIMEOUT_MS in ConfigMap settings changed (just now|\d+ s ago), after 4 was live: 4 would run with today’s value\.$/,
    );
    expect(JSON.stringify(changed)).not.toContain(CANARY);

    await send(world, "DELETE", core("settings"));
    const gone = await rollbackTo(ctx, 4);
    expect(gone.blockers).toMatchObject([
      { code: "config-missing", who: "whoever keeps its manifest", mayOverride: true },
    ]);
    const { incident } = await declareIncident(
      ctx,
      { title: "Checkout fails", severity: 2, services: ["checkout"] },
      { origin: "person" },
    );
    if (!gone.target) throw new Error("a person may pull it all the same");
    const press = {
      ...{ incidentId: incident.id, target: gone.target, seen: gone.seen },
      ...{ suspectId: null, wasRecommended: null },
    };
    await eventually(() => configs(ctx)).toHaveLength(2);
    const refused = await restore(ctx, { ...press, key: newKey() }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ code: "config-missing" });

    await settings({ OTHER: "1" });
    expect((await rollbackTo(ctx, 4)).blockers).toMatchObject([{ code: "config-key-missing" }]);
    // Revision 3 refers to nothing.
    expect((await rollbackTo(ctx, 3)).blockers).toEqual([]);

    // It was asked for all the same: the reason is kept, and the pods wait as was said.
    const pulled = await restore(ctx, {
      ...{ ...press, seen: (await rollbackTo(ctx, 4)).seen, key: newKey() },
      overrideReason: "The operator brings the key back within a minute.",
    });
    expect(pulled.outcome).toBe("started");
    expect(JSON.stringify(pulled.restoration?.receipts)).toContain("The operator brings");
    await eventually(async () => {
      const deployment = { namespace: NAMESPACE, name: "checkout" };
      return (await ctx.sources.get("deploys", "cluster").read(deployment)).rollout.state;
    }).toBe("rolling");
  }, 30_000);

  test("where configuration may not be read, that isn't known, and the rest works", async () => {
    const ctx = ctxOn(world, database().db, { clusterToken: TOKENS.rollouts });
    await settings({ TIMEOUT_MS: "500" });
    await release(world, [TIMEOUT]);
    await release(world, [{ name: "MORE", value: "1" }]);
    await learnDeploys(ctx, world);
    const preview = await rollbackTo(ctx, 3);
    expect(preview.blockers).toEqual([]);
    await eventually(async () => codesOf(await rollbackTo(ctx, 4))).toEqual(["config-unknown"]);
    expect((await rollbackTo(ctx, 4)).warnings[0]?.sentence).toBe(
      "Whether ConfigMap settings changed since 4 was live isn’t known: Known Good may not read ConfigMaps here.",
    );
  }, 30_000);

  test("a changed ConfigMap as the suspect: back to another object, or by hand", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "500" });
    await release(world, [TIMEOUT]);
    follow(ctx);
    await eventually(() => ctx.db.configVersion.count()).toBe(1);
    await change({ TIMEOUT_MS: "5000" });
    await eventually(() => configs(ctx)).toHaveLength(1);
    const [first] = await configs(ctx);
    if (!first) throw new Error("there is a Change");
    const before = await chooseTargets(ctx, { head: first, linked: [] }, [world.service]);
    expect(before.rollback.target).toMatchObject({ toChangeId: await deployOf(ctx, 3) });
    expect(before.revert).toMatchObject({
      target: null,
      sentence: "No merge brought this, so there is nothing to revert.",
    });
    await release(world, [TIMEOUT, { name: "MORE", value: "1" }]);
    await eventually(() => countDeploys(ctx)).toBe(5);
    const after = await chooseTargets(ctx, { head: first, linked: [] }, [world.service]);
    expect(after.rollback).toMatchObject({
      target: null,
      code: "config-by-hand",
      sentence:
        "No revision holds ConfigMap settings: put TIMEOUT_MS back where its manifest is kept, then restart checkout’s pods, which read it when they start.",
    });
    const { incident } = await declareIncident(
      ctx,
      { title: "Checkout fails", severity: 2, services: ["checkout"] },
      { origin: "person" },
    );
    const card = await previewCard(ctx, { incidentId: incident.id, suspectId: first.id });
    const rollback = card.levers.find((one) => one.lever === "rollback");
    expect(rollback).toMatchObject({
      target: null,
      blockers: [{ code: "config-by-hand", who: "whoever keeps its manifest" }],
    });
    expect(rollback?.blockers[0]?.commands.slice(1)).toEqual([
      "kubectl edit configmap settings --namespace shop",
      "kubectl rollout restart deployment/checkout --namespace shop",
    ]);
    expect(card.recommendation.lever).toBe("none");
    const deploy = await getChange(ctx, await deployOf(ctx, 5));
    const rollout = await chooseTargets(ctx, { head: deploy, linked: [] }, [world.service]);
    expect(rollout.revert).toMatchObject({
      sentence: "This rollout changed configuration and no code: there is no merge to revert.",
    });
  }, 30_000);

  test("a revert says which configuration it leaves behind", async () => {
    const ctx = ctxOn(world, database().db);
    await learn(ctx, world);
    await learnCode(ctx);
    const [, , prices] = world.pulls;
    const target = { lever: "revert", source: "code", repository: REPOSITORY } as const;
    const number = prices?.number ?? 0;
    const calm = await previewLever(ctx, { ...target, number });
    expect(calm.checks).toContain("no configuration changed since it went live");
    await release(world, [{ name: "TIMEOUT_MS", value: "5000" }]);
    await eventually(async () => {
      await learnDeploys(ctx, world);
      return countDeploys(ctx);
    }).toBe(4);
    const preview = await previewLever(ctx, { ...target, number });
    expect(preview.warnings.find((one) => one.code === "config-left-behind")?.sentence).toContain(
      "Configuration that changed since it went live stays: env TIMEOUT_MS added: 5000",
    );
    expect(preview.leaves[0]).toBe("configuration around the code as it is now");
  }, 30_000);
});
