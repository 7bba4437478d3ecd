import type { Person } from "./accounts.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { PullRequest } from "./pull-request.ts";

/**
 * Moves an open pull request on to another head, to which its branch points already, and tells
 * everybody. It leaves the merge queue, and its checks begin anew.
 */
export async function moveHead(
  repository: HostedRepository,
  pull: PullRequest,
  after: string,
  by: Person,
): Promise<void> {
  const { git, queue } = repository;
  const before = pull.headSha;
  await git.moveRef(`refs/pull/${pull.number}/head`, after, before);
  pull.headSha = after;
  pull.mergeBase = (await git.mergeBase(await repository.tip(), after)) ?? pull.mergeBase;
  pull.updatedAt = repository.now();
  repository.pushedAt = pull.updatedAt;
  if (queue.entryOf(pull)) queue.dequeue(pull, by);
  repository.emit("push", { ref: `refs/heads/${pull.headRef}`, before, after, by });
  repository.emit("synchronized", { pull, before, by });
  repository.checks.start(after);
}
