import * as z from "zod";
import { askPull } from "./github-ask-pull";
import { BaseRef, BEHIND } from "./github-behind";
import type { MergeMethod } from "./github-branch-rules";
import { LastCommit, ROLLUP } from "./github-checks";
import type { GitHubClient } from "./github-client";
import { QUEUE_TIMELINE, QueueTimeline } from "./github-queue-removal";
import { Sha, Text, Time } from "./github-schemas";

const QUERY = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    autoMergeAllowed mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    pullRequest(number: $number) {
      id number state isDraft createdAt headRefOid baseRefName ${BEHIND}
      mergeable mergeStateStatus reviewDecision isMergeQueueEnabled
      author { login }
      mergeQueueEntry { position jump state }
      autoMergeRequest { mergeMethod enabledBy { login } }
      ${QUEUE_TIMELINE}
      labels(first: 50) { nodes { name } }
      reviewRequests(first: 50) { nodes { requestedReviewer {
        __typename
        ... on User { login }
        ... on Team { slug }
      } } }
      commits(last: 1) { nodes { commit { ${ROLLUP} } } }
    }
  }
}`;

const Person = z.object({ login: Text }).nullish();

/** Somebody asked for a review: "@ann", "@org/team" without its organization. */
export const Requests = z
  .object({
    nodes: z
      .array(
        z
          .object({
            requestedReviewer: z
              .object({ __typename: z.string(), login: Text.optional(), slug: Text.optional() })
              .nullish(),
          })
          .nullable(),
      )
      .nullable(),
  })
  .nullish()
  .transform((requests) =>
    (requests?.nodes ?? []).flatMap((node) => {
      const asked = node?.requestedReviewer;
      return asked?.slug ?? asked?.login ?? [];
    }),
  );

const State = z
  .object({
    autoMergeAllowed: z.boolean(),
    mergeCommitAllowed: z.boolean(),
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    pullRequest: z
      .object({
        id: z.string().min(1),
        number: z.number().int().positive(),
        state: z.enum(["OPEN", "CLOSED", "MERGED"]),
        isDraft: z.boolean(),
        createdAt: Time,
        headRefOid: Sha,
        baseRefName: Text,
        viewerCanUpdateBranch: z.boolean(),
        baseRef: BaseRef,
        mergeable: z.string(),
        mergeStateStatus: z.string(),
        reviewDecision: z.string().nullish(),
        isMergeQueueEnabled: z.boolean(),
        author: Person,
        mergeQueueEntry: z
          .object({ position: z.number().int(), jump: z.boolean(), state: z.string() })
          .nullish(),
        autoMergeRequest: z.object({ mergeMethod: z.string(), enabledBy: Person }).nullish(),
        timelineItems: QueueTimeline,
        labels: z
          .object({ nodes: z.array(z.object({ name: Text }).nullable()).nullable() })
          .nullish(),
        reviewRequests: Requests,
        commits: LastCommit,
      })
      .nullish(),
  })
  .transform(({ pullRequest, ...repository }) => {
    const methods: MergeMethod[] = [
      ...(repository.mergeCommitAllowed ? (["merge"] as const) : []),
      ...(repository.squashMergeAllowed ? (["squash"] as const) : []),
      ...(repository.rebaseMergeAllowed ? (["rebase"] as const) : []),
    ];
    return { isAutoMergeAllowed: repository.autoMergeAllowed, methods, pullRequest };
  });

type Repository = z.output<typeof State>;
type Pull = NonNullable<Repository["pullRequest"]>;

/** An opened revert as it is now, and how its repository lets pull requests be merged. */
export type RevertState = Pull & {
  isAutoMergeAllowed: boolean;
  /** The ways of merging that the repository's settings leave. */
  methods: MergeMethod[];
};

/** Throws SourceError `not-found`. */
export async function readRevertState(
  client: GitHubClient,
  repository: string,
  number: number,
): Promise<RevertState> {
  const found = await askPull(client, repository, number, QUERY, State);
  const { pullRequest, isAutoMergeAllowed, methods } = found;
  return { ...pullRequest, isAutoMergeAllowed, methods };
}
