import * as z from "zod";
import type { Stage } from "@/lib/contracts/restoration";
import type { RevertProgress } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { parseAnswer } from "./github-errors";
import { urlOfPull } from "./github-pulls";
import { Sha, Text, Time, WebUrl } from "./github-schemas";

const QUERY = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      number url state isDraft mergedAt mergeCommit { oid }
      mergeable mergeStateStatus reviewDecision
      autoMergeRequest { enabledAt }
      mergeQueueEntry { position estimatedTimeToMerge }
      commits(last: 1) { nodes { commit { statusCheckRollup { state contexts(first: 100) { nodes {
        __typename
        ... on CheckRun { name status conclusion detailsUrl }
        ... on StatusContext { context state targetUrl }
      } } } } } }
    }
  }
}`;

const BAD = new Set([
  "FAILURE",
  "ERROR",
  "TIMED_OUT",
  "CANCELLED",
  "ACTION_REQUIRED",
  "STARTUP_FAILURE",
]);

const Check = z.union([
  z
    .object({
      __typename: z.literal("CheckRun"),
      name: Text,
      status: z.string(),
      conclusion: z.string().nullish(),
      detailsUrl: WebUrl,
    })
    .transform(({ name, status, conclusion, detailsUrl }) => ({
      name,
      isOver: status === "COMPLETED",
      isBad: BAD.has(conclusion ?? ""),
      url: detailsUrl,
    })),
  z
    .object({
      __typename: z.literal("StatusContext"),
      context: Text,
      state: z.string(),
      targetUrl: WebUrl,
    })
    .transform(({ context, state, targetUrl }) => ({
      name: context,
      isOver: state !== "PENDING" && state !== "EXPECTED",
      isBad: BAD.has(state),
      url: targetUrl,
    })),
]);
type Check = z.output<typeof Check>;

const Rollup = z.object({
  state: z.string(),
  contexts: z.object({ nodes: z.array(Check.nullable()) }),
});
const Progress = z.object({
  number: z.number().int().positive(),
  url: WebUrl,
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  isDraft: z.boolean(),
  mergedAt: Time.nullish(),
  mergeCommit: z.object({ oid: Sha }).nullish(),
  mergeable: z.string(),
  mergeStateStatus: z.string(),
  reviewDecision: z.string().nullish(),
  autoMergeRequest: z.object({ enabledAt: z.string().nullish() }).nullish(),
  mergeQueueEntry: z
    .object({ position: z.number(), estimatedTimeToMerge: z.number().nullish() })
    .nullish(),
  commits: z.object({
    nodes: z
      .array(z.object({ commit: z.object({ statusCheckRollup: Rollup.nullish() }) }).nullable())
      .nullable(),
  }),
});
type Progress = z.output<typeof Progress>;
const Answer = z
  .object({ repository: z.object({ pullRequest: Progress.nullish() }).nullish() })
  .nullish();

function checksStage(pull: Progress, url: string): Stage {
  const rollup = pull.commits.nodes?.at(-1)?.commit.statusCheckRollup;
  const checks: Check[] = (rollup?.contexts.nodes ?? []).filter((check) => check !== null);
  const stage = (state: Stage["state"], detail: string | null, at = `${url}/checks`): Stage => ({
    name: "Checks",
    state,
    detail,
    url: at,
  });
  const over = checks.filter((check) => check.isOver).length;
  const count = checks.length > 0 ? `${over} of ${checks.length}` : null;
  if (pull.state === "MERGED") return stage("done", count);
  const bad = checks.find((check) => check.isBad);
  if (bad) return stage("stuck", `${bad.name} failed`, bad.url ?? undefined);
  if (!rollup) return stage("waiting", "no check has reported yet");
  if (rollup.state === "SUCCESS") return stage("done", count);
  if (BAD.has(rollup.state)) return stage("stuck", "a check failed");
  return stage(pull.state === "CLOSED" ? "stuck" : "running", count);
}

function reviewStage(pull: Progress, url: string): Stage[] {
  const stage = (state: Stage["state"], detail: string): Stage[] => [
    { name: "Review", state, detail, url },
  ];
  // No decision means that no review is required.
  if (!pull.reviewDecision) return [];
  if (pull.reviewDecision === "APPROVED") return stage("done", "approved");
  if (pull.state === "MERGED") return stage("done", "merged without it");
  if (pull.reviewDecision === "CHANGES_REQUESTED")
    return stage("stuck", "a reviewer asks for changes");
  return stage("waiting", "somebody with write access must approve it");
}

function mergeStage(pull: Progress, url: string): Stage {
  const stage = (state: Stage["state"], detail: string | null): Stage => ({
    name: "Merge",
    state,
    detail,
    url,
  });
  if (pull.state === "MERGED")
    return stage("done", pull.mergeCommit ? `as ${pull.mergeCommit.oid.slice(0, 7)}` : null);
  if (pull.state === "CLOSED") return stage("stuck", "closed without being merged");
  if (pull.mergeQueueEntry) {
    const { position, estimatedTimeToMerge: seconds } = pull.mergeQueueEntry;
    const wait = seconds ? `, about ${Math.max(1, Math.round(seconds / 60))} min` : "";
    return stage("running", `in the merge queue at ${position}${wait}`);
  }
  if (pull.mergeable === "CONFLICTING" || pull.mergeStateStatus === "DIRTY")
    return stage("stuck", "conflicts with its base by now");
  if (pull.isDraft) return stage("waiting", "it is a draft");
  if (pull.autoMergeRequest) return stage("waiting", "GitHub merges it when everything is ready");
  if (pull.mergeStateStatus === "BEHIND")
    return stage("waiting", "must be brought up to date first");
  if (pull.mergeStateStatus === "BLOCKED")
    return stage("waiting", "required checks or reviews first");
  return stage("waiting", "ready, somebody has to merge it");
}

/** See CodeSource. */
export async function revertProgress(
  client: GitHubClient,
  repository: string,
  number: number,
): Promise<RevertProgress> {
  const { owner, repo } = parseRepository(repository);
  const what = `pull request ${repository}#${number}`;
  const variables = { owner, repo, number };
  const answer = await client.graphql(what, owner, QUERY, variables, { mutation: false });
  const pull = parseAnswer(Answer, answer.data, what)?.repository?.pullRequest;
  if (!pull) {
    const isMissing = answer.errors.every(({ type }) => type === "NOT_FOUND");
    const said = answer.errors
      .map(({ message }) => message)
      .join(" ")
      .slice(0, 300);
    throw new SourceError(
      isMissing ? "not-found" : "failed",
      isMissing
        ? `GitHub has no ${what}, or the credentials can't see it.`
        : `GitHub did not answer about ${what}. It says: “${said}”`,
    );
  }
  const url = pull.url ?? urlOfPull(client, repository, number);
  return {
    pull: {
      number: pull.number,
      url,
      state: pull.state === "MERGED" ? "merged" : pull.state === "OPEN" ? "open" : "closed",
      mergeCommit: pull.state === "MERGED" ? (pull.mergeCommit?.oid ?? null) : null,
      mergedAt: pull.mergedAt ?? null,
    },
    stages: [checksStage(pull, url), ...reviewStage(pull, url), mergeStage(pull, url)],
  };
}
