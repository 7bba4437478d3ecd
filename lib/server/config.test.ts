import { expect, test } from "vitest";
import * as z from "zod";
import { adapters } from "@/lib/integrations/registry";
import { ConfigError, loadConfig, parseConfig } from "./config";
import { fillSecrets } from "./config-secrets";

const GOOD = `
sources:
  metrics: { product: prometheus, url: "http://127.0.0.1:9090" }
  flags:
    product: unleash
    url: http://127.0.0.1:4242
    token: { env: UNLEASH_TOKEN }
services:
  shop: { dependsOn: [checkout] }
  checkout:
    title: Checkout
    team: Payments
    flags: { source: flags, project: default, environment: production }
    signal:
      source: metrics
      title: Failed checkouts
      query: sum(rate(failed[1m]))
      unit: ratio
      threshold: 0.02
      verifyFor: 90s
    drills: true
`;
const env = { UNLEASH_TOKEN: "s3cret-token" };
const parse = (text: string, variables: Record<string, string> = env) =>
  parseConfig("known-good.yaml", text, variables, adapters);

function problems(text: string, variables: Record<string, string> = env) {
  try {
    parse(text, variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test("a right file gives sources with their secrets and services with their defaults", () => {
  const config = parse(GOOD);
  expect(config.sources.map(({ name, adapter }) => [name, adapter.kind])).toEqual([
    ["metrics", "signals"],
    ["flags", "flags"],
  ]);
  expect(config.sources[1]?.settings).toMatchObject({ token: "s3cret-token" });
  expect(config.services[0]).toMatchObject({
    ...{ name: "shop", title: "shop", signal: null, mayBeDrilled: false },
  });
  expect(config.services[1]).toMatchObject({
    origin: "file",
    repository: null,
    mayBeDrilled: true,
    signal: { threshold: 0.02, harmWhen: "above", verifyForSeconds: 90 },
  });
  expect(config.services[1]?.signal).not.toHaveProperty("verifyFor");
});

const wrong: [string, string, string, { line: number; path: string; expected: RegExp }][] = [
  ["a wrong type", "threshold: 0.02", "threshold: much", at(19, "signal.threshold", /number/)],
  ["a misspelt key", "  team:", "  tema:", at(12, "tema", /did you mean "team"/)],
  ["a word that is not offered", "unit: ratio", "unit: percent", at(18, "signal.unit", /"ratio"/)],
  ["a bad duration", "90s", "soon", at(20, "signal.verifyFor", /"30s", "3m"/)],
  ["a missing key", "      query: sum(rate(failed[1m]))\n", "", at(14, "signal.query", /string/)],
  ["an unknown source", "source: metrics", "source: metric", at(15, "signal.source", /metrics/)],
];

function at(line: number, path: string, expected: RegExp) {
  return { line, path: `services.checkout.${path}`, expected };
}

test.each(wrong)(
  "%s is told with its line, its path and what was expected",
  (_, from, to, want) => {
    const text = GOOD.replace(from, to);
    expect(text).not.toBe(GOOD);
    expect(problems(text)).toEqual([
      { ...want, column: expect.any(Number), expected: expect.stringMatching(want.expected) },
    ]);
  },
);

test("a source of the wrong kind, an unknown product and an unknown service are told", () => {
  expect(problems(GOOD.replace("flags: { source: flags", "flags: { source: metrics"))).toEqual([
    expect.objectContaining({ path: "services.checkout.flags.source", line: 13 }),
  ]);
  expect(problems(GOOD.replace("product: unleash", "product: unlaesh"))[0]?.expected).toMatch(
    /did you mean "unleash"/,
  );
  expect(problems(GOOD.replace("[checkout]", "[chekout]"))[0]?.expected).toMatch(/"checkout"/);
  expect(problems(GOOD.replace("[checkout]", "[shop]"))[0]?.expected).toMatch(/than itself/);
});

test("everything wrong is told at once, in the order of the file", () => {
  const text = GOOD.replace("threshold: 0.02", "threshold: much")
    .replace("UNLEASH_TOKEN", "MISSING")
    .replace("url: http://127.0.0.1:4242", "url: nonsense");
  const found = problems(text);
  expect(found.map(({ path }) => path)).toEqual([
    "sources.flags.url",
    "sources.flags.token",
    "services.checkout.signal.threshold",
  ]);
});

test("a secret never stands in the file, and is never told", () => {
  const [problem] = problems(GOOD.replace("{ env: UNLEASH_TOKEN }", "hunter2"));
  expect(problem).toMatchObject({ path: "sources.flags.token", line: 7 });
  expect(problem?.expected).toContain("{ env: TOKEN }");
  expect(problem?.expected).not.toContain("hunter2");
  expect(problems(GOOD, {})[0]?.expected).toContain("UNLEASH_TOKEN");
});

test("what an adapter demands of its settings together is told too", () => {
  const github = (settings: string) => `sources:\n  code: { product: github${settings} }\n`;
  expect(problems(github(""))[0]).toMatchObject({ line: 2 });
  const misspelt = problems(github(", tokn: { env: T }"), { T: "t" });
  expect(misspelt.map(({ expected }) => expected).join()).toMatch(/did you mean "token"/);
  expect(problems(github(", token: { env: T }"), { T: "t" })).toEqual([]);
});

test("secrets are found inside groups and alternatives", () => {
  const secret = z.string().meta({ secret: true });
  const schema = z.object({
    auth: z
      .union([z.object({ token: secret }), z.object({ key: secret.optional(), id: z.string() })])
      .optional(),
  });
  const filled = fillSecrets(schema, { auth: { key: { env: "KEY" }, id: "7" } }, { KEY: "k" });
  expect(filled).toEqual({ value: { auth: { key: "k", id: "7" } }, problems: [] });
  expect(fillSecrets(schema, { auth: { token: "plain" } }, {}).problems).toHaveLength(1);
});

test("what isn't YAML, and a key that stands there twice, is told with its line", () => {
  expect(problems("sources: [\n")[0]).toMatchObject({ line: 2, path: "" });
  expect(problems("services:\n  a: {}\n  a: {}\n")[0]).toMatchObject({ line: 3 });
});

test("a named file that isn't there stops the start; the default one may be missing", () => {
  expect(() => loadConfig("/nowhere/known-good.yaml", {}, adapters)).toThrow(/ENOENT/);
  expect(parse("").services).toEqual([]);
});

test("every adapter describes each of its settings", () => {
  for (const { product, settings } of adapters) {
    for (const [key, field] of Object.entries(settings.shape)) {
      const words = field instanceof z.ZodType ? field.description : undefined;
      expect(words, `${product}.${key}`).toBeTruthy();
    }
  }
});
