import { expect, test } from "vitest";
import type { CodeFacts, World } from "./behaviour.ts";
import { SERVICES, serviceNamed } from "./catalogue.ts";
import { Databases } from "./databases.ts";
import { failures, type Serving } from "./failures.ts";
import { SCENARIOS, startShop } from "./start-shop.ts";

const hurtIn = (ratioOf: (service: string) => number) =>
  SERVICES.filter(({ name, threshold }) => ratioOf(name) > threshold).map(({ name }) => name);

test.each([
  ["retoggle", ["checkout"]],
  ["rollback", ["payments"]],
  ["revert", ["catalog"]],
  ["schema-trap", ["checkout"]],
  ["configuration", ["storefront"]],
  ["innocent", ["checkout", "payments"]],
  ["outside", ["payments"]],
  ["gitops", ["checkout"]],
] as const)("in %s, customers of %j are hurt from the start", async (scenario, hurt) => {
  const shop = await startShop({ scenario });
  try {
    expect(hurtIn((name) => shop.world.now(name))).toEqual(hurt);
    expect(hurt).toContain(SCENARIOS[scenario].service);
  } finally {
    await shop.stop();
  }
});

test("what is down outside comes back", async () => {
  const shop = await startShop({ scenario: "outside", windowMs: 200 });
  try {
    shop.endOutage();
    await expect.poll(() => hurtIn((name) => shop.world.now(name)), { timeout: 5_000 }).toEqual([]);
  } finally {
    await shop.stop();
  }
});

const FACTS: CodeFacts = {
  ...{ appliesDiscountRules: false, skipsFirstPage: false, readsLegacyPrice: false },
  ...{
    writesCurrency: false,
    sendsMinorUnits: false,
    needsPostCode: false,
    migration: 6,
    orderMigration: 11,
  },
};
const world: World = { discountPercent: 25, schema: 6, orderSchema: 11 };

function checkout(facts: Partial<CodeFacts>, orderSchema: number): number {
  const { env } = serviceNamed("checkout");
  const serving: Serving[] = [{ sha: "a", facts: { ...FACTS, ...facts }, env, pods: 1 }];
  return failures(new Map([["checkout", serving]]), { ...world, orderSchema }, null).get(
    "checkout",
  ) as number;
}

test("going back without migrating down is worse, and migrating down without going back, too", () => {
  const shipped = checkout({ writesCurrency: true }, 12);
  const before = checkout({}, 11);
  expect(before).toBeLessThan(serviceNamed("checkout").threshold);
  expect(shipped).toBeGreaterThan(serviceNamed("checkout").threshold);
  expect(checkout({}, 12)).toBeGreaterThan(shipped);
  expect(checkout({ writesCurrency: true }, 11)).toBeGreaterThan(shipped);
});

test("a version applies its migrations when it starts, not while it runs", () => {
  const databases = new Databases();
  const facts = { ...FACTS, writesCurrency: true, orderMigration: 12 };
  const version: Serving = { sha: "b", facts, env: {}, pods: 2 };
  const before: Serving = { sha: "a", facts: FACTS, env: {}, pods: 2 };
  databases.start("checkout", [before]);
  databases.start("checkout", [before, version]);
  expect(databases.levels().orderSchema).toBe(12);
  databases.migrateDown();
  databases.start("checkout", [version]);
  expect(databases.levels().orderSchema).toBe(11);
  databases.start("checkout", [before]);
  databases.start("checkout", [version]);
  expect(databases.levels().orderSchema).toBe(12);
});
