import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { LeverKind, LeverPreview } from "@/lib/contracts/lever";
import { recommendLever } from "./recommend-lever";

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
      const { lever, because, runnerUp } = recommendLever({
        head,
        levers: some,
        failed,
        calm: null,
      });
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
      const { lever, because } = recommendLever({
        head: null,
        levers: some,
        failed: [],
        calm: null,
      });
      expect(lever).toBe("none");
      expect(because).toContain("outside cause");
    }),
  );
});

test("nobody is hurt: none, in these words, whatever could be pulled", () => {
  fc.assert(
    fc.property(levers, (some) => {
      const calm = "The signal is below its threshold: nothing to restore yet.";
      expect(recommendLever({ head, levers: some, failed: [], calm })).toEqual({
        lever: "none",
        because: calm,
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
  const first = recommendLever({ head, levers: three, failed: [], calm: null });
  expect(first).toMatchObject({ lever: "rollback", runnerUp: { lever: "revert" } });
  expect(first.because).toContain("Not retoggle: It is blocked.");
  const next = recommendLever({ head, levers: three, failed: ["rollback"], calm: null });
  expect(next.lever).toBe("revert");
  expect(next.because).toContain("Roll back was tried and the signal stayed bad.");
  const last = recommendLever({ head, levers: three, failed: KINDS, calm: null });
  expect(last.lever).toBe("none");
  expect(last.because).toContain("No lever is safe");
});
