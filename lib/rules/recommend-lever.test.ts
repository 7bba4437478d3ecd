import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { LeverKind, LeverPreview } from "@/lib/contracts/lever";
import { likelihoodInWords } from "./likelihood-words";
import { LEAST_PROBABILITY, type RecommendInput, recommendLever } from "./recommend-lever";

const KINDS: LeverKind[] = ["retoggle", "rollback", "revert"];

const head: Change = {
  ...{ id: "c", kind: "config", source: "s", services: ["checkout"], title: "c" },
  ...{
    environment: null,
    at: "2026-11-20T12:00:00.000Z",
    completedAt: null,
    actor: null,
    url: null,
  },
  details: { kind: "config", namespace: "n", object: "o", keys: [] },
  carries: [],
};

function preview(lever: LeverKind, more: Partial<LeverPreview> = {}): LeverPreview {
  return {
    lever,
    target: { lever: "revert", source: "code", repository: "a/b", number: 1 },
    ...{ label: lever, confirm: lever, sentence: `Do ${lever}.`, blockers: [], warnings: [] },
    ...{ checks: [], touches: "", leaves: [], seen: "", checkedAt: "2026-11-20T12:00:00.000Z" },
    estimate: { p50Ms: 1, p90Ms: null, n: 0, basis: "" },
    ...more,
  };
}

function recommend(more: Partial<RecommendInput>) {
  return recommendLever({
    ...{ head, levers: [], failed: [], calm: null, probability: 0.8, noRecentChange: 0.1 },
    ...more,
  });
}

/** A deploy that changed the image, settings, or both. */
function deployed(templateChanges: string[], carries: string[] = []): Change {
  return {
    ...head,
    kind: "deploy",
    details: {
      ...{ kind: "deploy", namespace: "n", deployment: "checkout", uid: "u", revision: 2 },
      ...{ previousRevision: 1, images: [], changeCause: null, commit: null, commitFrom: null },
      ...{ previousCommit: null, templateChanges, templateHash: "h", rollout: "complete" },
      ...{ returnsTo: null, restorationId: null },
    } as Change["details"],
    carries,
  };
}

const taking = (lever: LeverKind, p50Ms: number) =>
  preview(lever, { estimate: { p50Ms, p90Ms: null, n: 5, basis: "" } });

const blocker = { code: "b", sentence: "It is blocked.", who: null, commands: [] };
const unsafe = { code: "u", sentence: "It is unsafe.", unsafe: true };
const mild = { code: "m", sentence: "Mind this.", unsafe: false };

const levers = fc
  .tuple(
    ...KINDS.map((kind) =>
      fc
        .record({
          blockers: fc.subarray([blocker]),
          warnings: fc.subarray([unsafe, mild]),
          hasTarget: fc.boolean(),
        })
        .map(({ hasTarget, ...more }) =>
          preview(kind, { ...more, ...(hasTarget ? {} : { target: null }) }),
        ),
    ),
  )
  .chain((three) => fc.shuffledSubarray(three));

const isUsable = (lever: LeverPreview | undefined, failed: LeverKind[]) =>
  lever !== undefined &&
  lever.target !== null &&
  lever.blockers.length === 0 &&
  !lever.warnings.some((warning) => warning.unsafe) &&
  !failed.includes(lever.lever);

test("only what can be pulled and isn't unsafe, the fastest of them, with a reason", () => {
  fc.assert(
    fc.property(levers, fc.subarray(KINDS), (some, failed) => {
      const { lever, because, runnerUp } = recommend({ levers: some, failed });
      const usable = KINDS.filter((kind) =>
        isUsable(
          some.find((one) => one.lever === kind),
          failed,
        ),
      );
      expect(lever).toBe(usable[0] ?? "none");
      expect(runnerUp?.lever ?? null).toBe(usable[1] ?? null);
      expect(because).not.toBe("");
    }),
  );
});

test("nothing plausible changed: none, whatever could be pulled", () => {
  fc.assert(
    fc.property(levers, (some) => {
      const { lever, because } = recommend({ head: null, levers: some });
      expect(lever).toBe("none");
      expect(because).toContain("outside cause");
    }),
  );
});

test("nobody is hurt: none, in these words, whatever could be pulled", () => {
  fc.assert(
    fc.property(levers, (some) => {
      const calm = "The signal is below its threshold: nothing to restore yet.";
      expect(recommend({ levers: some, calm })).toEqual({
        lever: "none",
        because: calm,
        probability: 0.8,
        runnerUp: null,
      });
    }),
  );
});

