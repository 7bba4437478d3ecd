import { expect, test } from "vitest";
import { flagUse, isCode } from "./flag-use";

const KEY = "discount-engine";
const use = (text: string) => flagUse("a.ts", text, KEY);

test.each([
  ["braces", `if (flags.on("${KEY}")) {\n  return now();\n} else {\n  return before();\n}`],
  ["else on its own line", `if (flags.on("${KEY}"))\n{\n  now();\n}\nelse\n{\n  before();\n}`],
  ["Python", `    if flags.on("${KEY}"):\n        now()\n\n    else:\n        before()`],
  ["Ruby", `  if on?("${KEY}")\n    now\n  else\n    before\n  end`],
  ["a ternary", `const price = flags.on("${KEY}") ? now() : before();`],
  ["a ternary over lines", `const price = flags.on("${KEY}")\n  ? now()\n  : before();`],
  ["a condition over lines", `if (\n  flags.on("${KEY}")\n) {\n  now();\n} else {\n  before();\n}`],
])("sees the other path of a guard: %s", (_, text) => {
  expect(use(text)).toEqual({ path: "a.ts", mentions: true, otherPaths: 1 });
});

test.each([
  ["no other path", `if (flags.on("${KEY}")) {\n  now();\n}\nafter();`],
  ["another guard's", `if (flags.on("${KEY}")) {\n  now();\n}\nif (x) {\n} else {\n  b();\n}`],
  [
    "an inner one's",
    `if (flags.on("${KEY}")) {\n  if (x) {\n    a();\n  } else {\n    b();\n  }\n}`,
  ],
  ["optional chaining", `flags?.on("${KEY}")?.then({ a: 1 });`],
  ["a default", `const on = flags.get("${KEY}") ?? { a: 1 };`],
  ["a list", `export const KEYS = ["${KEY}"];`],
])("claims none where there is none: %s", (_, text) => {
  expect(use(text)).toEqual({ path: "a.ts", mentions: true, otherPaths: 0 });
});

test("a longer key, or no file, is no use", () => {
  expect(use(`flags.on("${KEY}-v2") ? 1 : 2`).mentions).toBe(false);
  expect(flagUse("a.ts", null, KEY).mentions).toBe(false);
});

test("tests, texts and locks say nothing of what runs", () => {
  const paths = [
    "src/price.ts",
    "README.md",
    "src/price.test.ts",
    "spec/price_spec.rb",
    "a_test.go",
  ];
  expect(paths.filter(isCode)).toEqual(["src/price.ts"]);
});
