import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, hashTemplate } from "./kubernetes-template";

/** The same value with the fields of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, turned(one)]),
  );
}

describe("canonical templates", () => {
  test("the order of fields never matters, their values always do", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        const hash = hashTemplate({ spec });
        expect(hash).toMatch(/^[0-9a-f]{64}$/);
        expect(hashTemplate({ spec: turned(spec) as typeof spec })).toBe(hash);
        expect(hashTemplate({ spec: JSON.parse(JSON.stringify(spec)) })).toBe(hash);
        expect(hashTemplate({ spec: { ...spec, onlyHere: true } })).not.toBe(hash);
      }),
    );
  });

  test("is JSON that says the same", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test("the order of a list matters", () => {
    const args = (...list: string[]) => hashTemplate({ spec: { args: list } });
    expect(args("a", "b")).not.toBe(args("b", "a"));
  });

  test("what only some servers write doesn't", () => {
    const spec = { containers: [{ name: "app", image: "shop/app:v1" }] };
    const hash = hashTemplate({ metadata: { labels: { app: "x" } }, spec });
    const older = { creationTimestamp: null, labels: { app: "x", "pod-template-hash": "5d8f" } };
    expect(hashTemplate({ metadata: { ...older, annotations: {} }, spec })).toBe(hash);
    expect(hashTemplate({ metadata: { labels: { app: "y" } }, spec })).not.toBe(hash);
  });
});
