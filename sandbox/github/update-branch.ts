import type { Person } from "./accounts.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import { GITHUB_IDENTITY, signature } from "./import-history.ts";
import { moveHead } from "./move-head.ts";
import type { PullRequest } from "./pull-request.ts";
import { Refusal } from "./refusal.ts";
import { mergeTrees } from "./three-way.ts";

export type UpdateRequest = {
  by: Person;
  /** Refuse when the branch's head is another by now. */
  expectedHead?: string | null | undefined;
};

/** Merges the base into a pull request's branch, as the button "Update branch" does. */
export function updateBranch(
  repository: HostedRepository,
  pull: PullRequest,
  { by, expectedHead }: UpdateRequest,
): Promise<void> {
  return repository.exclusive(async () => {
    const { git } = repository;
    if (pull.state !== "open") throw new Refusal("invalid", "Pull request is closed");
    if (expectedHead && expectedHead !== pull.headSha)
      throw new Refusal("head-moved", "expected head sha didn’t match current head ref.");
    const tip = await repository.tip();
    if (await git.isAncestor(tip, pull.headSha))
      throw new Refusal("invalid", "There are no new commits on the base branch.");
    const tree = await mergeTrees(git, pull.headSha, tip);
    if (!tree) throw new Refusal("conflict", "merge conflict between base and head");
    const at = repository.now();
    const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}`;
    const github = { ...GITHUB_IDENTITY, at };
    const parents = [pull.headSha, tip];
    const after = await git.writeCommit(tree, parents, message, signature(by, at), github);
    await git.moveRef(`refs/heads/${pull.headRef}`, after, pull.headSha);
    await moveHead(repository, pull, after, by);
  });
}
