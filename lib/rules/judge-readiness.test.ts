import { describe, expect, test } from "vitest";
import type { Blocker, Warning } from "@/lib/contracts/lever";
import { Service } from "@/lib/contracts/service";
import type { OwnerFacts } from "./judge-freeze-readiness";
import { type DeployFacts, judgeReadiness, type ReadinessFacts } from "./judge-readiness";

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;
const service = Service.parse({
  ...{ name: "checkout", title: "Checkout", team: null, dependsOn: [], origin: "file" },
  deployments: [{ source: "cluster", namespace: "shop", name: "checkout" }],
  repository: { source: "code", name: "acme/shop", migrations: ["db/"] },
  flags: { source: "flags", project: "default", environment: "production" },
  signal: {
    ...{ source: "prometheus", title: "Failed requests", query: "q", unit: "ratio" },
    threshold: 0.02,
  },
  mayBeDrilled: true,
});
const blocker = (code: string, who: string | null = null): Blocker => ({
  ...{ code, sentence: `It is ${code}.`, who, commands: [] },
});
const warning = (code: string, unsafe = false): Warning => ({
  ...{ code, sentence: `Mind ${code}.`, unsafe },
});
const deploys: DeployFacts = {
  ...{ target: "checkout 24 → 23", deployment: "checkout", kept: 10, limit: 10 },
  ...{ blockers: [], warnings: [], owners: [] },
};
const HOLDS = { said: { would: "hold", sentence: "It holds." } } as const;
const GOOD: ReadinessFacts = {
  ...{ service, now: NOW },
  flags: { said: { target: "new-basket", blockers: [], warnings: [] } },
  deploys: [{ said: deploys }],
  code: { said: { target: "#7, its newest merge", blockers: [], warnings: [] } },
  ...{ deliveries: [HOLDS], merges: HOLDS },
  signal: { said: 0.004 },
  schema: { verdict: "compatible", sentence: "no migration lies between 23 and today’s schema" },
  ledger: {
    ...{ merges: 20, guarded: 8, previousRevision: 23 },
    templates: 24,
    drill: { incidentId: "INC-9", at: NOW - 10 * DAY, levers: ["rollback"] },
  },
};
const judge = (more: Partial<ReadinessFacts> = {}) => judgeReadiness({ ...GOOD, ...more });
const ledger = (more: Partial<ReadinessFacts["ledger"]>) =>
  judge({ ledger: { ...GOOD.ledger, ...more } });

test("a service with everything is ready", () => {
  const others = judge();
  expect(new Set(Object.values(others).map(({ state }) => state))).toEqual(new Set(["ready"]));
  expect(others.schema.sentence).toBe("No migration lies between 23 and today’s schema.");
  expect(others["flag-coverage"].sentence).toContain("8 of 20 merges");
  expect(others["last-drill"].sentence).toBe("10 days ago, rollback verified (INC-9).");
  expect(others.permissions.sentence).toBe(
    "Known Good may change its flags, patch its Deployment, open reverts.",
  );
});

describe("a lever", () => {
  test("that an obstacle stands before is blocked, with who can lift it", () => {
    const cells = judge({
      deploys: [{ said: { ...deploys, blockers: [blocker("paused", "whoever paused it")] } }],
    });
    expect(cells.rollback).toEqual({
      state: "blocked",
      sentence: "checkout 24 → 23: It is paused. It can be lifted by whoever paused it.",
    });
    expect(cells.permissions.state).toBe("ready");
  });

  test("that would only do what is so already can be pulled", () => {
    const said = { target: "new-basket", blockers: [blocker("unchanged")], warnings: [] };
    expect(judge({ flags: { said } }).retoggle.state).toBe("ready");
  });

  test("that isn't known to be safe is limited", () => {
    const said = { target: "#7", blockers: [], warnings: [warning("reverts-migration", true)] };
    expect(judge({ code: { said } }).revert).toMatchObject({ state: "limited" });
  });

  test("that nothing is named for is blocked, and permissions don't count it", () => {
    const bare = { ...service, flags: null, repository: null };
    const cells = judge({ service: bare, flags: null, code: null });
    expect([cells.retoggle.state, cells.revert.state]).toEqual(["blocked", "blocked"]);
    expect(cells.permissions.sentence).toBe("Known Good may patch its Deployment.");
    expect(cells["flag-coverage"].state).toBe("unknown");
  });

  test("of several Deployments is as ready as the worst of them", () => {
    const paused = { said: { ...deploys, blockers: [blocker("paused")] } };
    expect(judge({ deploys: [{ said: deploys }, paused] }).rollback.state).toBe("blocked");
  });
});

