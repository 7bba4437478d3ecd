import { describe, expect, test } from "vitest";
import type { Ranking } from "@/lib/contracts/suspect";
import { changeIdOf } from "./expand-changes";
import { expandIncident } from "./expand-incident";
import { IncidentCase } from "./incident-case";
import { type IncidentJudge, incidentOutcome } from "./incident-outcome";

const incident = IncidentCase.parse({
  id: "tiny",
  shape: "A deploy broke checkout; a later one didn't.",
  source: "made by hand",
  services: { checkout: { dependsOn: ["stock"] }, stock: {} },
  affected: ["checkout"],
  told: { from: "signal", at: 0.5 },
  now: 8,
  changes: [
    {
      ...{ id: "bad", at: -4, deploy: "checkout" },
      merges: [
        { title: "Tax per line", number: 7, files: ["src/tax.ts +9 -2"], flags: ["tax-2"] },
        { title: "Tidy" },
      ],
    },
    { id: "later", at: -1, deploy: "stock", settings: ["env A 1 → 2"] },
    { id: "ramp", at: -30, flag: "tax-2", of: ["checkout"], from: "off", to: "25%" },
    { id: "map", at: -2, config: "ConfigMap/stock-settings", of: ["stock"], keys: ["A"] },
    { id: "after", at: 20, deploy: "stock" },
  ],
  around: [{ count: 12, on: ["stock"], to: -60 }],
  signals: [{ of: "checkout", shape: "step", base: 0.01, harm: 0.4, threshold: 0.02 }],
  truth: { culprit: "bad", levers: ["rollback"], unsafe: ["retoggle"], because: "By hand." },
});
const { input, leversOf } = expandIncident(incident);
const idOf = (name: string) => changeIdOf(incident, name);

/** Answers by a list of short names with their probabilities; the rest is for "no recent change". */
function says(
  names: [string, number][],
  lever: "rollback" | "retoggle" | "revert" | "none",
): IncidentJudge {
  const rest = names.reduce((sum, [, probability]) => sum - probability, 1);
  const ranking: Ranking = {
    onset: {
      ...{ at: input.harmBeganAt, earliest: input.harmBeganAt, latest: input.harmBeganAt },
      ...{ from: "signal", sentence: "" },
    },
    suspects: names.map(([name, probability]) => ({
      ...{ id: idOf(name), title: name, changeIds: [idOf(name)], services: [] },
      ...{ evidence: [], probability },
    })),
    noRecentChange: { probability: rest, evidence: [] },
  };
  return {
    rank: () => ranking,
    recommend: () => ({ lever, because: "", runnerUp: null }),
  };
}

describe("what a case expands to", () => {
  test("changes of the ledger until the question is asked, their ids telling nothing", () => {
    const titles = input.changes.map(({ title }) => title);
    expect(titles).toContain("#7 Tax per line");
    expect(titles).toContain("tax-2 off → on for 25\u00a0%");
    expect(input.changes.some(({ id }) => id === idOf("after"))).toBe(false);
    expect(input.changes.map(({ id }) => id).join()).not.toMatch(/bad|later/);
    const bad = input.changes.find(({ id }) => id === idOf("bad"));
    expect(bad).toMatchObject({ kind: "deploy", carries: [idOf("bad.1"), idOf("bad.2")] });
    expect(expandIncident(incident).input).toEqual(input);
  });

  test("a signal as it was read, threshold crossed at the start of harm", () => {
    const [trace] = input.evidence.signals;
    const harmAt = input.harmBeganAt - 30_000;
    const over = trace?.points.filter(([, value]) => value !== null && value > 0.02) ?? [];
    expect(over[0]?.[0]).toBe(harmAt);
    expect(trace?.points.at(-1)?.[0]).toBe(input.now);
  });

  test("levers follow from the kind of change unless the case says more", () => {
    const codes = (name: string, linked: string[]) =>
      leversOf({ id: idOf(name), changeIds: [name, ...linked].map(idOf) }).map(
        ({ blockers, warnings }) => blockers[0]?.code ?? warnings[0]?.code ?? "fine",
      );
    expect(codes("bad", ["bad.1", "bad.2"])).toEqual(["partial-guard", "fine", "several-merges"]);
    expect(codes("later", [])).toEqual(["no-flag", "fine", "no-merge"]);
    expect(codes("ramp", [])).toEqual(["fine", "no-deploy", "no-merge"]);
    expect(codes("map", [])).toEqual(["no-flag", "no-deploy", "no-merge"]);
  });

  test("a truth about a change that isn't there is refused", () => {
    const wrong = { ...incident, truth: { ...incident.truth, culprit: "gone" } };
    expect(() => expandIncident(wrong)).toThrow('tiny speaks of a change "gone"');
  });
});

describe("how an answer turned out", () => {
  const outcome = (judge: IncidentJudge) => incidentOutcome(incident, judge);

  test("the culprit first, with a lever to be content with", () => {
    const right = outcome(
      says(
        [
          ["bad", 0.7],
          ["later", 0.2],
        ],
        "rollback",
      ),
    );
    expect(right).toMatchObject({
      rank: { ours: 1, latest: 3, latestAffected: 1 },
      likeliest: { probability: 0.7, isRight: true },
      ...{ leverOutcome: "right", isUnsafe: false, onsetErrorMinutes: 0.5 },
    });
    expect(right.brier).toBeCloseTo(0.09 + 0.04 + 0.01);
  });

  test("its lever that would do harm is unsafe, another is wrong", () => {
    const judged = outcome(says([["bad", 0.9]], "retoggle"));
    expect(judged).toMatchObject({ leverOutcome: "wrong-lever", isUnsafe: true });
  });

  test("an innocent's lever, nothing at all, and the culprit not named", () => {
    expect(outcome(says([["later", 0.9]], "rollback"))).toMatchObject({
      ...{ rank: { ours: null }, leverOutcome: "wrong-suspect", probabilityOfTruth: 0 },
    });
    expect(outcome(says([["later", 0.4]], "none")).leverOutcome).toBe("abstained");
    expect(outcome(says([], "none")).likeliest).toMatchObject({ name: "no recent change" });
  });

  test("a lever that can't be pulled is unsafe", () => {
    expect(outcome(says([["map", 0.9]], "rollback")).isUnsafe).toBe(true);
  });

  test("blame when nothing that changed did it", () => {
    const truth = { ...incident.truth, culprit: "none", levers: ["none" as const] };
    const external = { ...incident, truth };
    expect(incidentOutcome(external, says([["later", 0.8]], "rollback"))).toMatchObject({
      ...{ culprit: null, leverOutcome: "blamed", outweighedNone: true },
    });
    expect(incidentOutcome(external, says([["later", 0.1]], "none"))).toMatchObject({
      ...{ leverOutcome: "right", outweighedNone: false, probabilityOfTruth: 0.9 },
    });
  });
});
