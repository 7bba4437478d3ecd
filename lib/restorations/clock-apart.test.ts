import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { getIncidentView } from "@/lib/incidents/get-incident-view";
import { ctxOn } from "@/lib/server/test-ctx";
import { eachDatabase } from "@/lib/server/test-database";
import { arm, followUntil, newKey } from "@/lib/server/test-press";
import { startTestWorld, type TestWorld } from "@/lib/server/test-world";
import { startWireServer, type WireServer } from "../../sandbox/wire/start-wire-server.ts";
import { followRestorations } from "./follow-restorations";
import { lookForCalm } from "./look-for-calm";
import { restore } from "./restore";

const VERIFY_MS = 30_000;

let world: TestWorld;
let elsewhere: WireServer;
let aheadMs = 0;
beforeAll(async () => {
  world = await startTestWorld();
  // The world's Prometheus, on a machine whose clock is `aheadMs` ahead of ours.
  elsewhere = await startWireServer({
    now: Date.now,
    async handle({ url }) {
      const answer = await fetch(world.addresses.prometheus + url.pathname + url.search);
      const date = new Date(Date.now() + aheadMs).toUTCString();
      return { status: answer.status, body: await answer.text(), headers: { date } };
    },
    faultAnswer: () => ({ status: 500 }),
  });
});
beforeEach(() => world.reset());
afterAll(async () => {
  await elsewhere.stop();
  await world.stop();
});

eachDatabase("a signal whose clock is apart from ours", (database) => {
  test.each([5 * 60_000, -5 * 60_000])(
    "%d ms: verifies nothing and fails nothing until it is set right, and says so",
    async (apart) => {
      let passedMs = 0;
      const addresses = { ...world.addresses, prometheus: elsewhere.url };
      const now = () => new Date(Date.now() + passedMs);
      const ctx = ctxOn({ ...world, addresses }, database().db, { now });
      const turn = () => followRestorations(ctx, { isAlone: true });
      const seen = async () => (await getIncidentView(ctx, { id: "INC-1" })).restorations.at(-1);
      aheadMs = apart;
      const input = await arm(ctx, world, "retoggle");
      const { incident } = await getIncidentView(ctx, { id: "INC-1" });
      world.signal.valueAt = () => 0.004;
      expect(await lookForCalm(ctx, incident, [world.service])).toBeNull();
      const { restoration } = await restore(ctx, { ...input, key: newKey() });
      await followUntil(ctx, restoration?.id ?? "", ["in-effect"]);
      // What it shows of five minutes ago, or repeats of its last sample.
      for (const value of [0.004, 0.3]) {
        world.signal.valueAt = () => value;
        passedMs += 10 * VERIFY_MS;
        await turn();
        const { state, progress, endedAt } = (await seen()) ?? {};
        expect({ state, endedAt }).toEqual({ state: "in-effect", endedAt: null });
        expect(progress).toMatch(apart > 0 ? /is 5 min ahead of/ : /is 5 min behind/);
      }
      aheadMs = 0;
      world.signal.valueAt = () => 0.004;
      // The answer to this look is the first to say what time it is there now.
      await turn();
      await turn();
      expect(await seen()).toMatchObject({ state: "verified" });
    },
    60_000,
  );
});
