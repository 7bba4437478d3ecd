import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { followFreezes, type RunningPlans } from "@/lib/freezes/follow-freezes";
import { freeze } from "@/lib/freezes/freeze";
import { listFreezes } from "@/lib/freezes/list-freezes";
import { thawFreeze } from "@/lib/freezes/thaw-freeze";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import type { OpenedDatabase } from "@/lib/server/db";
import { crashDatabases, endOf } from "@/lib/server/test-crash";
import { ctxOn } from "@/lib/server/test-ctx";
import {
  argoOf,
  deliver,
  disown,
  followOnce,
  installPolicy,
  ownByArgo,
  requireStatus,
  statusOf,
} from "@/lib/server/test-holds";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import type { FreezeOrder, FreezeStep } from "../../e2e/crash/freeze-and-die.ts";

const FREEZING: FreezeStep[] = [
  "before the freeze is committed",
  "after the freeze",
  "after the first holds are claimed",
  "after all holds are claimed",
  "before a request",
  "while requests are under way",
  "after a request",
];
const THAWING: FreezeStep[] = [
  "before the thaw is committed",
  "after the thaw",
  "before letting go",
  "while letting go",
  "after letting go",
];
const { databaseUrl, noServer, dataDir, open } = await crashDatabases();
let delivered = 0;
/** Never the one that runs: what changes nothing is refused to nobody. */
const nextImage = () => {
  delivered += 1;
  return `registry.example/checkout:v${delivered}`;
};

let world: TestWorld;
let head: string;
let before: Awaited<ReturnType<typeof argoOf>>;
beforeAll(async () => {
  world = await startTestWorld();
  await installPolicy(world);
  requireStatus(world);
  const opened = await world.github.openPullRequest({
    ...{ title: "Try prices", author: { login: "ann" }, branch: "try/prices" },
    files: { "tries/prices.txt": "x\n" },
  });
  head = opened.headSha;
});
beforeEach(async () => {
  world.reset();
  await ownByArgo(world);
  before = await argoOf(world);
});
afterEach(() => disown(world));
afterAll(() => world.stop());

/** A process of its own that is killed on the way; resolves with how it ended. */
async function die(url: string | null, step: FreezeStep, thaws: string | null): Promise<string> {
  const order: FreezeOrder = { databaseUrl: url, dataDir, addresses: world.addresses, step, thaws };
  return endOf("freeze-and-die.ts", order);
}

/** One turn of what the server does, waited for. */
async function turn(ctx: Ctx): Promise<void> {
  const plans: RunningPlans = new Map();
  await followFreezes(ctx, plans);
  await Promise.all(plans.values());
  await followOnce(ctx);
}

/** The next process, a minute later: what the killed one had taken is due again. */
const successor = (opened: OpenedDatabase) =>
  ctxOn(world, opened.db, { now: () => new Date(Date.now() + 60_000) });

async function statesOf(ctx: Ctx, id: string): Promise<string[]> {
  const all = await listFreezes(ctx, { state: "all" });
  return (all.find((one) => one.id === id)?.holds ?? []).map(({ state }) => state);
}

/** What is held outside is in an open row: nothing is held that the page doesn't show. */
async function expectSeen(opened: OpenedDatabase): Promise<void> {
  const rows = await opened.db.hold.findMany({ where: { openKey: { not: null } } });
  const layers = rows.map(({ layer }) => layer);
  if ((await argoOf(world)).automated?.enabled === false) expect(layers).toContain("argo-cd");
  if (statusOf(world, head) === "failure") expect(layers).toContain("github");
  if (await deliver(world, nextImage())) expect(layers).toContain("kubernetes");
}

async function expectAsBefore(ctx: Ctx): Promise<void> {
  await expect
    .poll(
      async () => {
        await turn(ctx);
        return ctx.db.hold.count({ where: { openKey: { not: null } } });
      },
      { timeout: 20_000 },
    )
    .toBe(0);
  expect(await argoOf(world)).toEqual(before);
  expect(statusOf(world, head)).not.toBe("failure");
  expect(await deliver(world, nextImage())).toBeNull();
  expect(await verifyAudit(ctx.db)).toMatchObject({ intact: true });
}

async function killedWhileFreezing(url: string | null, step: FreezeStep): Promise<void> {
  let opened = await open(url);
  const earlier = await opened.db.freeze.count();
  await opened.close();
  expect(await die(url, step, null)).toBe("SIGKILL");
  opened = await open(url);
  try {
    const ctx = successor(opened);
    await expectSeen(opened);
    const [made] = (await listFreezes(ctx, { state: "on" })).map(({ id }) => id);
    const wasCommitted = step !== "before the freeze is committed";
    expect((await opened.db.freeze.count()) - earlier).toBe(wasCommitted ? 1 : 0);
    if (made) {
      await expect
        .poll(
          async () => {
            await turn(ctx);
            return statesOf(ctx, made);
          },
          { timeout: 20_000 },
        )
        .toEqual(["held", "held", "held", "held"]);
      expect(await deliver(world, nextImage())).toContain(`by ${made}`);
      await thawFreeze(ctx, { id: made });
    }
    await expectAsBefore(ctx);
  } finally {
    await opened.close();
  }
}

async function killedWhileThawing(url: string | null, step: FreezeStep): Promise<void> {
  let opened = await open(url);
  let ctx = ctxOn(world, opened.db);
  const wish = { services: ["checkout"], reason: "Rolling back", minutes: 60, incidentId: null };
  const { id } = (await freeze(ctx, wish, { waitMs: 0 })).freeze;
  await expect
    .poll(
      async () => {
        await turn(ctx);
        return statesOf(ctx, id);
      },
      { timeout: 20_000 },
    )
    .toEqual(["held", "held", "held", "held"]);
  await opened.close();
  expect(await die(url, step, id)).toBe("SIGKILL");
  opened = await open(url);
  try {
    ctx = successor(opened);
    await expectSeen(opened);
    const isStillOn = step === "before the thaw is committed";
    expect((await listFreezes(ctx, { state: "on" })).map((one) => one.id)).toEqual(
      isStillOn ? [id] : [],
    );
    if (isStillOn) await thawFreeze(ctx, { id });
    await expectAsBefore(ctx);
    expect(await statesOf(ctx, id)).toEqual(["released", "released", "released", "released"]);
  } finally {
    await opened.close();
  }
}

describe("killed", () => {
  describe.skipIf(databaseUrl === null)(`on PostgreSQL${noServer}`, () => {
    test.each(FREEZING)("%s", (step) => killedWhileFreezing(databaseUrl, step));
    test.each(THAWING)("%s", (step) => killedWhileThawing(databaseUrl, step));
  });

  describe("on the embedded database", () => {
    test.each(FREEZING.slice(-2))("%s", (step) => killedWhileFreezing(null, step));
    test.each(THAWING.slice(-2))("%s", (step) => killedWhileThawing(null, step));
  });
});
