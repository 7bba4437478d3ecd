import type { Person } from "./accounts.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import { signature } from "./import-history.ts";
import type { PullRequest } from "./pull-request.ts";
import { Refusal } from "./refusal.ts";
import { applyDifference } from "./three-way.ts";

export type RevertRequest = {
  by: Person;
  title?: string | null | undefined;
  body?: string | null | undefined;
  draft?: boolean;
};

async function freeBranch(repository: HostedRepository, wish: string): Promise<string> {
  for (let suffix = 0; ; suffix += 1) {
    const name = suffix === 0 ? wish : `${wish}-${suffix}`;
    if ((await repository.git.head(name)) === null) return name;
  }
}

/**
 * Opens a pull request that undoes a merged one, as `git revert` would: against the first parent of a
 * merge commit, the one commit of a squash, each commit of a rebase from the last to the first.
 * Asked twice it opens two.
 */
export function revertPullRequest(
  repository: HostedRepository,
  pull: PullRequest,
  request: RevertRequest,
): Promise<PullRequest> {
  return repository.exclusive(async () => {
    const { git, history } = repository;
    if (!pull.merge)
      throw new Refusal("not-merged", "Pull request could not be reverted: it is not merged.");

    const { merge } = pull;
    const commits =
      merge.method === "rebase"
        ? await history.log(`${merge.onto}..${merge.sha}`)
        : [await history.commit(merge.sha)];

    const at = repository.now();
    const author = signature(request.by, at);
    let head = await repository.tip();
    for (const commit of commits) {
      const [parent] = commit.parents;
      const tree = parent ? await applyDifference(git, commit.sha, head, parent) : null;
      if (!tree)
        throw new Refusal(
          "conflict",
          "Pull request could not be reverted automatically: later changes conflict with the revert.",
        );
      const subject = commit.message.split("\n")[0] ?? "";
      const which =
        commit.parents.length > 1
          ? `${commit.sha}, reversing\nchanges made to ${parent}`
          : commit.sha;
      const message = `Revert "${subject}"\n\nThis reverts commit ${which}.`;
      head = await git.writeCommit(tree, [head], message, author, author);
    }

    if ((await history.diff(await repository.tip(), head)).length === 0)
      throw new Refusal("conflict", "Pull request could not be reverted: nothing of it is left.");

    const headRef = await freeBranch(repository, `revert-${pull.number}-${pull.headRef}`);
    await git.moveRef(`refs/heads/${headRef}`, head, null);
    return repository.addPull({
      title: request.title || `Revert "${pull.title}"`,
      body: request.body || `Reverts ${repository.fullName}#${pull.number}`,
      author: request.by,
      headRef,
      headSha: head,
      draft: request.draft ?? false,
    });
  });
}