test("says why a faster one was passed over, and which was tried", () => {
  const three = [
    preview("retoggle", { blockers: [blocker] }),
    preview("rollback"),
    preview("revert"),
  ];
  const first = recommend({ levers: three });
  expect(first).toMatchObject({ lever: "rollback", runnerUp: { lever: "revert" } });
  expect(first.because).toContain("Not retoggle: it is blocked.");
  const next = recommend({ levers: three, failed: ["rollback"] });
  expect(next.lever).toBe("revert");
  expect(next.because).toContain("Roll back was tried and the signal stayed bad.");
  const last = recommend({ levers: three, failed: KINDS });
  expect(last.lever).toBe("none");
  expect(last.because).toContain("No lever is safe");
});

describe("how sure it has to be", () => {
  const three = KINDS.map((kind) => preview(kind));

  test("never below the stated share, nor below no recent change; always with the figures", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (probability, noRecentChange) => {
        const { lever, because } = recommend({ levers: three, probability, noRecentChange });
        const isSure = probability >= LEAST_PROBABILITY && probability >= noRecentChange;
        expect(lever !== "none").toBe(isSure);
        if (!isSure) expect(because).toContain(likelihoodInWords(probability).figure);
      }),
    );
  });

  test("says what else it could be and what would help", () => {
    const rival = { title: "search 7 → 8", probability: 0.3 };
    const unsure = { levers: three, probability: 0.4, noRecentChange: 0.2, rival };
    expect(recommend(unsure).because).toBe(
      "Too uncertain to recommend a lever: 40\u00a0% this suspect, 30\u00a0% search 7 → 8, 20\u00a0% no recent change; it takes 50\u00a0%. A note with the text of an error or the endpoint that fails, or a better start of harm, would tell the suspects apart. Every lever can still be pulled.",
    );
    const outside = recommend({ levers: three, probability: 0.2, noRecentChange: 0.7 });
    expect(outside.because).toBe(
      "Most likely nothing that changed did it (70\u00a0%; this suspect 20\u00a0%). Look first at traffic, providers and what these services depend on. Every lever can still be pulled.",
    );
    const held = KINDS.map((kind) => preview(kind, { blockers: [blocker] }));
    const blocked = recommend({ levers: held, probability: 0.2, noRecentChange: 0.7 });
    expect(blocked.because).toContain("Most likely nothing that changed did it");
    expect(blocked.because).not.toContain("can still be pulled");
    expect(outside).toMatchObject({ lever: "none", probability: 0.2, runnerUp: null });
  });

  test("what nobody ranked is judged by its levers alone, as in a drill", () => {
    expect(recommend({ levers: three, probability: null, noRecentChange: null }).lever).toBe(
      "retoggle",
    );
  });
});

test("the fastest, whatever its kind; about as fast, the least disruptive", () => {
  const slowFlag = [taking("retoggle", 600_000), taking("rollback", 60_000)];
  expect(recommend({ levers: slowFlag })).toMatchObject({
    lever: "rollback",
    because: expect.stringContaining("Retoggle would take longer here: about 10 min against 1 min"),
    runnerUp: { lever: "retoggle" },
  });
  const alike = [taking("rollback", 100_000), taking("retoggle", 105_000)];
  expect(recommend({ levers: alike }).lever).toBe("retoggle");
  // What must be proved afterwards is the same for both, so that little else matters.
  expect(recommend({ levers: slowFlag, verifyMs: 36_000_000 }).lever).toBe("retoggle");
});

test("configuration comes back with a rollback alone", () => {
  const three = KINDS.map((kind) => preview(kind));
  const settings = ["env TIMEOUT_MS 500 → 5000"];
  const alone = recommend({ head: deployed(settings), levers: three });
  expect(alone).toMatchObject({ lever: "rollback", runnerUp: null });
  expect(alone.because).toContain("env TIMEOUT_MS 500 → 5000, which no flag guards");
  const withCode = deployed(["image app 1 → 2", ...settings], ["merge"]);
  expect(recommend({ head: withCode, levers: three })).toMatchObject({
    lever: "rollback",
    runnerUp: { lever: "revert" },
  });
  const codeOnly = deployed(["image app 1 → 2", "annotation x 1 → 2"], ["merge"]);
  expect(recommend({ head: codeOnly, levers: three }).lever).toBe("retoggle");
  const onlyRevert = recommend({ head: deployed(settings), levers: [preview("revert")] });
  expect(onlyRevert.lever).toBe("none");
  expect(onlyRevert.because).toContain("which a revert leaves as it is");
});

test("an override that a person may type never makes a lever recommended", () => {
  const overridable = { ...blocker, mayOverride: true };
  const levers = KINDS.map((kind) => preview(kind, { blockers: [overridable] }));
  expect(recommend({ levers }).lever).toBe("none");
});
