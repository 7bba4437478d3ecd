import type { Person } from "./accounts.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import { GITHUB_IDENTITY, mergeMessage, signature } from "./import-history.ts";
import type { MergeMethod, PullRequest } from "./pull-request.ts";
import { Refusal } from "./refusal.ts";
import { applyDifference, mergeTrees } from "./three-way.ts";

/** How a pull request becomes commits; the words of the commit are GitHub's own unless told. */
export type MergeWords = {
  by: Person;
  method: MergeMethod;
  headline?: string | null | undefined;
  body?: string | null | undefined;
};

const CONFLICT = "Merge conflict: the branch cannot be merged cleanly into its base.";

async function rebase(
  repository: HostedRepository,
  pull: PullRequest,
  tip: string,
  by: Person,
): Promise<string> {
  const { git, history } = repository;
  const commits = (await history.log(`${pull.mergeBase}..${pull.headSha}`)).reverse();
  let onto = tip;
  for (const commit of commits) {
    const [parent] = commit.parents;
    if (!parent || commit.parents.length > 1)
      throw new Refusal("not-mergeable", "This branch can't be rebased.");
    const tree = await applyDifference(git, parent, onto, commit.sha);
    if (!tree) throw new Refusal("not-mergeable", CONFLICT);
    const author = { ...commit.author, at: Date.parse(commit.author.date) };
    const committer = signature(by, repository.now());
    onto = await git.writeCommit(tree, [onto], commit.message, author, committer);
  }
  return onto;
}

/** Writes what merging a pull request onto a commit makes; moves no ref. The new tip's id. */
export async function buildMerge(
  repository: HostedRepository,
  pull: PullRequest,
  onto: string,
  { by, method, ...words }: MergeWords,
): Promise<string> {
  const { git, history } = repository;
  if (method === "rebase") return rebase(repository, pull, onto, by);
  const at = repository.now();
  const tree = await mergeTrees(git, onto, pull.headSha);
  if (!tree) throw new Refusal("not-mergeable", CONFLICT);
  const commits = await history.log(`${pull.mergeBase}..${pull.headSha}`);
  const subjects = commits.reverse().map(({ message }) => message.split("\n")[0] ?? "");
  const usual = mergeMessage(repository.owner, pull, method, subjects);
  const [usualHeadline, ...rest] = usual.split("\n\n");
  const headline = words.headline ?? usualHeadline ?? pull.title;
  const body = words.body ?? rest.join("\n\n");
  return git.writeCommit(
    tree,
    method === "merge" ? [onto, pull.headSha] : [onto],
    body ? `${headline}\n\n${body}` : headline,
    signature(method === "merge" ? by : pull.author, at),
    { ...GITHUB_IDENTITY, at },
  );
}

/** Moves the base to what {@link buildMerge} wrote, and tells everybody. */
export async function landMerge(
  repository: HostedRepository,
  pull: PullRequest,
  merge: { by: Person; method: MergeMethod; sha: string; onto: string },
): Promise<void> {
  const { git } = repository;
  const at = repository.now();
  const ref = `refs/heads/${pull.baseRef}`;
  await git.moveRef(ref, merge.sha, merge.onto);
  await git.deleteRef(`refs/heads/${pull.headRef}`);
  pull.merge = { ...merge, at };
  pull.state = "closed";
  pull.closedAt = at;
  pull.updatedAt = at;
  repository.pushedAt = at;
  repository.emit("merged", pull);
  repository.emit("closed", pull);
  repository.emit("push", { ref, before: merge.onto, after: merge.sha, by: merge.by });
  repository.checks.start(merge.sha);
}
