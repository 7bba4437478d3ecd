import { expect, test } from "vitest";
import { type ConfigFact, type ConfigQuestion, judgeConfig } from "./config-at-rollback";

const MINUTE = 60_000;
const NOW = 1_000_000_000;
const ago = (minutes: number) => NOW - minutes * MINUTE;

/** Revision 23 was live from five hours ago until an hour ago. */
function ask(facts: ConfigFact[], more: Partial<ConfigQuestion> = {}) {
  const live = { from: ago(300), until: ago(60) };
  return judgeConfig({ namespace: "shop", revision: 23, live, facts, now: NOW, ...more });
}

const need = (more: Partial<ConfigFact["need"]> = {}): ConfigFact["need"] => ({
  objectKind: "ConfigMap",
  name: "settings",
  keys: null,
  requiredKeys: [],
  isRequired: true,
  noticed: "at-restart",
  ...more,
});
const hashed = (keys: Record<string, number>) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, `k.${value}`]));

/** A history, newest first: minutes ago and what it held from then on. */
function past(...versions: [number, Record<string, number> | null][]): ConfigFact["past"] {
  return versions.map(([minutes, keys]) => ({ keys: keys && hashed(keys), from: ago(minutes) }));
}
const there = (keys: Record<string, number>): ConfigFact["now"] => ({
  state: "there",
  keys: hashed(keys),
});

test("an object that pods need and that is gone stands in the way", () => {
  const fact: ConfigFact = {
    need: need({ requiredKeys: ["TIMEOUT_MS"], keys: ["TIMEOUT_MS"] }),
    now: { state: "gone" },
    past: past([40, null], [600, { TIMEOUT_MS: 1, OTHER: 1 }]),
  };
  const { blockers, warnings } = ask([fact]);
  expect(blockers).toEqual([
    {
      code: "config-missing",
      sentence:
        "23 needs ConfigMap settings, which is gone (since 40 min): its pods would not start.",
      who: "whoever keeps its manifest",
      commands: [
        "kubectl create configmap settings --namespace shop --from-literal=OTHER=… --from-literal=TIMEOUT_MS=…",
      ],
      mayOverride: true,
    },
  ]);
  expect(warnings).toEqual([]);
  expect(ask([{ ...fact, need: need({ isRequired: false }) }]).blockers).toEqual([]);
});

test("so does a key that isn't there, unless it is optional", () => {
  const fact: ConfigFact = {
    need: need({ keys: ["A", "B"], requiredKeys: ["A"] }),
    now: there({ C: 1 }),
    past: past([600, { C: 1 }]),
  };
  expect(ask([fact]).blockers[0]).toMatchObject({
    code: "config-key-missing",
    sentence: "23 needs A in ConfigMap settings, which isn’t there now: its pods would not start.",
  });
});

test("a value that changed after the revision was live is named with its key and its age", () => {
  const fact: ConfigFact = {
    need: need(),
    now: there({ TIMEOUT_MS: 2, NEW: 1, SAME: 1 }),
    past: past([40, { TIMEOUT_MS: 2, NEW: 1, SAME: 1 }], [600, { TIMEOUT_MS: 1, SAME: 1 }]),
  };
  expect(ask([fact])).toMatchObject({
    warnings: [
      {
        code: "config-changed",
        sentence:
          "TIMEOUT_MS in ConfigMap settings changed 40 min ago, after 23 was live: 23 would run with today’s value.",
        unsafe: false,
      },
    ],
    checks: [],
  });
  const narrow = { ...fact, need: need({ keys: ["SAME"], requiredKeys: ["SAME"] }) };
  expect(ask([narrow])).toEqual({
    blockers: [],
    warnings: [],
    checks: ["ConfigMap settings is there and as 23 had it"],
  });
});

test("a change that the ledger didn't see is as old as the last write", () => {
  const fact: ConfigFact = {
    need: need(),
    now: { state: "there", keys: hashed({ A: 2 }), writtenAt: ago(25) },
    past: past([600, { A: 1 }]),
  };
  expect(ask([fact]).warnings[0]?.sentence).toContain("changed 25 min ago, after 23 was live");
});

test("a change back and forth is no change", () => {
  const fact: ConfigFact = {
    need: need(),
    now: there({ A: 1 }),
    past: past([20, { A: 1 }], [40, { A: 2 }], [600, { A: 1 }]),
  };
  expect(ask([fact]).warnings).toEqual([]);
});

test("a key that went is unsafe for code that reads it", () => {
  const fact: ConfigFact = {
    need: need(),
    now: there({ B: 1 }),
    past: past([30, { B: 1 }], [600, { A: 1, B: 1 }]),
  };
  expect(ask([fact]).warnings).toEqual([
    {
      code: "config-removed",
      sentence:
        "A went from ConfigMap settings 30 min ago, after 23 was live: 23 would run without it.",
      unsafe: true,
    },
  ]);
});

test("a variable that changed while the revision ran was perhaps never its", () => {
  const fact: ConfigFact = {
    need: need(),
    now: there({ A: 2 }),
    past: past([120, { A: 2 }], [600, { A: 1 }]),
  };
  expect(ask([fact]).warnings).toMatchObject([
    {
      code: "config-changed-meanwhile",
      sentence:
        "A in ConfigMap settings changed 2 h ago, while 23 was live: pods that had started before never ran with it.",
    },
  ]);
  // Files follow in running pods.
  expect(ask([{ ...fact, need: need({ noticed: "while-running" }) }]).warnings).toEqual([]);
});

test("what isn't known is said", () => {
  const firstSeenLater: ConfigFact = {
    need: need(),
    now: there({ A: 2 }),
    past: past([40, { A: 2 }]),
  };
  const forbidden: ConfigFact = {
    need: need({ objectKind: "Secret", name: "keys" }),
    now: { state: "unknown", because: "Known Good may not read Secrets here" },
    past: [],
  };
  const neverSeen: ConfigFact = { need: need({ name: "old" }), now: there({ A: 1 }), past: [] };
  const { warnings, blockers } = ask([firstSeenLater, forbidden, neverSeen]);
  expect(blockers).toEqual([]);
  expect(warnings.map(({ sentence }) => sentence)).toEqual([
    "Whether ConfigMap settings changed since 23 was live isn’t known: it was written 40 min ago, and what it held before isn’t known.",
    "Whether ConfigMap old changed since 23 was live isn’t known: it has only been followed since.",
    "Whether Secret keys changed since 23 was live isn’t known: Known Good may not read Secrets here.",
  ]);
  const otherKey = { ...neverSeen, past: [{ keys: { A: "z.1" }, from: 0 }] };
  expect(ask([otherKey]).warnings[0]?.code).toBe("config-unknown");
});

test("several objects are checked, and told of in one line", () => {
  const fact = (name: string): ConfigFact => ({
    need: need({ name }),
    now: there({ A: 1 }),
    past: past([600, { A: 1 }]),
  });
  expect(ask([fact("one"), fact("two")]).checks).toEqual([
    "ConfigMap one and ConfigMap two are there and as 23 had them",
  ]);
});
