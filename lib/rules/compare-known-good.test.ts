import { expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { KnownGoodState } from "@/lib/contracts/known-good";
import { DETAILS } from "@/lib/server/test-incident";
import { compareKnownGood, type LiveState } from "./compare-known-good";

const state = (enabled: boolean, rollout = "100"): FlagState => ({
  ...{ enabled, variants: [] },
  strategies: [
    {
      ...{ id: "s", name: "flexibleRollout", disabled: false, parameters: { rollout } },
      ...{ constraints: [], segments: [], variants: [] },
    },
  ],
});
const flag = (key: string, now: FlagState) => ({ key, environment: "production", state: now });

function deployed(revision: number, more: { template?: string; deployment?: string } = {}): Change {
  const details = {
    ...DETAILS.deploy(revision),
    ...(more.template ? { templateHash: more.template } : {}),
    ...(more.deployment ? { deployment: more.deployment } : {}),
    ...{ commit: `${revision}`.repeat(20), commitFrom: "annotation" },
    images: [{ container: "app", image: `r.example/app:${revision}`, digest: null, was: null }],
  } as Change["details"];
  return {
    ...{ id: `d${revision}`, kind: "deploy", source: "cluster", services: ["checkout"] },
    ...{ title: "", environment: null, at: "2026-11-28T10:00:00.000Z", completedAt: null },
    ...{ actor: null, url: null, details, carries: [] },
  };
}

const good: KnownGoodState = {
  service: "checkout",
  deployments: [
    {
      deployment: { source: "cluster", namespace: "shop", name: "checkout" },
      ...{ changeId: "d23", revision: 23, templateHash: "h23", images: ["r.example/app:23"] },
      commit: "23".repeat(20),
    },
  ],
  flags: [flag("basket", state(true, "25")), flag("gone", state(true))],
  ...{ migrationHead: "migrations/1.sql", commit: null, verifiedBy: "no incident for 2 days" },
  ...{ liveAt: "2026-11-26T10:00:00.000Z", verifiedAt: "2026-11-28T10:00:00.000Z" },
};
const live = (more: Partial<LiveState>): LiveState => ({
  deploys: [deployed(23)],
  flags: [flag("basket", state(true, "25"))],
  migrationHead: "migrations/1.sql",
  ...more,
});

test("the same template is the same state, whatever its number, and a flag that is gone is none", () => {
  expect(compareKnownGood(live({}), good)).toEqual([]);
  const again = live({ deploys: [deployed(25, { template: "h23" })] });
  expect(compareKnownGood(again, good)).toEqual([]);
});

test("what differs is told line by line", () => {
  const lines = compareKnownGood(
    live({
      deploys: [deployed(24), deployed(7, { deployment: "worker" })],
      flags: [flag("basket", state(true))],
      migrationHead: "migrations/2.sql",
    }),
    good,
  );
  expect(lines.map(({ kind, what, live: is, knownGood }) => [kind, what, is, knownGood])).toEqual([
    ["revision", "checkout", "24", "23"],
    ["image", "checkout", "app:24", "app:23"],
    ["commit", "checkout", "2424242424", "2323232323"],
    ["revision", "worker", "7", null],
    ["flag", "basket", "on for all", "on for 25\u00a0%"],
    ["migration", "newest migration", "migrations/2.sql", "migrations/1.sql"],
  ]);
});

test("a Deployment that is gone is told too", () => {
  const lines = compareKnownGood(live({ deploys: [] }), good);
  expect(lines[0]).toEqual({ kind: "revision", what: "checkout", live: null, knownGood: "23" });
});
