import { describe, expect, test } from "vitest";
import { cureOf, imagesOfCommit, isSameCommit, readPull } from "./freeze-cure";

const SHA = "a1b9c3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0";
const common = { label: "Roll back", by: "Ada", plannedAt: "2026-11-28T12:00:00.000Z" };

describe("the cure", () => {
  test("is the images of rollbacks, and the pull request and commits of reverts, each once", () => {
    const allowed = cureOf([
      { ...common, id: "R-1", lever: "rollback", images: ["shop/a:1", "shop/a:1"] },
      {
        ...{ ...common, id: "R-2", lever: "revert", repository: "acme/shop" },
        ...{ pull: 15, commits: [SHA], heads: null },
      },
      {
        ...common,
        id: "R-3",
        lever: "revert",
        repository: "acme/shop",
        pull: null,
        commits: [],
        heads: null,
      },
    ]);
    expect(allowed.map(({ kind, value, why }) => [kind, value, why])).toEqual([
      ["image", "shop/a:1", "cure"],
      ["pull", "acme/shop#15", "cure"],
      ["commit", SHA, "cure"],
    ]);
    expect(allowed[0]?.reason).toBe("R-1: Roll back");
  });
});

describe("commits", () => {
  test.each([
    [SHA, SHA, true],
    [SHA, SHA.slice(0, 7), true],
    [SHA.toUpperCase(), SHA.slice(0, 9), true],
    [SHA, SHA.slice(0, 6), false],
    [SHA, "a1b9c3f", false],
    [SHA, "", false],
    ["main", "main", false],
  ])("%s and %s", (one, other, expected) => {
    expect(isSameCommit(one, other)).toBe(expected);
    expect(isSameCommit(other, one)).toBe(expected);
  });

  test.each([
    ["registry.example/shop/checkout:0123456789ab", "registry.example/shop/checkout:a1b9c3e4f5a6"],
    ["checkout:sha-0123456", "checkout:sha-a1b9c3e"],
    ["localhost:5000/checkout:git-0123456789", "localhost:5000/checkout:git-a1b9c3e4f5"],
    ["shop/checkout:0123456789ab@sha256:ffff", "shop/checkout:a1b9c3e4f5a6"],
    ["shop/checkout:v24", null],
    ["shop/checkout", null],
    ["shop/checkout:20261128", null],
    ["localhost:5000/checkout", null],
  ])("%s will be %s", (running, expected) => {
    expect(imagesOfCommit([running, running], SHA)).toEqual(expected === null ? [] : [expected]);
  });

  test("one given shorter than the tag tells nothing", () => {
    expect(imagesOfCommit(["shop/checkout:0123456789ab"], SHA.slice(0, 7))).toEqual([]);
  });
});

test.each([
  ["acme/shop#12", { repository: "acme/shop", number: 12 }],
  ["acme/shop#", null],
  ["#12", null],
  ["acme/shop/more#12", null],
  ["acme/shop#12 or so", null],
])("a pull request %s", (text, expected) => {
  expect(readPull(text)).toEqual(expected);
});
