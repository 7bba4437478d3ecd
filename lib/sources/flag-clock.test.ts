import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listChanges } from "@/lib/changes/list-changes";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { checkoutService, FLAG, TOKENS } from "@/lib/server/test-names";
import { learnFlags } from "@/lib/server/test-press";
import { startUnleash, type UnleashSandbox } from "../../sandbox/unleash/start-unleash.ts";
import { startWireServer, type WireServer } from "../../sandbox/wire/start-wire-server.ts";
import { saveSource } from "./store";

const nowhere = "http://127.0.0.1:9";
const HOUR_MS = 3_600_000;

let apartMs = 0;
let unleash: UnleashSandbox;
let elsewhere: WireServer;
beforeAll(async () => {
  unleash = await startUnleash({
    tokens: { [TOKENS.flags]: { username: "known-good", permissions: "admin" } },
    now: () => Date.now() + apartMs,
  });
  const production = { enabled: true, strategies: [{ name: "default" }] };
  unleash.seed({
    project: "default",
    environments: ["production"],
    flags: [
      {
        ...{ name: FLAG, createdAt: Date.now() - 48 * HOUR_MS, createdBy: "ann" },
        ...{ environments: { production }, history: [] },
      },
    ],
  });
  // On a machine with a clock of its own.
  elsewhere = await startWireServer({
    now: Date.now,
    async handle({ method, url, header }) {
      const headers = { authorization: header("authorization") ?? "" };
      const answer = await fetch(unleash.url + url.pathname + url.search, { method, headers });
      const date = new Date(Date.now() + apartMs).toUTCString();
      return { status: answer.status, body: await answer.text(), headers: { date } };
    },
    faultAnswer: () => ({ status: 500 }),
  });
});
afterAll(async () => {
  await elsewhere.stop();
  await unleash.stop();
});

eachDatabase("flags of a product with another clock", (database) => {
  /** The product's clock is `aheadMs` ahead of ours. */
  async function watched(aheadMs: number) {
    apartMs = aheadMs;
    const addresses = { kubernetes: nowhere, github: nowhere, prometheus: nowhere };
    const world = {
      addresses: { ...addresses, unleash: elsewhere.url },
      service: checkoutService(),
    };
    const ctx = ctxOn(world, database().db);
    await learnFlags(ctx);
    let enabled = unleash.state("default", FLAG, "production").enabled;
    /** Whether a change by this person comes into the ledger at the next look. */
    const isSeen = async (by: string) => {
      enabled = !enabled;
      unleash.setFlag({ project: "default", flag: FLAG, environment: "production", enabled, by });
      await learnFlags(ctx);
      const { items } = await listChanges(ctx, { kind: "flag", limit: 50 });
      return items.some(({ actor }) => actor === by);
    };
    return { ctx, isSeen };
  }

  test.each([-HOUR_MS / 2, HOUR_MS / 2])(
    "%d ms ahead of ours: what is changed there is in the ledger",
    async (aheadMs) => {
      const { isSeen } = await watched(aheadMs);
      expect(await isSeen(`bob ${aheadMs} ${randomUUID()}`)).toBe(true);
      expect(await isSeen(`eve ${aheadMs} ${randomUUID()}`)).toBe(true);
    },
  );

  test("ours was ahead and is set right: nothing is left out until it is as late again", async () => {
    const { ctx, isSeen } = await watched(0);
    const readTo = new Date(Date.now() + HOUR_MS).toISOString();
    const source = { name: "flags", kind: "flags", product: "unleash" };
    await saveSource(ctx.db, { ...source, cursor: { readTo } });
    expect(await isSeen(`bob ${randomUUID()}`)).toBe(true);
  });
});
