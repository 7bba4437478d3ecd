import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { listChanges } from "@/lib/changes/list-changes";
import { recordMerges } from "@/lib/changes/record-merges";
import type { Change } from "@/lib/contracts/change";
import type { ObservedDeployment } from "@/lib/integrations/deploy-source";
import { restore } from "@/lib/restorations/restore";
import { rolloutPercent } from "@/lib/rules/flag-words";
import type { Ctx } from "@/lib/server/context";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { FLAG, NAMESPACE, REPOSITORY, TOKENS } from "@/lib/server/test-names";
import { arm, learn, learnCode, learnDeploys, learnFlags, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { discoverService } from "@/lib/services/discover-service";
import { listServices } from "@/lib/services/list-services";
import { collectDeploys } from "./collect-deploys";
import { receiveWebhook } from "./receive-webhook";
import { SourceHealth } from "./source-health";

const PLACE = { project: "default", flag: FLAG, environment: "production" };

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
beforeEach(() => world.reset());
afterAll(() => world.stop());

async function changes(ctx: Ctx, kind: Change["kind"]): Promise<Change[]> {
  const { items } = await listChanges(ctx, { kind, limit: 200 });
  return items.toReversed();
}

/** What each deploy carries, by number of the pull request. */
async function carried(ctx: Ctx): Promise<number[][]> {
  const merges = new Map((await changes(ctx, "merge")).map((one) => [one.id, one]));
  return (await changes(ctx, "deploy")).map(({ carries }) =>
    carries.flatMap((id) => {
      const details = merges.get(id)?.details;
      return details?.kind === "merge" ? details.number : [];
    }),
  );
}

eachDatabase("what sources tell", (database) => {
  test("deploys are linked to the merges they carry, whichever is seen first", async () => {
    const ctx = ctxOn(world, database().db);
    await learnDeploys(ctx, world);
    expect(await carried(ctx)).toEqual([[], [], []]);
    await learnCode(ctx);
    expect(await carried(ctx)).toEqual([[], [2], [3]]);
    await learn(ctx, world);
    expect(await carried(ctx)).toEqual([[], [2], [3]]);
    expect((await changes(ctx, "merge")).length).toBeGreaterThanOrEqual(3);
  });

  test("deploys of services without a repository don't stand in the way", async () => {
    const ctx = ctxOn(world, database().db);
    await learnDeploys(ctx, world);
    const [row] = await ctx.db.change.findMany({ orderBy: { at: "asc" }, take: 1 });
    if (!row) throw new Error("no deploy");
    const { details, ...rest } = row;
    await ctx.db.change.createMany({
      data: Array.from({ length: 60 }, (_, n) => ({
        ...rest,
        details: details ?? {},
        id: `other-${n}`,
        naturalKey: `other:${n}`,
        services: n % 2 ? ["nobody"] : [],
        subject: "shop/other",
        at: new Date(row.at.getTime() - 60_000),
      })),
    });
    await learnCode(ctx);
    expect((await carried(ctx)).slice(-3)).toEqual([[], [2], [3]]);
  });

  test("flag events hold what was before and after, each once; merges hold the flags they mention", async () => {
    const fresh = await startTestWorld();
    onTestFinished(() => fresh.stop());
    const ctx = ctxOn(fresh, database().db);
    await learnCode(ctx);
    await learnFlags(ctx);
    const told = () => changes(ctx, "flag");
    const widened = (await told()).at(-1);
    expect(widened?.title).toMatch(/25.*→.*(100|on)/);
    const states = widened?.details.kind === "flag" ? widened.details : null;
    expect(states?.before && rolloutPercent(states.before)).toBe(25);
    expect(states?.after && rolloutPercent(states.after)).toBe(100);
    const count = (await told()).length;
    fresh.unleash.setRollout({ ...PLACE, percent: 40, by: "bob" });
    // The ledger has no order within one millisecond.
    await new Promise((resolve) => setTimeout(resolve, 10));
    fresh.unleash.setFlag({ ...PLACE, enabled: false, by: "ann" });
    await learnFlags(ctx);
    await learnFlags(ctx);
    const shares = (await told())
      .slice(count)
      .map(({ details }) =>
        details.kind === "flag"
          ? [details.before, details.after].map((state) => state && rolloutPercent(state))
          : [],
      );
    expect(shares).toEqual([
      [100, 40],
      [40, 0],
    ]);
    const guard = (await changes(ctx, "merge")).find((one) => one.title.includes("Guard"));
    expect(guard?.details).toMatchObject({ flagKeys: [FLAG], number: 2 });
    // Known flags are found in merges that come later.
    await ctx.db.change.deleteMany({ where: { kind: "merge" } });
    await learnCode(ctx);
    const again = (await changes(ctx, "merge")).find((one) => one.title.includes("Guard"));
    expect(again?.details).toMatchObject({ flagKeys: [FLAG] });
  });

  test("what our own lever did is ours, what somebody does after it is theirs", async () => {
    const ctx = ctxOn(world, database().db);
    const input = await arm(ctx, world, "retoggle");
    await restore(ctx, { ...input, key: newKey() });
    await ctx.db.restoration.updateMany({
      data: { askedAt: new Date(Date.now() - 8_000), acceptedAt: new Date(Date.now() - 7_500) },
    });
    world.unleash.setFlag({ ...PLACE, enabled: true, by: "bob" });
    await learnFlags(ctx);
    const last = (await changes(ctx, "flag")).at(-1);
    expect(last).toMatchObject({ actor: "bob", details: { action: "on", restorationId: null } });
  });
});

describe("webhooks and discovery", () => {
  const deliver = (body: string, guid: string, secret = TOKENS.webhook) => ({
    source: "code",
    body,
    headers: new Headers({
      "x-github-event": "pull_request",
      "x-github-delivery": guid,
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    }),
  });

  eachDatabase("deliveries", (database) => {
    test("twice, in any order, forged or never: the ledger is what the repository says", async () => {
      const { db } = database();
      const ctx = ctxOn(world, db);
      const body = (number: number) =>
        JSON.stringify({
          action: "closed",
          number,
          pull_request: { number },
          repository: { full_name: REPOSITORY },
        });
      const orders = [[1, 2, 3], [3, 1, 2, 3, 1], []];
      const ledgers: string[][] = [];
      for (const [run, order] of orders.entries()) {
        await db.change.deleteMany();
        const seen = new Set<number>();
        for (const number of order) {
          const { taken } = await receiveWebhook(
            ctx,
            deliver(body(number), `guid-${run}-${number}`),
          );
          expect(taken).toBe(!seen.has(number));
          seen.add(number);
        }
        await learnCode(ctx);
        await learnCode(ctx);
        ledgers.push((await changes(ctx, "merge")).map((one) => one.title));
      }
      expect(ledgers[0]?.length).toBeGreaterThanOrEqual(3);
      expect(ledgers[1]).toEqual(ledgers[0]);
      expect(ledgers[2]).toEqual(ledgers[0]);
      // A known GUID with another body is another delivery; the header isn't signed, the body is.
      expect(await receiveWebhook(ctx, deliver(body(9), "guid-0-1"))).toEqual({ taken: true });
      const forged = receiveWebhook(ctx, deliver(body(1), "guid-x", "another secret"));
      await expect(forged).rejects.toMatchObject({ code: "bad-signature", status: 401 });
      expect(await db.webhookDelivery.count()).toBe(7);
    });

    test("a merge that is read again, older or newer, is one row with the latest facts", async () => {
      const ctx = ctxOn(world, database().db);
      const pull = await ctx.sources.get("code", "code").pull(REPOSITORY, 1);
      const record = (title: string) =>
        recordMerges(ctx, {
          source: "code",
          services: [world.service],
          pulls: [{ ...pull, title }],
        });
      await Promise.all([record("first"), record("first")]);
      await record("second");
      expect((await changes(ctx, "merge")).map((one) => one.title)).toEqual(["#1 second"]);
    });

    test("services come and go with the annotations of Deployments", async () => {
      const ctx = { ...ctxOn(world, database().db), fileServices: [] };
      const live = await ctx.sources
        .get("deploys", "cluster")
        .read({ namespace: NAMESPACE, name: "checkout" });
      const discover = (
        name: string,
        service: string | null,
        more: Record<string, string> = {},
      ) => {
        const annotations: Record<string, string> = service
          ? { "known-good.dev/service": service, ...more }
          : {};
        const deployment: ObservedDeployment = { ...live, name, annotations };
        return discoverService(ctx, { source: "cluster", deployment, at: new Date() });
      };
      const full = { "known-good.dev/team": "Payments", "known-good.dev/repository": REPOSITORY };
      expect(await discover("checkout", "checkout", full)).toBe(true);
      expect(await discover("checkout", "checkout", full)).toBe(false);
      expect(await discover("worker", "checkout", full)).toBe(true);
      const [service, ...others] = await listServices(ctx);
      expect(others).toEqual([]);
      expect(service).toMatchObject({ name: "checkout", team: "Payments", origin: "discovered" });
      expect(service?.deployments.map((one) => one.name)).toEqual(["checkout", "worker"]);
      expect(service?.repository).toMatchObject({ source: "code", name: REPOSITORY });
      expect(await discover("worker", "workers")).toBe(true);
      expect((await listServices(ctx)).map((one) => one.name)).toEqual(["checkout", "workers"]);
      expect(await discover("worker", null)).toBe(true);
      expect(await discover("checkout", "checkout", { "known-good.dev/signal-query": "q" })).toBe(
        true,
      );
      expect(await listServices(ctx)).toEqual([]);
    });

    test("services whose Deployments went while nobody looked go with the first list", async () => {
      const ctx = { ...ctxOn(world, database().db), fileServices: [] };
      const adapter = ctx.sources.get("deploys", "cluster");
      const live = await adapter.read({ namespace: NAMESPACE, name: "checkout" });
      const left = (source: string, name: string, service: string) =>
        discoverService(ctx, {
          source,
          deployment: { ...live, name, annotations: { "known-good.dev/service": service } },
          at: new Date(),
        });
      await left("cluster", "vanished", "alone");
      await left("cluster", "vanished-too", "shared");
      await left("elsewhere", "kept", "shared");
      await left("elsewhere", "vanished", "foreign");
      const stop = new AbortController();
      const source = { name: "cluster", kind: "deploys", product: "kubernetes", adapter } as const;
      const published: string[] = [];
      const telling = { ...ctx, publish: (topic: string) => void published.push(topic) };
      const health = new SourceHealth(ctx, source);
      const done = collectDeploys(telling, source, health, stop.signal);
      const names = async () => (await listServices(ctx)).map((one) => one.name);
      await expect.poll(names, { timeout: 10_000 }).toEqual(["foreign", "shared"]);
      stop.abort();
      await done;
      await health.settled();
      const shared = (await listServices(ctx)).find((one) => one.name === "shared");
      expect(shared?.deployments).toEqual([
        { source: "elsewhere", namespace: NAMESPACE, name: "kept" },
      ]);
      expect(published).toContain("services");
    });
  });
});
