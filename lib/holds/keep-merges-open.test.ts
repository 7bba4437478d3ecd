import { afterAll, beforeAll, expect, test } from "vitest";
import { freeze } from "@/lib/freezes/freeze";
import { ctxOn } from "@/lib/server/test-ctx";
import { embeddedDatabase } from "@/lib/server/test-database";
import { followOnce, requireStatus, statusOf } from "@/lib/server/test-holds";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { keepMergesOpen } from "./keep-merges-open";

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.stop());
const database = embeddedDatabase();

const open = async (name: string) =>
  (
    await world.github.openPullRequest({
      ...{ title: name, author: { login: "ann" }, branch: `try/${name}` },
      files: { [`tries/${name}.txt`]: "x\n" },
    })
  ).headSha;

test("what nothing freezes can be merged where the branch requires the status", async () => {
  const ctx = ctxOn(world, database().db);
  const adapter = ctx.sources.get("code", "code");
  const keep = (repositories?: Set<string>) =>
    keepMergesOpen(ctx, { name: "code", adapter }, repositories);
  const first = await open("first");
  await keep();
  // Nobody requires it: nobody is told anything.
  expect(statusOf(world, first)).toBeNull();
  requireStatus(world);
  expect(await keep(new Set(["acme/other"]))).toBe(0);
  expect(statusOf(world, first)).toBeNull();
  expect(await keep(new Set(["acme/shop"]))).toBe(1);
  expect(statusOf(world, first)).toBe("success");

  const wish = { services: ["checkout"], reason: "Rolling back", minutes: 60, incidentId: null };
  await freeze(ctx, wish, { waitMs: 0 });
  await expect.poll(() => ctx.db.hold.count(), { timeout: 15_000 }).toBe(2);
  await followOnce(ctx);
  const second = await open("second");
  await keep();
  expect([statusOf(world, first), statusOf(world, second)]).toEqual(["failure", null]);
});

test("a source that is away keeps nobody waiting and nothing from going on", async () => {
  const ctx = ctxOn(world, database().db, { timeoutSeconds: 1 });
  const adapter = ctx.sources.get("code", "code");
  await world.github.faults.set({ mode: "refuse" });
  expect(await keepMergesOpen(ctx, { name: "code", adapter })).toBe(1);
  await world.github.faults.set({ mode: "none" });
});
