import { describe, expect, it } from "vitest";
import { compareGroup } from "@/lib/rules/recovery-statistics";
import { answerOf, changesIn, slowestOf } from "./answer";

const MINUTE = 60_000;
const spread = (count: number, minutes: number) =>
  Array.from({ length: count }, (_, index) => (minutes + index * 0.1) * MINUTE);
const group = (key: string, now: number[], before: number[]) =>
  compareGroup({ key, label: key, now, before, things: "incidents" });

describe("the answer", () => {
  it("says faster or slower with both medians, intervals and n", () => {
    expect(answerOf(group("all", spread(40, 10), spread(30, 30)), false)).toEqual({
      verdict: "Recovery is faster",
      way: "faster",
      sentence:
        "Median recovery 12 min (11–13 min), n\u00a040; the period before 31 min (30–32 min), n\u00a030: faster.",
    });
    expect(answerOf(group("all", spread(40, 30), spread(30, 10)), false).verdict).toBe(
      "Recovery is slower",
    );
  });

  it("claims no change that can't be told", () => {
    const { verdict, sentence } = answerOf(group("all", spread(40, 10), spread(40, 10)), false);
    expect(verdict).toBe("No clear change");
    expect(sentence).toMatch(/could be chance/);
  });

  it("compares everything with nothing", () => {
    const { verdict, sentence } = answerOf(group("all", spread(40, 10), []), true);
    expect(verdict).toBe("Nothing comes before everything");
    expect(sentence).toMatch(/^Median recovery 12 min/);
  });

  it("names the groups that changed", () => {
    const groups = [
      group("Decide", spread(40, 10), spread(30, 30)),
      group("Act", spread(40, 10), spread(40, 10)),
      group("Verify", spread(3, 10), spread(30, 30)),
    ];
    expect(changesIn(groups)).toBe("Decide faster (0.38×)");
    const many = ["a", "b", "c"].map((key) => group(key, spread(40, 20), spread(30, 30)));
    expect(changesIn([...many, ...groups])).toBe(
      "Decide faster (0.38×), a faster (0.70×), b faster (0.70×) and 1 more",
    );
  });

  it("says when there are too few", () => {
    expect(answerOf(group("all", [14 * MINUTE], []), false)).toEqual({
      verdict: "Too few to say",
      way: null,
      sentence:
        "Median recovery 14 min, n\u00a01; none in the period before. It takes 10 in each to compare them.",
    });
    expect(answerOf(group("all", [], []), false).sentence).toMatch(/^No incident of this period/);
  });
});

it("finds the phase with the longest median, and none where none is known", () => {
  const phases = [group("detect", [MINUTE], []), group("decide", [5 * MINUTE], [])];
  expect(slowestOf(phases)?.key).toBe("decide");
  expect(slowestOf([group("act", [], [])])).toBeNull();
});