describe("permissions", () => {
  const denied = { target: "new-basket", blockers: [blocker("no-permission")], warnings: [] };

  test("some missing is limited, all missing is blocked, each with its sentence", () => {
    expect(judge({ flags: { said: denied } }).permissions).toMatchObject({
      state: "limited",
      sentence: expect.stringMatching(/^It is no-permission\. .*patch its Deployment/),
    });
    const readOnly = { target: "#7", blockers: [blocker("read-only")], warnings: [] };
    const noPatch = { ...deploys, blockers: [blocker("permission")] };
    const cells = judge({
      ...{ flags: { said: denied }, code: { said: readOnly }, deploys: [{ said: noPatch }] },
    });
    expect(cells.permissions.state).toBe("blocked");
  });

  test("a silent source leaves them unknown, unless something is known to be missing", () => {
    const silent = { problem: "GitHub doesn't answer." };
    expect(judge({ code: silent }).permissions.state).toBe("unknown");
    expect(judge({ code: silent }).revert).toEqual({ state: "unknown", sentence: silent.problem });
    expect(judge({ code: silent, flags: { said: denied } }).permissions.state).toBe("limited");
    const others = judge({ code: silent });
    expect([others.retoggle.state, others.rollback.state]).toEqual(["ready", "ready"]);
  });
});

test.each([
  [2, 24, "ready"],
  [1, 24, "limited"],
  [0, 24, "limited"],
  [0, 1, "blocked"],
])("%i revisions kept and %i templates in the ledger are %s", (kept, templates, state) => {
  const cells = judge({
    deploys: [{ said: { ...deploys, kept } }],
    ledger: { ...GOOD.ledger, templates },
  });
  expect(cells.revisions.state).toBe(state);
});

test.each([
  [20, 6, "ready"],
  [20, 5, "limited"],
  [20, 0, "limited"],
  [4, 4, "unknown"],
  [0, 0, "unknown"],
])("of %i merges %i mention a flag: %s", (merges, guarded, state) => {
  expect(ledger({ merges, guarded })["flag-coverage"].state).toBe(state);
});

test("the schema is what was judged of it, and unknown where nothing was", () => {
  const said = (verdict: "incompatible" | "unknown") =>
    judge({ schema: { verdict, sentence: "Revision 23 is judged." } }).schema;
  expect(said("incompatible")).toEqual({ state: "blocked", sentence: "Revision 23 is judged." });
  expect(said("unknown").state).toBe("unknown");
  expect(judge({ schema: null }).schema.sentence).toContain("No earlier revision");
  expect(ledger({ previousRevision: null }).schema.state).toBe("unknown");
  expect(judge({ service: { ...service, repository: null } }).schema.state).toBe("unknown");
});

test("a GitOps controller that undoes a rollback is named", () => {
  const owned = { ...deploys, warnings: [warning("rolling"), warning("owned-by-flux", true)] };
  expect(judge({ deploys: [{ said: owned }] }).gitops).toEqual({
    state: "limited",
    sentence: "Mind owned-by-flux.",
  });
});

test("a signal that says nothing, is silent or is missing", () => {
  expect(judge({ signal: { said: null } }).signal.state).toBe("blocked");
  expect(judge({ signal: { problem: "Prometheus is away." } }).signal.state).toBe("unknown");
  expect(judge({ signal: { said: 0.5 } }).signal.sentence).toContain("beyond its threshold");
  expect(judge({ service: { ...service, signal: null }, signal: null }).signal.state).toBe(
    "blocked",
  );
});

