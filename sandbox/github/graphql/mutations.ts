import type { Caller } from "../accounts.ts";
import { mergePullRequest } from "../merge-pull-request.ts";
import { revertPullRequest } from "../revert-pull-request.ts";
import type { Site } from "../site.ts";
import { updateBranch } from "../update-branch.ts";
import { actorNode } from "./commit-node.ts";
import { fail, findPull, guardFor, methodOf, type Payload } from "./mutation-guard.ts";
import { commentNode, pullRequestNode } from "./pull-request-node.ts";
import { queueMutations } from "./queue-mutations.ts";

type Input = {
  clientMutationId?: string | null;
  pullRequestId: string;
  title?: string | null;
  body?: string | null;
  draft?: boolean;
  state?: "OPEN" | "CLOSED" | null;
  expectedHeadOid?: string | null;
  mergeMethod?: "MERGE" | "SQUASH" | "REBASE";
  commitHeadline?: string | null;
  commitBody?: string | null;
};

type UpdateBranchInput = {
  clientMutationId?: string | null;
  pullRequestId: string;
  expectedHeadOid?: string | null;
  updateMethod?: "MERGE" | "REBASE" | null;
};

type CommentInput = { clientMutationId?: string | null; subjectId: string; body: string };

/** Root fields of `Mutation` for a caller; a caller who may only read is refused by each. */
export function mutations(site: Site, caller: Caller): Payload {
  const by = caller.person;

  const guarded = guardFor(caller);
  return {
    ...queueMutations(site, caller, guarded),

    revertPullRequest: guarded("RevertPullRequest", async (input: Input) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      const { title, body, draft } = input;
      const revert = await revertPullRequest(repository, pull, {
        by,
        title,
        body,
        draft: draft ?? false,
      });
      return {
        pullRequest: pullRequestNode(site, repository, pull),
        revertPullRequest: pullRequestNode(site, repository, revert),
      };
    }),

    mergePullRequest: guarded("MergePullRequest", async (input: Input) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      await mergePullRequest(repository, pull, {
        by,
        method: methodOf(input),
        headline: input.commitHeadline,
        body: input.commitBody,
        expectedHead: input.expectedHeadOid,
      });
      return {
        actor: actorNode(site, by),
        pullRequest: pullRequestNode(site, repository, pull),
      };
    }),

    updatePullRequestBranch: guarded(
      "UpdatePullRequestBranch",
      async (input: UpdateBranchInput) => {
        const { repository, pull } = findPull(site, input.pullRequestId);
        if (input.updateMethod === "REBASE") fail("UNPROCESSABLE", "rebase not prepared");
        await updateBranch(repository, pull, { by, expectedHead: input.expectedHeadOid });
        return { pullRequest: pullRequestNode(site, repository, pull) };
      },
    ),

    closePullRequest: guarded("ClosePullRequest", (input: Input) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      if (pull.state === "closed") fail("UNPROCESSABLE", "Pull request is already closed");
      repository.close(pull);
      return { pullRequest: pullRequestNode(site, repository, pull) };
    }),

    updatePullRequest: guarded("UpdatePullRequest", (input: Input) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      repository.edit(pull, {
        ...(input.title ? { title: input.title } : {}),
        ...(input.body == null ? {} : { body: input.body }),
      });
      if (input.state === "CLOSED") repository.close(pull);
      if (input.state === "OPEN" && pull.state === "closed") repository.reopen(pull);
      return {
        actor: actorNode(site, by),
        pullRequest: pullRequestNode(site, repository, pull),
      };
    }),

    addComment: guarded("AddComment", (input: CommentInput) => {
      const { repository, pull } = findPull(site, input.subjectId);
      if (input.body.trim() === "") fail("UNPROCESSABLE", "Body cannot be blank");
      const comment = repository.comment(pull, by, input.body);
      const node = commentNode(site, repository, pull, comment);
      return {
        subject: pullRequestNode(site, repository, pull),
        commentEdge: { cursor: String(comment.id), node },
        timelineEdge: { cursor: String(comment.id), node },
      };
    }),
  };
}
