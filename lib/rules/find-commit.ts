import type { PodTemplate } from "@/lib/contracts/pod-template";

/** What is known of one revision; the shape of an observed revision. */
export type CommitClues = {
  images: { container: string; image: string }[];
  /** Of the ReplicaSet (or the Deployment). */
  annotations: Record<string, string>;
  changeCause: string | null;
  template: PodTemplate;
};

export type FoundCommit =
  | { commit: string; from: "annotation" | "image-tag" }
  /** Only a pull request is named; its merge commit is the commit. */
  | { pullNumber: number };

const OCI_REVISION = "org.opencontainers.image.revision";
const SHA = /^[0-9a-f]{7,40}$/;
const PULL = [
  /\bpull request #(\d{1,9})\b/i,
  /\bPR #?(\d{1,9})\b/i,
  /\(#(\d{1,9})\)/,
  /#(\d{1,9})\b/,
];

/**
 * Which commit a revision was built from: the OCI revision annotation, else an image tag that looks
 * like a SHA (7–40 hex digits, `sha-` or `git-` in front allowed), else the pull request that the
 * change-cause names. Null when nothing tells. A short SHA is returned as it is.
 */
export function commitOf(clues: CommitClues): FoundCommit | null {
  const annotated = [clues.template.metadata?.annotations, clues.annotations]
    .map((one) => one?.[OCI_REVISION]?.trim().toLowerCase())
    .find((one) => one !== undefined && SHA.test(one));
  if (annotated) return { commit: annotated, from: "annotation" };
  for (const { image } of clues.images) {
    const commit = shaInTag(image);
    if (commit) return { commit, from: "image-tag" };
  }
  for (const pattern of PULL) {
    const number = Number(pattern.exec(clues.changeCause ?? "")?.[1]);
    if (number > 0) return { pullNumber: number };
  }
  return null;
}

function shaInTag(image: string): string | null {
  const last = image.split("@")[0]?.split("/").at(-1) ?? "";
  const tag = last.includes(":") ? (last.split(":").at(-1) ?? "") : "";
  const bare = tag.replace(/^(sha|git)-/, "");
  // Eight digits are more likely a date than a SHA without a single letter.
  const isPlainNumber = bare === tag && /^\d+$/.test(bare) && bare.length < 40;
  return SHA.test(bare) && !isPlainNumber ? bare : null;
}
