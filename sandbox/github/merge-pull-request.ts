import type { HostedRepository } from "./hosted-repository.ts";
import { buildMerge, landMerge, type MergeWords } from "./merge-commit.ts";
import { isLockedFor, mergeSentence, methodSentence, ruleSentence } from "./merge-rules.ts";
import type { PullRequest } from "./pull-request.ts";
import { Refusal } from "./refusal.ts";

export type MergeRequest = MergeWords & {
  /** Refuse when the branch's head is another by now. */
  expectedHead?: string | null | undefined;
  /** An administrator's merge: required checks and reviews are not waited for; rulesets still hold. */
  force?: boolean;
};

/** Merges a pull request by one of GitHub's three methods and moves the default branch. */
export function mergePullRequest(
  repository: HostedRepository,
  pull: PullRequest,
  request: MergeRequest,
): Promise<PullRequest> {
  return repository.exclusive(async () => {
    if (pull.state !== "open") throw new Refusal("not-mergeable", "Pull Request is not mergeable");
    if (request.expectedHead && request.expectedHead !== pull.headSha)
      throw new Refusal("head-moved", "Head branch was modified. Review and try the merge again.");
    if (pull.draft) throw new Refusal("not-mergeable", "Pull Request is still a draft");
    if (repository.queue.entryOf(pull))
      throw new Refusal("not-mergeable", "Pull request is already queued to merge");
    if (request.force) {
      // What even an administrator's merge may not pass: a ruleset's lock of the branch.
      if (isLockedFor(repository, pull.baseRef, request.by))
        throw new Refusal("not-mergeable", ruleSentence(["Cannot update this protected ref."]));
    } else {
      const refused =
        methodSentence(repository, pull.baseRef, request.method) ??
        (await mergeSentence(repository, pull, { by: request.by }));
      if (refused) throw new Refusal("not-mergeable", refused);
    }
    const onto = await repository.tip();
    const sha = await buildMerge(repository, pull, onto, request);
    await landMerge(repository, pull, { by: request.by, method: request.method, sha, onto });
    return pull;
  });
}
