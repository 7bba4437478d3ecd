import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import type { Suspect } from "@/lib/contracts/suspect";
import { rankSuspects, type SuspectInput } from "./rank-suspects";

const HARM = Date.parse("2026-11-20T12:00:00Z");
const TOLERANCE = 15_000;
const MINUTE = 60_000;

const service = (name: string, dependsOn: string[] = []): Service => ({
  name,
  title: name,
  team: null,
  deployments: [],
  repository: null,
  flags: { source: "flags", project: "default", environment: "production" },
  signal: null,
  dependsOn,
  mayBeDrilled: false,
  origin: "file",
});
const SERVICES = [service("shop", ["checkout"]), service("checkout"), service("blog")];
const on: FlagState = { enabled: true, strategies: [], variants: [] };

function change(id: string, at: number, details: Change["details"], services: string[]): Change {
  return {
    id,
    kind: details.kind,
    source: details.kind === "flag" ? "flags" : "cluster",
    services,
    title: id,
    environment: null,
    at: new Date(at).toISOString(),
    completedAt: null,
    actor: null,
    url: null,
    details,
    carries: [],
  };
}

type DeployMore = { previousRevision?: number | null; restorationId?: string | null };
function deploy(id: string, at: number, services = ["checkout"], more: DeployMore = {}): Change {
  return change(
    id,
    at,
    {
      ...{ kind: "deploy", namespace: "n", deployment: "d", uid: "u", revision: 2 },
      ...{ previousRevision: 1, images: [], changeCause: null, commit: null, commitFrom: null },
      ...{ previousCommit: null, templateChanges: [], templateHash: "h", rollout: "complete" },
      ...{ returnsTo: null, restorationId: null },
      ...more,
    } as Change["details"],
    services,
  );
}

type FlagMore = {
  environment?: string;
  restorationId?: string | null;
  action?: "on" | "off" | "created";
};
function flag(id: string, at: number, services = ["checkout"], more: FlagMore = {}): Change {
  const details = {
    kind: "flag" as const,
    project: "default",
    key: "k",
    environment: "production",
  };
  const rest = { action: "on" as const, before: null, after: on, restorationId: null };
  return change(id, at, { ...details, ...rest, ...more }, services);
}

function merge(id: string, at: number, flagKeys: string[] = []): Change {
  return change(
    id,
    at,
    {
      ...{ kind: "merge", repository: "a/b", number: 7, branch: "x", base: "main" },
      ...{ method: "squash", mergeCommit: "c", headCommit: "h", files: [], labels: [], flagKeys },
      ...{ mentions: [], revertOf: null, restorationId: null },
    } as Change["details"],
    ["checkout"],
  );
}

const HOUR = 3_600_000;
const wordsOf = (suspect?: Suspect) => suspect?.evidence.map((one) => one.sentence).join(" ");

const rank = (changes: Change[], more: Partial<SuspectInput> = {}) =>
  rankAll(changes, more).suspects;

function rankAll(changes: Change[], more: Partial<SuspectInput> = {}) {
  return rankSuspects({
    ...{ changes, affected: ["checkout"], services: SERVICES },
    ...{ harmBeganAt: HARM, harmBeganFrom: "signal" as const, now: HARM + HOUR },
    evidence: IncidentEvidence.parse({}),
    ...more,
  });
}

const anyChange = fc
  .record({
    id: fc.uuid(),
    offset: fc.integer({ min: -26 * 60 * MINUTE, max: 3 * 60 * MINUTE }),
    what: fc.constantFrom("deploy", "flag", "merge"),
    services: fc.subarray(["shop", "checkout", "blog"]),
    restorationId: fc.option(fc.constant("R-1")),
    environment: fc.constantFrom("production", "staging"),
  })
  .map(({ id, offset, what, services, restorationId, environment }) => {
    if (what === "deploy") return deploy(id, HARM + offset, services, { restorationId });
    if (what === "merge") return merge(id, HARM + offset);
    return flag(id, HARM + offset, services, { restorationId, environment });
  });

describe("whatever changed", () => {
  test("a suspect came before harm, is no merge, and has its reasons and its share", () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 30 }), (changes) => {
        const { suspects, noRecentChange } = rankAll(changes);
        for (const suspect of suspects) {
          const head = changes.find((one) => one.id === suspect.id);
          expect(head).toBeDefined();
          expect(Date.parse(head?.at ?? "")).toBeLessThanOrEqual(HARM + TOLERANCE);
          expect(head?.kind).not.toBe("merge");
          expect(suspect.changeIds[0]).toBe(suspect.id);
          expect(suspect.evidence.length).toBeGreaterThan(0);
          expect(suspect.probability).toBeGreaterThanOrEqual(0);
          expect(suspect.probability).toBeLessThanOrEqual(1);
        }
        const weights = suspects.map((one) => one.probability);
        expect(weights).toEqual(weights.toSorted((a, b) => b - a));
        expect(new Set(suspects.map((one) => one.id)).size).toBe(suspects.length);
        const sum = weights.reduce((total, one) => total + one, noRecentChange.probability);
        expect(sum).toBeCloseTo(1, 9);
        expect(noRecentChange.probability).toBeGreaterThan(0);
      }),
    );
  });

  test("of two deploys on the hurt service, the closer one is the stronger", () => {
    const before = fc.integer({ min: 0, max: 20 * 60 * MINUTE });
    fc.assert(
      fc.property(before, before, (one, other) => {
        fc.pre(Math.abs(one - other) > 1_000);
        const ids = rank([deploy("one", HARM - one), deploy("other", HARM - other)]).map(
          (s) => s.id,
        );
        expect(ids[0]).toBe(one < other ? "one" : "other");
      }),
    );
  });

  test("the order in which changes are told doesn't matter", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyChange, { maxLength: 12, selector: (c) => c.at }),
        (changes) => {
          expect(rankAll(changes.toReversed())).toEqual(rankAll(changes));
        },
      ),
    );
  });
});

test("first releases, flags that were made, and other environments are no suspects", () => {
  const innocent = [
    deploy("first", HARM - MINUTE, ["checkout"], { previousRevision: null }),
    flag("made", HARM - MINUTE, ["checkout"], { action: "created" }),
    flag("elsewhere", HARM - MINUTE, ["checkout"], { environment: "staging" }),
  ];
  expect(rank(innocent)).toEqual([]);
});

test("what the hurt service depends on is suspected less than the service itself", () => {
  const changes = [deploy("own", HARM - 5 * MINUTE, ["shop"]), deploy("below", HARM - 5 * MINUTE)];
  const suspects = rank(changes, { affected: ["shop"] });
  expect(suspects.map((one) => one.id)).toEqual(["own", "below"]);
  expect(wordsOf(suspects[1])).toContain("which shop depends on");
});

test("merges belong to the deploy that carries them and to the flag that guards them", () => {
  const carrier = { ...deploy("deploy", HARM - MINUTE), carries: ["merge"] };
  const changes = [
    carrier,
    flag("flag", HARM - 20 * MINUTE),
    merge("merge", HARM - 9 * MINUTE, ["k"]),
  ];
  const suspects = rank(changes);
  expect(suspects.map((one) => one.changeIds)).toEqual([
    ["deploy", "merge"],
    ["flag", "merge"],
  ]);
  expect(wordsOf(suspects[0])).toContain("It carries one merge, #7.");
  expect(wordsOf(suspects[1])).toContain("Its code came with #7.");
});
