import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantile } from "./quantiles";
import { quotedWords } from "./quoted-words";
import { ageInWords, counted, durationInWords, shortImage } from "./say";
import { settingsChanged } from "./settings-changed";

describe("quantile", () => {
  test("interpolates as type 7 does", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0.9)).toBeCloseTo(4.6);
    expect(quantile([7], 0.9)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  test("lies within the sample, rises with p, and leaves the sample alone", () => {
    const sample = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 40 });
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(sample, p, p, (values, one, other) => {
        const copy = [...values];
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(quantile(values, low)).toBeLessThanOrEqual(quantile(values, high) + 1e-6);
        expect(quantile(values, 0)).toBe(Math.min(...values));
        expect(quantile(values, 1)).toBe(Math.max(...values));
        expect(values).toEqual(copy);
      }),
    );
  });
});

describe("words", () => {
  test.each([
    ...([
      [-5, "0 s"],
      [48_000, "48 s"],
      [89_400, "89 s"],
      [90_000, "2 min"],
    ] as const),
    ...([
      [5_340_000, "89 min"],
      [7_200_000, "2 h"],
      [11_400_000, "3 h 10 min"],
    ] as const),
    ...([[172_800_000, "2 days"]] as const),
  ])("an age of %d ms is %s", (ms, words) => {
    expect(ageInWords(ms)).toBe(words);
  });

  test.each([
    ...([
      [40, "0.04 s"],
      [4_000, "4 s"],
      [60_000, "1 min"],
      [110_000, "1 min 50 s"],
    ] as const),
    ...([[1_260_000, "21 min"]] as const),
  ])("a duration of %d ms is %s", (ms, words) => {
    expect(durationInWords(ms)).toBe(words);
  });

  test("counts and images", () => {
    expect([counted(1, "merge"), counted(3, "merge"), counted(0, "merge")]).toEqual([
      ...["one merge", "3 merges", "0 merges"],
    ]);
    expect(counted(2, "merge goes", "merges go")).toBe("2 merges go");
    expect(shortImage("registry.example:5000/shop/checkout:v24")).toBe("checkout:v24");
    expect(shortImage(`a/b@sha256:${"0123456789abcdef".repeat(4)}`)).toBe("b@0123456789ab");
  });
});

describe("what counts as configuration", () => {
  test("neither the image nor labels and annotations that only describe it", () => {
    const lines = ["image app: v1 → v2", "label x: a → b", "annotation y added", "env A: 1 → 2"];
    expect(settingsChanged(lines)).toEqual(["env A: 1 → 2"]);
  });
});

describe("quoted words of a diff", () => {
  test("on changed lines only, in any quotes, each once", () => {
    const diff = [
      "--- a/src/x.ts",
      "+++ b/src/x.ts",
      ` unchanged("left-alone")`,
      `+flags.on("new-basket") || flags.on('new-basket')`,
      '-old(`express.checkout`) // "no" is too short',
      `+"with spaces in it" "9starts-with-a-digit"`,
    ].join("\n");
    expect(quotedWords(diff)).toEqual(["new-basket", "express.checkout"]);
  });

  test("a hostile diff ends soon and small", () => {
    const diff = Array.from({ length: 2_000 }, (_, n) => `+"word${n}"`).join("\n");
    expect(quotedWords(diff).length).toBe(400);
    const began = performance.now();
    quotedWords(`+${'"'.repeat(200_000)}`);
    quotedWords(`+"${"a".repeat(200_000)}`);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