test("a drill long ago, one that proved nothing, and none", () => {
  const drill = { incidentId: "INC-9", at: NOW - 100 * DAY, levers: ["rollback" as const] };
  expect(ledger({ drill })["last-drill"].state).toBe("limited");
  expect(ledger({ drill: { ...drill, at: NOW - DAY, levers: [] } })["last-drill"]).toEqual({
    state: "limited",
    sentence: "24 h ago, no lever verified (INC-9).",
  });
  expect(ledger({ drill: null })["last-drill"].sentence).toBe("Never drilled.");
  const closed = judge({
    service: { ...service, mayBeDrilled: false },
    ledger: { ...GOOD.ledger, drill: null },
  });
  expect(closed["last-drill"].sentence).toContain("drills: true");
});

describe("a freeze", () => {
  const owner: OwnerFacts = {
    ...{ kind: "argo-cd", title: "Argo CD application checkout", resumedBy: null },
    pausing: { state: "possible" },
  };
  const owned = (...owners: OwnerFacts[]) =>
    judge({ deploys: [{ said: { ...deploys, owners } }] })["freeze-owners"];
  const no = {
    said: { would: "refuse", because: "It isn’t there", who: "a cluster admin" },
  } as const;

  test("holds in each layer that would, and names who can lift what is in the way", () => {
    const cells = judge({ deliveries: [HOLDS, no], merges: no });
    const refused = {
      state: "blocked",
      sentence: "It isn’t there. It can be lifted by a cluster admin.",
    };
    expect(cells["freeze-cluster"]).toEqual(refused);
    expect(cells["freeze-merges"]).toEqual(refused);
    expect(cells["freeze-gate"].state).toBe("ready");
    expect(judge()["freeze-cluster"]).toEqual({ state: "ready", sentence: "It holds." });
  });

  test("isn't known where nobody answers, and that touches no other layer", () => {
    const cells = judge({ deliveries: [{ problem: "The cluster is silent." }] });
    expect(cells["freeze-cluster"]).toEqual({
      state: "unknown",
      sentence: "The cluster is silent.",
    });
    expect(cells["freeze-merges"].state).toBe("ready");
    expect(judge({ deploys: [{ problem: "Silent." }] })["freeze-owners"].state).toBe("unknown");
  });

  test("pauses owners that can be paused, and says of the others why they can't", () => {
    expect(owned()).toMatchObject({ state: "ready" });
    expect(owned({ ...owner, kind: "helm", pausing: { state: "unneeded" } }).state).toBe("ready");
    expect(owned(owner)).toEqual({
      ...{ state: "ready", sentence: "Argo CD application checkout can be paused." },
    });
    expect(owned({ ...owner, resumedBy: "ApplicationSet all" })).toMatchObject({
      ...{
        state: "limited",
        sentence: expect.stringContaining("ApplicationSet all would turn it"),
      },
    });
    const refused = {
      state: "refused",
      because: "It may not be patched.",
      who: "a cluster admin",
    } as const;
    expect(owned(owner, { ...owner, pausing: refused })).toEqual({
      state: "blocked",
      sentence: "It may not be patched. It can be lifted by a cluster admin.",
    });
    const paused = (mark: string | null) =>
      owned({ ...owner, pausing: { state: "paused", mark, sentence: "Since noon." } });
    expect(paused("F-3")).toMatchObject({
      state: "ready",
      sentence: expect.stringContaining("F-3"),
    });
    expect(paused(null).state).toBe("limited");
  });

  test("of a service that names nothing holds at the gate alone", () => {
    const bare = { ...service, deployments: [], repository: null };
    const cells = judge({ service: bare, deploys: [], deliveries: [], merges: null });
    expect(
      [cells["freeze-gate"], cells["freeze-cluster"], cells["freeze-merges"]].map(
        ({ state }) => state,
      ),
    ).toEqual(["ready", "blocked", "blocked"]);
  });
});
