import type { AllowedDelivery } from "@/lib/contracts/freeze";

/** What of a Restoration says what its cure will be delivered as. */
export type CuringRestoration = {
  /** "R-7" */
  id: string;
  label: string;
  by: string;
  plannedAt: string;
} & (
  | { lever: "rollback" /** Of the template it leads to. */; images: string[] }
  | {
      lever: "revert";
      repository: string;
      /** Of the revert, once it is opened. */
      pull: number | null;
      /** Its head and what it became on the branch, as far as they are known. */
      commits: string[];
      /** Heads that were reviewed: at another it is no cure. Null while none is known. */
      heads: string[] | null;
    }
);

/** What a freeze of an incident never holds back: what its Restorations lead to. */
export function cureOf(restorations: readonly CuringRestoration[]): AllowedDelivery[] {
  const all = restorations.flatMap((one) => {
    const allowed = (kind: AllowedDelivery["kind"], value: string): AllowedDelivery => ({
      ...{ kind, value, why: "cure", by: one.by, at: one.plannedAt },
      reason: `${one.id}: ${one.label}`,
    });
    if (one.lever === "rollback") return one.images.map((image) => allowed("image", image));
    const heads = one.heads === null ? {} : { heads: one.heads };
    const pull =
      one.pull === null ? [] : [{ ...allowed("pull", `${one.repository}#${one.pull}`), ...heads }];
    return [...pull, ...one.commits.map((commit) => allowed("commit", commit))];
  });
  return [...new Map(all.map((one) => [`${one.kind} ${one.value}`, one])).values()];
}

/** "owner/name#12" in its parts; null when it is of another form. */
export function readPull(value: string): { repository: string; number: number } | null {
  const [, repository, number] = /^([\w.-]+\/[\w.-]+)#(\d{1,9})$/.exec(value) ?? [];
  return repository && number ? { repository, number: Number(number) } : null;
}

const SHA = /^[0-9a-f]{7,64}$/i;

/** Whether a text is a commit, in full or by seven digits at least. */
export function isCommit(text: string): boolean {
  return SHA.test(text);
}

/** Whether two commits, each in full or shortened to seven digits at least, are the same. */
export function isSameCommit(one: string, other: string): boolean {
  if (!isCommit(one) || !isCommit(other)) return false;
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}

/**
 * The images that a commit will be delivered as, as far as that can be known: where the images that run
 * now are tagged with their commit, the same with this one. A commit that is given shorter than the tag
 * tells nothing.
 */
export function imagesOfCommit(running: readonly string[], commit: string): string[] {
  const sha = commit.toLowerCase();
  const found = running.flatMap((image) => {
    const [bare = ""] = image.split("@");
    const [, name, prefix, tag] = /^(.*\/?[^/]*):((?:sha|git)-)?([0-9a-f]{7,40})$/.exec(bare) ?? [];
    if (!name || !tag || (prefix === undefined && /^\d+$/.test(tag) && tag.length < 40)) return [];
    return sha.length < tag.length ? [] : [`${name}:${prefix ?? ""}${sha.slice(0, tag.length)}`];
  });
  return [...new Set(found)];
}
