import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { FlagState } from "@/lib/contracts/flag-state";
import { startUnleash, type UnleashSandbox } from "../../../sandbox/unleash/start-unleash.ts";
import type { FlagSource } from "../flag-source";
import { unleash } from "./unleash";

const ADMIN = "*:*.events";

let sandbox: UnleashSandbox;
let source: FlagSource;
beforeAll(async () => {
  sandbox = await startUnleash({
    tokens: { [ADMIN]: { username: "ada", permissions: "admin" } },
    legacyVariants: true,
  });
  const settings = unleash.settings.parse({ url: sandbox.url, token: ADMIN });
  const log = { warn: () => {} };
  source = unleash.connect(settings, { name: "flags", now: () => new Date(), log });
});
afterAll(() => sandbox.stop());

async function ask(method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${sandbox.url}/api/admin${path}`, {
    method,
    headers: { authorization: ADMIN, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
}

const Act = z.object({
  act: z.enum(["on", "off", "add", "update", "remove", "variants", "segment"]),
  rollout: z.number(),
  segments: z.array(z.number()),
  disabled: z.boolean(),
  which: z.number(),
});
type Act = z.infer<typeof Act>;

/** Does what a person could do to the flag; nothing where there is no such strategy. */
async function perform(project: string, key: string, one: Act, run: number): Promise<void> {
  const place = `/projects/${project}/features/${key}/environments/production`;
  const strategies = sandbox.state(project, key, "production").strategies;
  const chosen = strategies[one.which % Math.max(1, strategies.length)];
  const strategy = {
    name: "flexibleRollout",
    parameters: { rollout: String(one.rollout), stickiness: "default", groupId: key },
    segments: one.segments.map((id) => run * 10 + id),
    disabled: one.disabled,
    constraints: [],
    variants: [],
  };
  const named = { name: `v${one.rollout}`, weight: 1_000, weightType: "variable" };
  const variants = [{ ...named, stickiness: "default" }];
  switch (one.act) {
    case "on":
    case "off":
      return ask("POST", `${place}/${one.act}`);
    case "add":
      return ask("POST", `${place}/strategies`, strategy);
    case "update":
      if (chosen) await ask("PUT", `${place}/strategies/${chosen.id}`, strategy);
      return;
    case "remove":
      if (chosen) await ask("DELETE", `${place}/strategies/${chosen.id}`);
      return;
    case "variants":
      return ask("PUT", `${place}/variants`, variants);
    case "segment": {
      const id = run * 10 + (one.which % 2) + 1;
      const rule = { contextName: "country", operator: "IN", values: [`C${one.rollout}`] };
      return ask("PUT", `/segments/${id}`, { name: `s${id}`, constraints: [rule] });
    }
    default:
      return one.act satisfies never;
  }
}

describe("the told life of a flag", () => {
  let runs = 0;
  const act: fc.Arbitrary<Act> = fc.record({
    act: fc.constantFrom(...Act.shape.act.options),
    rollout: fc.constantFrom(10, 25, 50, 100),
    segments: fc.constantFrom([], [], [1], [1, 2]),
    disabled: fc.constantFrom(false, false, true),
    which: fc.nat({ max: 5 }),
  });

  test("is the lived one, whatever people do", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
        runs += 1;
        const key = `life.${runs}`;
        const scope = { project: `shop${runs}`, environment: "production" };
        const rules = [{ contextName: "country", operator: "IN", values: ["NL"] }];
        const segments = [1, 2].map((id) => ({
          id: runs * 10 + id,
          name: `s${runs * 10 + id}`,
          constraints: rules,
        }));
        const createdAt = Date.now();
        const flag = { name: key, createdAt, environments: {} };
        const environments = ["development", "production"];
        sandbox.seed({ project: scope.project, environments, flags: [flag], segments });

        const lived: FlagState[] = [(await source.read({ ...scope, key })).state];
        for (const one of acts) {
          await perform(scope.project, key, one, runs);
          lived.push((await source.read({ ...scope, key })).state);
        }
        const events = (await source.eventsSince(scope, new Date(createdAt))).filter(
          (event) => event.key === key,
        );
        // One act may be several events (turning on adds a strategy), so the told states hold the lived.
        const told = events.map(({ after }) => after);
        expect(told).not.toContain(null);
        let at = 0;
        for (const state of lived) {
          const index = told.findIndex(
            (one, place) => place >= at && isDeepStrictEqual(one, state),
          );
          if (index === -1) expect(told.slice(at)).toContainEqual(state);
          at = index;
        }
        for (const [index, event] of events.entries()) {
          expect(event.before).toEqual(index === 0 ? null : told[index - 1]);
        }
      }),
      { numRuns: 40 },
    );
  });
});
