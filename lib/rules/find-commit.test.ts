import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CommitClues, commitOf } from "./find-commit";

function clues(more: Partial<CommitClues> = {}): CommitClues {
  return { images: [], annotations: {}, changeCause: null, template: { spec: {} }, ...more };
}

const image = (name: string) => clues({ images: [{ container: "app", image: name }] });

describe("commitOf", () => {
  test("the OCI annotation wins over the tag, the template's over the ReplicaSet's", () => {
    const key = "org.opencontainers.image.revision";
    const found = commitOf({
      ...image("shop/app:1111111"),
      annotations: { [key]: "2222222" },
      template: { metadata: { annotations: { [key]: "3333333AB" } }, spec: {} },
    });
    expect(found).toEqual({ commit: "3333333ab", from: "annotation" });
    expect(commitOf({ ...image("shop/app:a111111"), annotations: { [key]: "2222222" } })).toEqual({
      commit: "2222222",
      from: "annotation",
    });
    expect(commitOf(clues({ annotations: { [key]: "main" } }))).toBeNull();
  });

  test.each([
    ["shop/app:a1b9c3e", "a1b9c3e"],
    ["shop/app:sha-a1b9c3e", "a1b9c3e"],
    ["shop/app:git-1234567", "1234567"],
    [`localhost:5000/shop/app:a1b9c3e@sha256:${"f".repeat(64)}`, "a1b9c3e"],
    [`shop/app:${"0123456789".repeat(4)}`, "0123456789".repeat(4)],
  ])("%s is built from %s", (name, commit) => {
    expect(commitOf(image(name))).toEqual({ commit, from: "image-tag" });
  });

  test.each([
    "shop/app:v22",
    "shop/app",
    "localhost:5000/app",
    "shop/app:20261123",
    "shop/app:abc123",
    `shop/app@sha256:${"a".repeat(64)}`,
    `shop/app:${"a".repeat(41)}`,
  ])("%s tells no commit", (name) => {
    expect(commitOf(image(name))).toBeNull();
  });

  test.each([
    ["Merge pull request #24 from shop/post-02-16", 24],
    ["Faster search (#118)", 118],
    ["deploy PR 7", 7],
    ["closes #9", 9],
  ])("%s names pull request %i", (changeCause, pullNumber) => {
    expect(commitOf(clues({ changeCause }))).toEqual({ pullNumber });
  });

  test("any SHA of any length is found again", () => {
    const sha = fc.stringMatching(/^[a-f][0-9a-f]{6,39}$/);
    const prefix = fc.constantFrom("", "sha-", "git-");
    fc.assert(
      fc.property(sha, prefix, (commit, before) => {
        expect(commitOf(image(`r.example/shop/app:${before}${commit}`))).toEqual({
          commit,
          from: "image-tag",
        });
      }),
    );
  });
});
