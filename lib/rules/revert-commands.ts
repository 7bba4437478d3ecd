/** A merged pull request, as far as undoing it by hand needs to know. */
export type RevertByHand = {
  number: number;
  /** Branch it was merged into. */
  base: string;
  method: "merge" | "squash" | "rebase" | null;
  mergeCommit: string;
  /** For a rebase: the base's commit just before the pull request's first one. */
  before: string | null;
  /** Page that opens a pull request for a branch, given its name; null leaves the line out. */
  openAt: ((branch: string) => string) | null;
};

/** A word as a POSIX shell reads it back unchanged. */
function quoted(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function undo({ method, mergeCommit, before }: RevertByHand): string[] {
  switch (method) {
    case "merge":
      return [`git revert --no-edit -m 1 ${mergeCommit}`];
    case "squash":
      return [`git revert --no-edit ${mergeCommit}`];
    case "rebase":
      return [
        before === null
          ? `git revert --no-edit ${mergeCommit}`
          : `git revert --no-edit ${before}..${mergeCommit}`,
      ];
    case null:
      return [
        "# How it was merged is not known. For a merge commit (two parents) add: -m 1",
        `git revert --no-edit ${mergeCommit}`,
      ];
    default:
      return method satisfies never;
  }
}

/**
 * The exact commands that revert a pull request in a clone whose remote is `origin`: on a new branch from
 * the base as it is now, ready to be opened as a pull request. Lines that begin with `#` are comments to
 * the shell and instructions to the reader.
 */
export function revertCommands(pull: RevertByHand): string[] {
  // The name is how GitHub itself would begin it, so the revert is recognised when it is opened.
  const branch = `revert-${pull.number}-by-hand`;
  const base = quoted(pull.base);
  return [
    `git fetch origin ${base}`,
    `git switch --no-track -c ${branch} FETCH_HEAD`,
    ...undo(pull),
    "# If git stops at a conflict: edit the files, git add them, then git revert --continue",
    `git push -u origin ${branch}`,
    ...(pull.openAt ? [`# Open the pull request: ${pull.openAt(branch)}`] : []),
  ];
}
