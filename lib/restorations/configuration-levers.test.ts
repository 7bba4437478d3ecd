import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { getChange } from "@/lib/changes/get-change";
import { listChanges } from "@/lib/changes/list-changes";
import type { LeverPreview } from "@/lib/contracts/lever";
import { declareIncident } from "@/lib/incidents/declare-incident";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { embeddedDatabase } from "@/lib/server/test-database";
import { CANARY, FLAG, NAMESPACE, REPOSITORY, TOKENS } from "@/lib/server/test-names";
import { deployOf, learn, learnCode, learnDeploys, newKey } from "@/lib/server/test-press";
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
  await send("DELETE", core(""));
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

const core = (name: string) => `/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`;
const settings = (data: Record<string, string>) =>
  send("POST", core(""), { metadata: { name: "settings" }, data });
const change = (data: Record<string, string | null>) => send("PATCH", core("settings"), { data });

/** Releases the next version: other variables, an image and a commit when they are given. */
function release(env: object[], sha?: string): Promise<void> {
  const image = sha ? { image: `registry.example/checkout:${sha.slice(0, 12)}` } : {};
  const annotations = sha ? { "org.opencontainers.image.revision": sha } : {};
  return send("PATCH", `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`, {
    spec: {
      template: {
        metadata: { annotations },
        spec: { containers: [{ name: "app", env, ...image }] },
      },
    },
  });
}

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
const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 10_000 });
/** What every flag that is on for all says when it is turned off. */
const OFF_FOR_ALL = "ends-for-everyone";
const deploys = (ctx: Ctx) => ctx.db.change.count({ where: { kind: "deploy" } });

async function rollbackTo(ctx: Ctx, revision: number): Promise<LeverPreview> {
  return previewLever(ctx, {
    lever: "rollback",
    source: "cluster",
    namespace: NAMESPACE,
    deployment: "checkout",
    toChangeId: await deployOf(ctx, revision),
  });
}

function turnOff(ctx: Ctx): Promise<LeverPreview> {
  return previewLever(ctx, {
    ...{ lever: "retoggle", source: "flags", project: "default", key: FLAG },
    ...{ environment: "production", to: { state: "off" } },
  });
}

/** Merges a pull request with these files; gives its number and the commit on main. */
async function merge(title: string, files: Record<string, string>) {
  const branch = title.toLowerCase().replaceAll(/\W+/g, "-");
  const { number } = await world.github.openPullRequest({
    ...{ title, branch, files },
    author: { login: "ann" },
  });
  await world.github.merge(number);
  const sha = world.github.pullRequest(number)?.merge?.sha;
  if (!sha) throw new Error(`#${number} was not merged.`);
  return { number, sha };
}

const codes = ({ warnings }: LeverPreview) => warnings.map((one) => one.code);
const ofCode = ({ warnings }: LeverPreview) => warnings.filter(({ code }) => code !== OFF_FOR_ALL);

describe("configuration around the levers", () => {
  const database = embeddedDatabase();

  test("a rollback is told what changed since, and what is gone", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "500" });
    await release([TIMEOUT]);
    follow(ctx);
    await eventually(() => deploys(ctx)).toBe(4);
    await eventually(() => ctx.db.configVersion.count()).toBe(1);
    await release([TIMEOUT, { name: "MORE", value: "1" }]);
    await eventually(() => deploys(ctx)).toBe(5);
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

    await send("DELETE", core("settings"));
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
    await release([TIMEOUT]);
    await release([{ name: "MORE", value: "1" }]);
    await learnDeploys(ctx, world);
    const preview = await rollbackTo(ctx, 3);
    expect(preview.blockers).toEqual([]);
    await eventually(async () => codes(await rollbackTo(ctx, 4))).toEqual(["config-unknown"]);
    expect((await rollbackTo(ctx, 4)).warnings[0]?.sentence).toBe(
      "Whether ConfigMap settings changed since 4 was live isn’t known: Known Good may not read ConfigMaps here.",
    );
  }, 30_000);

  test("a changed ConfigMap as the suspect: back to another object, or by hand", async () => {
    const ctx = ctxOn(world, database().db);
    await settings({ TIMEOUT_MS: "500" });
    await release([TIMEOUT]);
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
    await release([TIMEOUT, { name: "MORE", value: "1" }]);
    await eventually(() => deploys(ctx)).toBe(5);
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
    await release([{ name: "TIMEOUT_MS", value: "5000" }]);
    await eventually(async () => {
      await learnDeploys(ctx, world);
      return deploys(ctx);
    }).toBe(4);
    const preview = await previewLever(ctx, { ...target, number });
    expect(preview.warnings.find((one) => one.code === "config-left-behind")?.sentence).toContain(
      "Configuration that changed since it went live stays: env TIMEOUT_MS added: 5000",
    );
    expect(preview.leaves[0]).toBe("configuration around the code as it is now");
  }, 30_000);
});

describe("flags and versions", () => {
  const database = embeddedDatabase();

  test("a version from before a flag's first merge doesn't know it", async () => {
    const ctx = ctxOn(world, database().db);
    await learn(ctx, world);
    await learnCode(ctx);
    const older = await rollbackTo(ctx, 1);
    expect(older.warnings.find((one) => one.code === "flag-unknown-there")?.sentence).toBe(
      `${FLAG} means nothing in 1: #${world.pulls[1]?.number}, which brought it, went live with 2.`,
    );
    expect(codes(await rollbackTo(ctx, 2))).not.toContain("flag-unknown-there");
  }, 30_000);

  test("a flag that the running code reads can be turned; one whose code is gone does nothing", async () => {
    const ctx = ctxOn(world, database().db);
    const path = "src/basket.ts";
    await learn(ctx, world);
    await learnCode(ctx);
    const fine = await turnOff(ctx);
    expect(ofCode(fine)).toEqual([]);
    expect(fine.checks.at(-1)).toContain(`reads ${FLAG} in ${path}`);

    const guarded = `if (flags.on("${FLAG}")) {\n  fast();\n} else {\n  slow();\n}\n`;
    const ran = async (sha: string, revision: number) => {
      await release([], sha);
      await eventually(async () => {
        await learnDeploys(ctx, world);
        return deploys(ctx);
      }).toBe(revision);
      const id = await deployOf(ctx, revision);
      await eventually(async () => {
        await learnCode(ctx);
        return (await getChange(ctx, id)).carries;
      }).toHaveLength(1);
    };
    await ran((await merge("Guard both ways", { [path]: guarded })).sha, 4);
    expect(ofCode(await turnOff(ctx))).toEqual([]);

    const oneWay = await merge("Keep the fast way", {
      [path]: `flags.on("${FLAG}");\nfast();\n`,
    });
    await ran(oneWay.sha, 5);
    expect(ofCode(await turnOff(ctx))).toMatchObject([{ code: "flag-one-path", unsafe: true }]);

    const gone = await merge("Drop the flag", { [path]: "fast();\n" });
    expect(codes(await turnOff(ctx))).toContain("flag-one-path");
    await ran(gone.sha, 6);
    const [warning] = ofCode(await turnOff(ctx));
    expect(warning).toMatchObject({ code: "flag-gone", unsafe: true });
    expect(warning?.sentence).toMatch(
      new RegExp(
        `^#${gone.number} removed ${FLAG} from ${path}, live since \\d\\d:\\d\\d UTC: turning it off does nothing\\.$`,
      ),
    );
  }, 60_000);
});
