import * as z from "zod";
import type { Stage } from "@/lib/contracts/restoration";
import type { RevertProgress } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { askPull } from "./github-ask-pull";
import { BaseRef, BEHIND, isBehind } from "./github-behind";
import { type CheckTimes, type UsualTime, usualFrom } from "./github-check-times";
import { beganAt, isBad, LastCommit, ROLLUP } from "./github-checks";
import type { GitHubClient } from "./github-client";
import { listed } from "./github-freeze-words";
import { isConflicting } from "./github-merge-choice";
import { urlOfPull } from "./github-pulls";
import { QUEUE_TIMELINE, QueueTimeline, removalInWords, removalOf } from "./github-queue-removal";
import { Requests } from "./github-revert-state";
import { Sha, Text, Time, WebUrl } from "./github-schemas";

const QUERY = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      number url state isDraft createdAt mergedAt baseRefName headRefOid mergeCommit { oid } ${BEHIND}
      mergeable mergeStateStatus reviewDecision isMergeQueueEnabled
      autoMergeRequest { enabledAt mergeMethod enabledBy { login } }
      mergeQueueEntry { position estimatedTimeToMerge enqueuedAt }
      ${QUEUE_TIMELINE}
      reviewRequests(first: 20) { nodes { requestedReviewer {
        __typename
        ... on User { login }
        ... on Team { slug }
      } } }
      commits(last: 1) { nodes { commit { ${ROLLUP} } } }
    }
  }
}`;

const Progress = z.object({
  number: z.number().int().positive(),
  url: WebUrl,
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  isDraft: z.boolean(),
  createdAt: Time.nullish(),
  mergedAt: Time.nullish(),
  baseRefName: Text,
  headRefOid: Sha,
  mergeCommit: z.object({ oid: Sha }).nullish(),
  viewerCanUpdateBranch: z.boolean(),
  baseRef: BaseRef,
  isMergeQueueEnabled: z.boolean(),
  mergeable: z.string(),
  mergeStateStatus: z.string(),
  reviewDecision: z.string().nullish(),
  autoMergeRequest: z
    .object({
      enabledAt: Time.nullish(),
      mergeMethod: z.string().nullish(),
      enabledBy: z.object({ login: Text }).nullish(),
    })
    .nullish(),
  mergeQueueEntry: z
    .object({
      position: z.number(),
      estimatedTimeToMerge: z.number().nullish(),
      enqueuedAt: Time.nullish(),
    })
    .nullish(),
  timelineItems: QueueTimeline,
  reviewRequests: Requests,
  commits: LastCommit,
});
type Progress = z.output<typeof Progress>;
const Repository = z.object({ pullRequest: Progress.nullish() });

function checksStage(pull: Progress, url: string, usual: UsualTime): Stage {
  const rollup = pull.commits;
  const checks = rollup?.checks ?? [];
  const stage = (state: Stage["state"], detail: string | null, at = `${url}/checks`): Stage => ({
    name: "Checks",
    state,
    detail,
    url: at,
    startedAt: beganAt(checks) ?? (rollup ? (pull.createdAt ?? null) : null),
    usualMs: usual?.ms ?? null,
    usualFrom: usualFrom(usual, pull.baseRefName),
  });
  const over = checks.filter((check) => check.isOver).length;
  const count = checks.length > 0 ? `${over} of ${checks.length}` : null;
  if (pull.state === "MERGED") return stage("done", count);
  if (isBehind(pull)) {
    const words = "what has run doesn’t count: it runs again once its branch is up to date";
    return { ...stage("waiting", words), startedAt: null };
  }
  const bad = checks.find((check) => check.isBad);
  if (bad) return stage("stuck", `${bad.name} failed`, bad.url ?? undefined);
  if (!rollup) return stage("waiting", "no check has reported yet");
  if (rollup.state === "SUCCESS") return stage("done", count);
  if (isBad(rollup.state)) return stage("stuck", "a check failed");
  return stage(pull.state === "CLOSED" ? "stuck" : "running", count);
}

/** That the branch must be brought up to date, while it must. */
function updateStage(pull: Progress, url: string): Stage[] {
  if (!isBehind(pull)) return [];
  const detail = `${pull.baseRefName} moved on, and requires branches to be up to date`;
  return [{ name: "Update", state: "waiting", detail, url }];
}

function reviewStage(pull: Progress, url: string): Stage[] {
  const stage = (state: Stage["state"], detail: string): Stage[] => [
    {
      name: "Review",
      state,
      detail,
      url,
      startedAt: pull.createdAt ?? null,
      // How long people take can't be told from how long they took for something else.
      usualMs: null,
      usualFrom: null,
    },
  ];
  // No decision means that no review is required.
  if (!pull.reviewDecision) return [];
  if (pull.reviewDecision === "APPROVED") return stage("done", "approved");
  if (pull.state === "MERGED") return stage("done", "merged without it");
  if (pull.reviewDecision === "CHANGES_REQUESTED")
    return stage("stuck", "a reviewer asks for changes");
  const asked = pull.reviewRequests.slice(0, 4);
  return stage(
    "waiting",
    asked.length > 0
      ? `${listed(asked)} ${asked.length === 1 ? "was" : "were"} asked to approve it`
      : "somebody with write access must approve it",
  );
}

function mergeStage(pull: Progress, url: string, now: Date): Stage {
  const entry = pull.mergeQueueEntry;
  const seconds = entry?.estimatedTimeToMerge;
  const queuedAt = entry?.enqueuedAt ?? null;
  const waitedMs = queuedAt ? Math.max(0, now.getTime() - Date.parse(queuedAt)) : 0;
  const stage = (state: Stage["state"], detail: string | null): Stage => ({
    name: "Merge",
    state,
    detail,
    url,
    startedAt: queuedAt ?? pull.autoMergeRequest?.enabledAt ?? null,
    usualMs: seconds == null ? null : waitedMs + seconds * 1000,
    usualFrom: seconds == null ? null : "the merge queue's own estimate",
  });
  if (pull.state === "MERGED")
    return stage("done", pull.mergeCommit ? `as ${pull.mergeCommit.oid.slice(0, 7)}` : null);
  if (pull.state === "CLOSED") return stage("stuck", "closed without being merged");
  if (entry) {
    const wait = seconds ? `, about ${Math.max(1, Math.round(seconds / 60))} min` : "";
    return stage("running", `in the merge queue at ${entry.position}${wait}`);
  }
  const removal = removalOf(pull);
  if (removal && pull.isMergeQueueEnabled) return stage("stuck", removalInWords(removal));
  if (isConflicting(pull)) return stage("stuck", "conflicts with its base by now");
  if (pull.isDraft) return stage("waiting", "it is a draft");
  if (isBehind(pull)) return stage("waiting", "must be brought up to date first");
  if (pull.autoMergeRequest) {
    const { mergeMethod, enabledBy } = pull.autoMergeRequest;
    const how = mergeMethod ? ` by ${mergeMethod.toLowerCase()}` : "";
    const by = enabledBy ? `, turned on by ${enabledBy.login}` : "";
    return stage("waiting", `GitHub merges it${how} when everything is ready${by}`);
  }
  if (pull.mergeStateStatus === "BLOCKED")
    return stage("waiting", "required checks or reviews first");
  return stage("waiting", "ready, somebody has to merge it");
}

/** What it adds isn't worth failing for. */
async function usualOf(times: CheckTimes, repository: string, pull: Progress): Promise<UsualTime> {
  if (pull.state !== "OPEN") return null;
  const names = (pull.commits?.checks ?? []).map(({ name }) => name);
  try {
    return await times(repository, pull.baseRefName, names);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return null;
  }
}

/** See CodeSource. */
export async function revertProgress(
  client: GitHubClient,
  repository: string,
  number: number,
  times: CheckTimes,
): Promise<RevertProgress> {
  const { pullRequest: pull } = await askPull(client, repository, number, QUERY, Repository);
  const url = pull.url ?? urlOfPull(client, repository, number);
  const usual = await usualOf(times, repository, pull);
  return {
    pull: {
      number: pull.number,
      url,
      state: pull.state === "MERGED" ? "merged" : pull.state === "OPEN" ? "open" : "closed",
      mergeCommit: pull.state === "MERGED" ? (pull.mergeCommit?.oid ?? null) : null,
      mergedAt: pull.mergedAt ?? null,
      headCommit: pull.headRefOid,
    },
    stages: [
      ...updateStage(pull, url),
      checksStage(pull, url, usual),
      ...reviewStage(pull, url),
      mergeStage(pull, url, client.now()),
    ],
  };
}
