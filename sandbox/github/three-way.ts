import type { GitIdentity, GitRepository } from "./git-repository.ts";

const NOBODY: GitIdentity = { name: "merge", email: "merge@localhost", at: 0 };

/** Takes full ids. The tree of merging commit `theirs` into `ours`, or null when they conflict. */
export async function mergeTrees(
  git: GitRepository,
  ours: string,
  theirs: string,
): Promise<string | null> {
  const args = ["merge-tree", "--write-tree", "--no-messages", ours, theirs];
  const { code, stdout } = await git.runFixed(args, 1);
  return code === 0 ? stdout.slice(0, 40) : null;
}

/**
 * The tree of `ours` after the difference `base` → `theirs` is applied to it, or null on conflict.
 * Reverting a commit is its own tree as `base` and its parent's as `theirs`; picking one is the reverse.
 *
 * `git merge-tree --merge-base` came with 2.40. Two throw-away commits with a common parent that
 * holds `base` give older versions the same three trees to merge.
 */
export async function applyDifference(
  git: GitRepository,
  base: string,
  ours: string,
  theirs: string,
): Promise<string | null> {
  const commit = (revision: string, parents: string[]) =>
    git.writeCommit(`${revision}^{tree}`, parents, "side", NOBODY, NOBODY);
  const root = await commit(base, []);
  const [left, right] = await Promise.all([commit(ours, [root]), commit(theirs, [root])]);
  return mergeTrees(git, left, right);
}
