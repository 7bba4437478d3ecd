import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { KeptEvidence } from "@/lib/contracts/kept-evidence";
import type { LeverKind } from "@/lib/contracts/lever";
import { freeze } from "@/lib/freezes/freeze";
import { type HeldDraft, noteHeld } from "@/lib/freezes/held-store";
import { restore } from "@/lib/restorations/restore";
import { MASK } from "@/lib/rules/mask-template";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { createSealer } from "@/lib/server/seal";
import { ctxOn, type LogLine } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { keepAsServer, keptOf, ofKind, textOf } from "@/lib/server/test-evidence";
import { CANARY, FLAG, NAMESPACE } from "@/lib/server/test-names";
import { arm, followUntil, learnFlags, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { writeRequests } from "../../sandbox/kubernetes/log-writer.ts";
import { listEvidence } from "./list-evidence";
import { readEvidence } from "./read-evidence";

const TOKEN = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
const DAY_MS = 86_400_000;

let world: TestWorld;
beforeAll(async () => {
  // New Pods take long enough that the old ones are still there when the lever is pulled.
  world = await startTestWorld({ podReadyMs: 2_000 });
});
beforeEach(() => {
  world.reset();
  world.kubernetes.writeLogs(({ pod }, { atMs }) => [
    `${new Date(atMs).toISOString()} error ${pod.metadata.name} basket has no total`,
    `login password=${CANARY} then Authorization: Bearer ${TOKEN}`,
  ]);
});
afterEach(() => world.kubernetes.faults.set({ mode: "none" }));
afterAll(() => world.stop());

async function press(ctx: Ctx, lever: LeverKind) {
  const input = { ...(await arm(ctx, world, lever)), key: newKey() };
  const { restoration } = await restore(ctx, input);
  return { incidentId: input.incidentId, id: restoration?.id ?? "" };
}

const dataOf = async (ctx: Ctx, one: KeptEvidence | undefined): Promise<unknown> =>
  JSON.parse(await textOf(ctx, one));

async function seals(ctx: Ctx): Promise<string> {
  return JSON.stringify(await ctx.db.keptEvidence.findMany());
}

eachDatabase("what a lever makes disappear", (database) => {
  test("a rollback: logs of Pods that are gone a moment later, their states, template and signal", async () => {
    const ctx = ctxOn(world, database().db);
    keepAsServer(ctx);
    await learnFlags(ctx);
    const bad = world.kubernetes.podsOf(NAMESPACE, "checkout").map(({ metadata }) => metadata.name);
    expect(bad).toHaveLength(2);
    const { id, incidentId } = await press(ctx, "rollback");
    await followUntil(ctx, id, ["in-effect"]);
    const now = world.kubernetes.podsOf(NAMESPACE, "checkout").map(({ metadata }) => metadata.name);
    expect(now.filter((name) => bad.includes(name))).toEqual([]);
    const view = await keptOf(ctx, id);
    expect(await listEvidence(ctx, { incidentId })).toEqual(view);
    expect(new Set(ofKind(view, "logs").map(({ title }) => title))).toEqual(
      new Set(bad.map((name) => `${name} (app)`)),
    );
    for (const log of ofKind(view, "logs")) {
      expect(log).toMatchObject({ problem: null, isCut: false, mediaType: "text/plain" });
      const text = await textOf(ctx, log);
      expect(text).toContain("basket has no total");
      expect(text).toContain(`login password=${MASK} then Authorization: Bearer ${MASK}`);
      expect(log.bytes).toBe(Buffer.byteLength(text));
      expect(log.masked).toBe(text.split(MASK).length - 1);
      expect(Date.parse(log.keptUntil) - Date.parse(log.takenAt)).toBe(30 * DAY_MS);
    }
    const [pods] = ofKind(view, "pods");
    expect(((await dataOf(ctx, pods)) as { name: string }[]).map(({ name }) => name)).toEqual(
      expect.arrayContaining(bad),
    );
    expect(ofKind(view, "events")).toMatchObject([{ problem: null }]);
    const [template] = ofKind(view, "template");
    expect(template?.masked).toBe(1);
    expect(await dataOf(ctx, template)).toMatchObject({
      spec: { containers: [{ name: "app", env: [{ name: "SESSION_SECRET", value: MASK }] }] },
    });
    const [signal] = ofKind(view, "signal");
    const series = (await dataOf(ctx, signal)) as { points: unknown[]; query: string };
    expect(series.query).toBe(world.service.signal?.query);
    expect(series.points.length).toBeGreaterThan(100);
    expect(await dataOf(ctx, ofKind(view, "flag")[0])).toMatchObject([
      { key: FLAG, state: { enabled: true } },
    ]);
    const stored = await seals(ctx);
    const served = await Promise.all(view.kept.map((one) => textOf(ctx, one)));
    for (const secret of [CANARY, TOKEN]) expect(stored + served.join("\n")).not.toContain(secret);
    for (const open of ["basket has no total", "SESSION_SECRET", "ReplicaSet"]) {
      expect(stored).not.toContain(open);
    }
  });

  test("who reads is written down; the file's name is harmless", async () => {
    const ctx = ctxOn(world, database().db, { name: "Eve" });
    keepAsServer(ctx);
    const { id, incidentId } = await press(ctx, "rollback");
    const [log] = ofKind(await keptOf(ctx, id), "logs");
    const { name } = await readEvidence(ctx, { id: log?.id ?? "" });
    expect(name).toMatch(/^R-1-logs-checkout-[\w-]+-app\.txt$/);
    const rows = await ctx.db.auditEntry.findMany({ where: { action: "evidence-read" } });
    expect(rows).toMatchObject([
      { actor: "eve", subject: id, detail: { evidence: log?.id, incident: incidentId } },
    ]);
    expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
    await expect(readEvidence(ctx, { id: "E-none" })).rejects.toMatchObject({
      code: "unknown-evidence",
    });
    const other = { ...ctx, sealer: createSealer(Buffer.alloc(32, 8)) };
    await expect(readEvidence(other, { id: log?.id ?? "" })).rejects.toMatchObject({
      code: "sealed-with-another-key",
      sentence: expect.stringContaining("KNOWN_GOOD_KEY"),
    });
  });

  test("the run before a crash is kept, too", async () => {
    const ctx = ctxOn(world, database().db);
    keepAsServer(ctx);
    const [pod] = world.kubernetes.podsOf(NAMESPACE, "checkout");
    if (!pod) throw new Error("checkout has no Pod");
    const crashedMs = Date.now() - 20_000;
    const ends = { crashedMs, restartedMs: crashedMs + 5_000, exitCode: 137, reason: "OOMKilled" };
    world.kubernetes.crash(pod, ends);
    world.kubernetes.writeLogs((_, { isLast, atMs }) => [`${atMs} ${isLast ? "heap full" : "up"}`]);
    const view = await keptOf(ctx, (await press(ctx, "rollback")).id);
    const before = ofKind(view, "logs").find(({ title }) => title.endsWith("previous container)"));
    expect(before?.title).toContain(pod.metadata.name);
    expect(await textOf(ctx, before)).toContain("heap full");
  });

  test("a retoggle: the flag as it was, the Pods as they run, what its freezes hold", async () => {
    const ctx = ctxOn(world, database().db);
    keepAsServer(ctx);
    const input = { ...(await arm(ctx, world, "retoggle")), key: newKey() };
    const { incidentId } = input;
    const { freeze: made } = await freeze(ctx, {
      ...{ services: ["checkout"], reason: "Until it is good again", minutes: 60, incidentId },
    });
    const held: HeldDraft = {
      ...{ kind: "gate", service: "checkout", value: "4f2d9a1", title: `Release ${TOKEN}` },
      ...{ by: "ci", url: null },
    };
    await noteHeld(ctx.db, [Number(made.id.slice(2))], [held], ctx.now());
    const { restoration } = await restore(ctx, input);
    const view = await keptOf(ctx, restoration?.id ?? "");
    const [flag] = ofKind(view, "flag");
    expect(flag?.title).toBe(`Flag ${FLAG} in production`);
    expect(await dataOf(ctx, flag)).toMatchObject({
      flag: { key: FLAG },
      whenPulled: { enabled: true, strategies: [{ parameters: { rollout: "100" } }] },
    });
    expect(ofKind(view, "logs")).toHaveLength(2);
    expect(ofKind(view, "template")).toMatchObject([{ problem: null, masked: 1 }]);
    const [deliveries] = ofKind(view, "held-deliveries");
    expect(deliveries).toMatchObject({ title: `Deliveries held by ${made.id}`, masked: 1 });
    expect(await dataOf(ctx, deliveries)).toMatchObject({
      heldDeliveries: [{ value: "4f2d9a1", title: `Release ${MASK}` }],
    });
  });

  test("a cluster that hangs keeps no press waiting, and is told in its place", async () => {
    const lines: LogLine[] = [];
    const ctx = ctxOn(world, database().db, { timeoutSeconds: 2, lines });
    keepAsServer(ctx);
    const input = { ...(await arm(ctx, world, "retoggle")), key: newKey() };
    world.kubernetes.faults.set({ mode: "hang" });
    const { restoration } = await restore(ctx, input);
    expect(restoration?.state).toBe("accepted");
    // It was answered while the cluster was still being waited for.
    const meanwhile = await listEvidence(ctx, { incidentId: input.incidentId });
    expect(meanwhile.underWay).toEqual([restoration?.id]);
    const view = await keptOf(ctx, restoration?.id ?? "");
    expect(ofKind(view, "pods")).toMatchObject([
      { title: "Pods of checkout", bytes: 0, problem: expect.stringContaining("Kubernetes") },
    ]);
    expect(ofKind(view, "flag")).toMatchObject([{ problem: null }]);
    expect(ofKind(view, "signal")).toMatchObject([{ problem: null }]);
    const [pods] = ofKind(view, "pods");
    await expect(readEvidence(ctx, { id: pods?.id ?? "" })).rejects.toMatchObject({
      code: "nothing-kept",
    });
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("more than there is room for: the newest lines of each log, four megabytes in all", async () => {
    const ctx = ctxOn(world, database().db);
    keepAsServer(ctx);
    world.kubernetes.writeLogs((run, moment) => [
      ...writeRequests(run, moment),
      `${"x".repeat(2_000)} token=${CANARY}`,
      `at ${moment.atMs}`,
    ]);
    const view = await keptOf(ctx, (await press(ctx, "rollback")).id);
    expect(ofKind(view, "logs")).toHaveLength(2);
    for (const log of ofKind(view, "logs")) {
      expect(log).toMatchObject({ isCut: true, problem: null });
      expect(log.bytes).toBeLessThanOrEqual(256 * 1024);
      expect(log.bytes).toBeGreaterThan(200 * 1024);
      const text = await textOf(ctx, log);
      expect(text).not.toContain(CANARY);
      const last = Number(/at (\d+)\s*$/.exec(text)?.[1]);
      expect(Date.now() - last).toBeLessThan(60_000);
    }
    const total = view.kept.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(total).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  test("Pods that were gone before anybody came are told", async () => {
    const ctx = ctxOn(world, database().db);
    const { id } = await press(ctx, "rollback");
    await followUntil(ctx, id, ["in-effect"]);
    keepAsServer(ctx);
    const view = await keptOf(ctx, id);
    expect(ofKind(view, "logs")).toEqual([]);
    expect(ofKind(view, "pods")).toMatchObject([
      { bytes: 0, problem: "None of its Pods was left." },
    ]);
    expect(ofKind(view, "template")).toMatchObject([{ problem: null }]);
  });
});
