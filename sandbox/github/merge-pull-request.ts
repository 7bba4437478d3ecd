import type { Person } from "./accounts.ts";
import { type HostedRepository, Refusal } from "./hosted-repository.ts";
import { GITHUB_IDENTITY, mergeMessage, signature } from "./import-history.ts";
import type { MergeMethod, PullRequest } from "./pull-request.ts";
import { reviewDecision } from "./pull-request.ts";
import { applyDifference, mergeTrees } from "./three-way.ts";

export type MergeRequest = {
  by: Person;
  method: MergeMethod;
  headline?: string | null | undefined;
  body?: string | null | undefined;
  /** Refuse when the branch's head is another by now. */
  expectedHead?: string | null | undefined;
  /** An administrator's merge: required checks and reviews are not waited for. */
  force?: boolean;
};

const CONFLICT = "Merge conflict: the branch cannot be merged cleanly into its base.";

function refuseUnready(repository: HostedRepository, pull: PullRequest): void {
  const { checks, reviews } = repository.protection;
  const decision = reviewDecision(pull, reviews);
  if (decision === "REVIEW_REQUIRED" || decision === "CHANGES_REQUESTED")
    throw new Refusal("not-mergeable", "At least 1 approving review is required by reviewers.");
  if (!checks || repository.checks.state(pull.headSha) === "success") return;
  const waiting = repository.checks
    .runs(pull.headSha)
    .filter((run) => run.conclusion !== "success")
    .map((run) => run.name);
  throw new Refusal(
    "not-mergeable",
    waiting.length === 1
      ? `Required status check "${waiting[0]}" is expected.`
      : `${waiting.length} of 2 required status checks are expected.`,
  );
}

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

/** Merges a pull request by one of GitHub's three methods and moves the default branch. */
export function mergePullRequest(
  repository: HostedRepository,
  pull: PullRequest,
  request: MergeRequest,
): Promise<PullRequest> {
  return repository.exclusive(async () => {
    const { git, history } = repository;
    if (pull.state !== "open") throw new Refusal("not-mergeable", "Pull Request is not mergeable");
    if (request.expectedHead && request.expectedHead !== pull.headSha)
      throw new Refusal("head-moved", "Head branch was modified. Review and try the merge again.");
    if (pull.draft) throw new Refusal("not-mergeable", "Pull Request is still a draft");
    if (!request.force) refuseUnready(repository, pull);

    const onto = await repository.tip();
    const at = repository.now();
    let sha: string;
    if (request.method === "rebase") {
      sha = await rebase(repository, pull, onto, request.by);
    } else {
      const tree = await mergeTrees(git, onto, pull.headSha);
      if (!tree) throw new Refusal("not-mergeable", CONFLICT);
      const commits = await history.log(`${pull.mergeBase}..${pull.headSha}`);
      const subjects = commits.reverse().map(({ message }) => message.split("\n")[0] ?? "");
      const usual = mergeMessage(repository.owner, pull, request.method, subjects);
      const [usualHeadline, ...rest] = usual.split("\n\n");
      const headline = request.headline ?? usualHeadline ?? pull.title;
      const body = request.body ?? rest.join("\n\n");
      const author = request.method === "merge" ? request.by : pull.author;
      sha = await git.writeCommit(
        tree,
        request.method === "merge" ? [onto, pull.headSha] : [onto],
        body ? `${headline}\n\n${body}` : headline,
        signature(author, at),
        { ...GITHUB_IDENTITY, at },
      );
    }

    await git.moveRef(`refs/heads/${pull.baseRef}`, sha, onto);
    await git.deleteRef(`refs/heads/${pull.headRef}`);
    pull.merge = { at, by: request.by, method: request.method, sha, onto };
    pull.state = "closed";
    pull.closedAt = at;
    pull.updatedAt = at;
    repository.pushedAt = at;
    repository.emit("merged", pull);
    repository.emit("closed", pull);
    const ref = `refs/heads/${pull.baseRef}`;
    repository.emit("push", { ref, before: onto, after: sha, by: request.by });
    repository.checks.start(sha);
    return pull;
  });
}
