import { GraphQLError } from "graphql";
import type { Caller } from "../accounts.ts";
import { type HostedRepository, Refusal } from "../hosted-repository.ts";
import { mergePullRequest } from "../merge-pull-request.ts";
import type { MergeMethod, PullRequest } from "../pull-request.ts";
import { readNodeId } from "../rest/person-view.ts";
import { revertPullRequest } from "../revert-pull-request.ts";
import type { Site } from "../site.ts";
import { actorNode } from "./commit-node.ts";
import { commentNode, pullRequestNode } from "./pull-request-node.ts";

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

type CommentInput = { clientMutationId?: string | null; subjectId: string; body: string };

type Payload = Record<string, unknown>;

function fail(type: string, message: string): never {
  throw new GraphQLError(message, { extensions: { type } });
}

/** The repository and pull request behind a global id, or GitHub's NOT_FOUND. */
export function findPull(
  site: Site,
  id: string,
): { repository: HostedRepository; pull: PullRequest } {
  const known = readNodeId(id);
  const pull =
    known?.kind === "PullRequest" ? site.repository?.pulls.get(Number(known.key)) : undefined;
  if (!site.repository || !pull)
    fail("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'.`);
  return { repository: site.repository, pull };
}

function methodOf(input: Input): MergeMethod {
  const methods = { MERGE: "merge", SQUASH: "squash", REBASE: "rebase" } as const;
  return methods[input.mergeMethod ?? "MERGE"];
}

/** Root fields of `Mutation` for a caller; a caller who may only read is refused by each. */
export function mutations(site: Site, caller: Caller): Payload {
  const by = caller.person;

  const guarded =
    <I extends { clientMutationId?: string | null }>(
      name: string,
      act: (input: I) => Payload | Promise<Payload>,
    ) =>
    async ({ input }: { input: I }): Promise<Payload> => {
      if (caller.permission !== "write" || caller.kind === "app")
        fail(
          "FORBIDDEN",
          caller.kind === "user"
            ? `${by.login} does not have the correct permissions to execute \`${name}\``
            : "Resource not accessible by integration",
        );
      try {
        return { clientMutationId: input.clientMutationId ?? null, ...(await act(input)) };
      } catch (error) {
        if (error instanceof Refusal) fail("UNPROCESSABLE", error.message);
        throw error;
      }
    };

  return {
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

    enablePullRequestAutoMerge: guarded("EnablePullRequestAutoMerge", async (input: Input) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      if (pull.state !== "open") fail("UNPROCESSABLE", "Pull request is closed");
      if (input.expectedHeadOid && input.expectedHeadOid !== pull.headSha)
        fail("UNPROCESSABLE", "Head branch was modified. Review and try the merge again.");
      const state = await repository.mergeState(pull);
      // Auto-merge is for what has to wait: GitHub refuses it for what could be merged now or never.
      if (state === "CLEAN") fail("UNPROCESSABLE", "Pull request Pull request is in clean status");
      if (state === "UNSTABLE" || state === "DIRTY" || state === "DRAFT")
        fail("UNPROCESSABLE", `Pull request Pull request is in ${state.toLowerCase()} status`);
      repository.setAutoMerge(pull, {
        by,
        method: methodOf(input),
        headline: input.commitHeadline ?? null,
        body: input.commitBody ?? null,
      });
      return {
        actor: actorNode(site, by),
        pullRequest: pullRequestNode(site, repository, pull),
      };
    }),

    disablePullRequestAutoMerge: guarded("DisablePullRequestAutoMerge", (input: Input) => {
      const { repository, pull } = findPull(site, input.pullRequestId);
      if (!pull.autoMerge) fail("UNPROCESSABLE", "Can't disable auto-merge for this pull request.");
      pull.autoMerge = null;
      return {
        actor: actorNode(site, by),
        pullRequest: pullRequestNode(site, repository, pull),
      };
    }),

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
