import type { Warning } from "@/lib/contracts/lever";
import { keysInWords } from "./config-changes";
import { shortImage } from "./say";

/** What a version was deployed with. */
export type DeployedImages = {
  commit: string | null;
  images: { container: string; image: string; digest: string | null }[];
};

/**
 * Tags of a target that were seen to move: under one name two digests, or two commits. What would be
 * pulled now may not be what ran then. Images that are pinned by a digest can't move.
 */
export function movedTags(target: DeployedImages, others: DeployedImages[]): Warning[] {
  return target.images.flatMap(({ container, image, digest }) => {
    if (digest !== null) return [];
    const same = [target, ...others].flatMap(({ commit, images }) =>
      images
        .filter((one) => one.container === container && one.image.split("@")[0] === image)
        .map((one) => ({ commit, digest: one.digest })),
    );
    const digests = distinct(same.map((one) => one.digest));
    const commits = distinct(same.map((one) => one.commit));
    const seen =
      digests.length > 1
        ? keysInWords(digests.map((one) => one.slice(7, 19)))
        : commits.length > 1
          ? `commits ${keysInWords(commits.map((one) => one.slice(0, 7)))}`
          : null;
    if (seen === null) return [];
    return [
      {
        code: "moved-tag",
        sentence: `${shortImage(image)} was deployed as ${seen}: its tag moves, and what is pulled now may not be what ran then.`,
        unsafe: true,
      },
    ];
  });
}

function distinct(values: (string | null)[]): string[] {
  return [...new Set(values.filter((one) => one !== null))];
}
