import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findFlagKeys } from "./find-flag-keys";

const found = (line: string, key = "new-checkout") => findFlagKeys(`+${line}`, [key]).length === 1;

describe("findFlagKeys", () => {
  test.each([
    'if (isEnabled("new-checkout")) {',
    "flags.isEnabled('new-checkout', context)",
    "`new-checkout`",
    "new-checkout: true",
    "flag=new-checkout",
    "use new-checkout.",
    "flags.new-checkout",
    "flags.new-checkout.enabled",
    "- new-checkout",
    "new-checkout",
    "(new-checkout)",
    'old-new-checkout, "new-checkout"',
    "путь/new-checkout",
  ])("finds the key in %s", (line) => {
    expect(found(line)).toBe(true);
  });

  test.each([
    '"new-checkout-v2"',
    '"my-new-checkout"',
    '"team.new-checkout"',
    '"new-checkout.eu"',
    "new-checkouts",
    "anew-checkout",
    "новыйnew-checkout",
    "$new-checkout",
    "NEW-CHECKOUT",
  ])("does not find it in %s", (line) => {
    expect(found(line)).toBe(false);
  });

  test("finds keys with dots and signs as they are", () => {
    expect(found('on("shop.basket.v2")', "shop.basket.v2")).toBe(true);
    expect(found('on("shopXbasketXv2")', "shop.basket.v2")).toBe(false);
    expect(found('on("a+b(c")', "a+b(c")).toBe(true);
  });

  test("looks at added and removed lines alone", () => {
    const diff = [
      "@@ -1,3 +1,3 @@ alpha",
      " beta",
      "-gamma",
      "+delta",
      "--- a/epsilon",
      "+++ b/zeta",
    ];
    const keys = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
    expect(findFlagKeys(diff.join("\n"), keys)).toEqual(["gamma", "delta"]);
  });

  test("keeps the order of the keys and ignores empty ones", () => {
    expect(findFlagKeys("+b a", ["a", "", "b", "c"])).toEqual(["a", "b"]);
    expect(findFlagKeys("", ["a"])).toEqual([]);
  });

  test("finds any key that is quoted, whatever surrounds it", () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9._-]{0,30}$/);
    fc.assert(
      fc.property(key, fc.string(), fc.string(), (name, before, after) => {
        const line = `+${before.replaceAll("\n", "")} "${name}" ${after.replaceAll("\n", "")}`;
        expect(findFlagKeys(line, [name])).toEqual([name]);
      }),
    );
  });

  test("is quick with a large diff and many keys", () => {
    const diff = Array.from({ length: 4_000 }, (_, at) => `+const a${at} = flags.on("key-${at}");`);
    const keys = Array.from({ length: 500 }, (_, at) => `key-${at}`);
    const start = performance.now();
    expect(findFlagKeys(diff.join("\n"), keys)).toEqual(keys);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
