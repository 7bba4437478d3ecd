import { expect, test } from "vitest";
import { OpenIssueInput } from "./follow-up";
import { CurateInput } from "./retro";

test.each(["a/b", "acme/.github", "shop/storefront-monorepo", "x/y.z"])(
  "an issue may be opened in %s",
  (repository) => {
    expect(OpenIssueInput.safeParse({ repository }).success).toBe(true);
  },
);

test.each(["../..", "a/..", "a", "a/b/c", "a b/c", "/", `a/${"b".repeat(200)}`])(
  "%s names no repository",
  (repository) => {
    expect(OpenIssueInput.safeParse({ repository }).success).toBe(false);
  },
);

test("a line is folded into a line that is named", () => {
  expect(CurateInput.safeParse({ mergedInto: "", version: 0 }).success).toBe(false);
  expect(CurateInput.safeParse({ mergedInto: null, version: 0 }).success).toBe(true);
  expect(CurateInput.safeParse({ mergedInto: "entry:1", version: 0 }).success).toBe(true);
});
