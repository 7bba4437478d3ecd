import { expect, test } from "vitest";
import { movedTags } from "./config-images";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const deployed = (image: string, commit: string | null = null) => ({
  commit,
  images: [
    { container: "app", image, digest: image.includes("@") ? (image.split("@")[1] ?? null) : null },
  ],
});

test("a tag seen with two digests moves", () => {
  const others = [
    deployed(`shop/web:stable@${digest("a")}`),
    deployed(`shop/web:stable@${digest("b")}`),
  ];
  expect(movedTags(deployed("shop/web:stable"), others)).toEqual([
    {
      code: "moved-tag",
      sentence:
        "web:stable was deployed as aaaaaaaaaaaa and bbbbbbbbbbbb: its tag moves, and what is pulled now may not be what ran then.",
      unsafe: true,
    },
  ]);
});

test("so does one that was built from two commits", () => {
  const [warning] = movedTags(deployed("shop/web:stable", "1".repeat(40)), [
    deployed("shop/web:stable", "2".repeat(40)),
  ]);
  expect(warning?.sentence).toContain("deployed as commits 1111111 and 2222222:");
});

test("a digest, a tag of its own, and another container's image don't", () => {
  const target = deployed(`shop/web:stable@${digest("a")}`);
  expect(movedTags(target, [deployed(`shop/web:stable@${digest("b")}`)])).toEqual([]);
  expect(movedTags(deployed("shop/web:v1", "1"), [deployed("shop/web:v2", "2")])).toEqual([]);
  const other = {
    commit: "2",
    images: [{ container: "side", image: "shop/web:v1", digest: null }],
  };
  expect(movedTags(deployed("shop/web:v1", "1"), [other])).toEqual([]);
});
