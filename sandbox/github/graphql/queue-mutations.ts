import type { Caller } from "../accounts.ts";
import { methodSentence } from "../merge-rules.ts";
import { isGranted } from "../permissions.ts";
import type { Site } from "../site.ts";
import { actorNode } from "./commit-node.ts";
import { queueEntryNode } from "./merge-queue-node.ts";
import { fail, findPull, type Guarded, methodOf, type Payload } from "./mutation-guard.ts";
import { pullRequestNode } from "./pull-request-node.ts";

type AutoMergeInput = {
  clientMutationId?: string | null;
  pullRequestId: string;
  expectedHeadOid?: string | null;
  mergeMethod?: "MERGE" | "SQUASH" | "REBASE" | null;
  commitHeadline?: string | null;
  commitBody?: string | null;
};

type EnqueueInput = {
  clientMutationId?: string | null;
  pullRequestId: string;
  expectedHeadOid?: string | null;
  jump?: boolean | null;
};

type DequeueInput = { clientMutationId?: string | null; id: string };

/** Mutations that have a pull request merged later: auto-merge and the merge queue. */
export function queueMutations(site: Site, caller: Caller, guarded: Guarded): Payload {
  const by = caller.person;
  return {
    enablePullRequestAutoMerge: guarded(
      "EnablePullRequestAutoMerge",
      async (input: AutoMergeInput) => {
        const { repository, pull } = findPull(site, input.pullRequestId);
        const { rules, queue } = repository;
        if (!rules.merging.autoMerge)
          fail("UNPROCESSABLE", "Auto merge is not allowed for this repository");
        if (pull.state !== "open") fail("UNPROCESSABLE", "Pull request is closed");
        if (input.expectedHeadOid && input.expectedHeadOid !== pull.headSha)
          fail("UNPROCESSABLE", "Head branch was modified. Review and try the merge again.");
        const answer = () => ({
          actor: actorNode(site, by),
          pullRequest: pullRequestNode(site, repository, pull),
        });
        const method = queue.settings?.method ?? methodOf(input);
        const refused = queue.settings ? null : methodSentence(repository, pull.baseRef, method);
        if (refused) fail("UNPROCESSABLE", refused);
        const state = await repository.mergeState(pull);
        const isReady = state === "CLEAN" || state === "UNSTABLE";
        // In front of a queue, what is ready goes in at once, and nothing is left to wait for.
        if (queue.settings && isReady) {
          await queue.enqueue(pull, by);
          return answer();
        }
        // Auto-merge is for what has to wait: GitHub refuses it for what could be merged now or never.
        if (state !== "BLOCKED" && state !== "BEHIND")
          fail("UNPROCESSABLE", `Pull request Pull request is in ${state.toLowerCase()} status`);
        repository.setAutoMerge(pull, {
          by,
          method,
          headline: input.commitHeadline ?? null,
          body: input.commitBody ?? null,
        });
        return answer();
      },
    ),

    disablePullRequestAutoMerge: guarded("DisablePullRequestAutoMerge", (input: AutoMergeInput) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      if (!pull.autoMerge) fail("UNPROCESSABLE", "Can't disable auto-merge for this pull request.");
      pull.autoMerge = null;
      pull.updatedAt = repository.now();
      repository.emit("autoMerge", { pull, by, isOn: false });
      return {
        actor: actorNode(site, by),
        pullRequest: pullRequestNode(site, repository, pull),
      };
    }),

    enqueuePullRequest: guarded("EnqueuePullRequest", async (input: EnqueueInput) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      const jump = input.jump ?? false;
      if (jump && !isGranted(caller, "merge_queues", "write"))
        fail("FORBIDDEN", `${by.login} does not have permission to jump the merge queue`);
      const expectedHead = input.expectedHeadOid ?? null;
      const entry = await repository.queue.enqueue(pull, by, { jump, expectedHead });
      return { mergeQueueEntry: queueEntryNode(site, repository, entry) };
    }),

    dequeuePullRequest: guarded("DequeuePullRequest", (input: DequeueInput) => {
      const { repository, pull } = findPull(site, input.id);
      const entry = repository.queue.dequeue(pull, by);
      return { mergeQueueEntry: queueEntryNode(site, repository, entry) };
    }),
  };
}
