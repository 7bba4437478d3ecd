import type { RevertStepAnswer } from "@/lib/integrations/code-guard";
import { isBehind } from "./github-behind";
import { type GitHubClient, type GraphqlError, parseRepository } from "./github-client";
import { conflictIn, isConflicting } from "./github-merge-choice";
import type { MergePolicy } from "./github-merge-revert";
import { isForbidden, mutate, quote } from "./github-mutate";
import { readPull } from "./github-pulls";
import { conflictOf } from "./github-revert";
import { type RevertState, readRevertState } from "./github-revert-state";

type Request = { repository: string; number: number; reverts: number; memo?: string | null };

/** GitHub says yes before it has merged the base: so long it is waited for. */
const PATIENCE_MS = 180_000;

/** What was asked for: the branch's head, the base's, and when. */
type Asked = { head: string; base: string; at: number };

function readMemo(memo: string | null | undefined): Asked | null {
  const [head, base, at] = memo?.split(" ") ?? [];
  return head && base && at ? { head, base, at: Date.parse(at) } : null;
}

const command = ({ repository, number }: Request) =>
  `gh pr update-branch ${number} -R ${repository}`;

async function refusal(
  client: GitHubClient,
  request: Request,
  errors: GraphqlError[],
): Promise<RevertStepAnswer> {
  const { repository, number, reverts } = request;
  if (isForbidden(errors))
    return {
      outcome: "refused",
      sentence: `The GitHub credentials may not bring its branch up to date. ${quote(errors)}`,
      who: `anybody who may write to ${repository}, or whoever manages the GitHub token or App of this source`,
      commands: [command(request)],
    };
  const pull = await readRevertState(client, repository, number);
  if (!isConflicting(pull))
    // Something changed between the look and the act, or a rule that isn't told: looked at again.
    return { outcome: "later", sentence: `GitHub did not bring it up to date. ${quote(errors)}` };
  const { sentence, ...rest } = conflictIn(repository, pull);
  const cause = await conflictOf(client, repository, await readPull(client, repository, reverts));
  return { outcome: "refused", sentence: `${sentence}${cause}`, ...rest };
}

/** Why there is nothing to do, or not yet; null when it is to be asked for. */
function nothingToDo(
  pull: RevertState,
  request: Request,
  policy: MergePolicy,
  now: Date,
): RevertStepAnswer | null {
  const { baseRefName: base, baseRef, headRefOid } = pull;
  if (pull.state === "MERGED") return { outcome: "unneeded", sentence: "It is merged." };
  if (pull.state === "CLOSED") return { outcome: "unneeded", sentence: "It is closed." };
  if (pull.isMergeQueueEnabled)
    return {
      outcome: "unneeded",
      sentence: `The merge queue tries it on top of ${base}: its branch needs no update.`,
    };
  if (isConflicting(pull))
    return { outcome: "unneeded", sentence: `It conflicts with ${base}, which comes first.` };
  if (pull.mergeable === "UNKNOWN" || pull.mergeStateStatus === "UNKNOWN")
    return {
      outcome: "later",
      sentence: "GitHub is still working out whether it can be merged.",
    };
  if (!isBehind(pull))
    return { outcome: "unneeded", sentence: `Nothing of ${base} has to be merged into it.` };
  if (policy === "by-hand")
    return {
      outcome: "unneeded",
      sentence: `Bringing it up to date is left to people: revert.merge is by-hand in the settings.`,
    };
  const asked = readMemo(request.memo);
  if (!asked) return null;
  if (asked.head === headRefOid && asked.base === baseRef?.target?.oid)
    return now.getTime() - asked.at < PATIENCE_MS
      ? { outcome: "later", sentence: `GitHub is merging ${base} into it.` }
      : {
          outcome: "refused",
          sentence: `GitHub said that it would bring it up to date, and hasn't done so.`,
          who: `anybody who may write to ${request.repository}`,
          commands: [command(request)],
        };
  const lacksReview =
    pull.reviewDecision === "REVIEW_REQUIRED" || pull.reviewDecision === "CHANGES_REQUESTED";
  return lacksReview
    ? {
        outcome: "later",
        sentence: `${base} moved on again: it is brought up to date once it is approved.`,
      }
    : null;
}

/**
 * Merges the base into an opened revert's branch where nothing of it counts otherwise: asked for once for
 * each head of the base, and not again and again while a review is missing anyway. Reads first.
 */
export async function updateRevert(
  client: GitHubClient,
  request: Request,
  policy: MergePolicy,
): Promise<RevertStepAnswer> {
  const { repository, number } = request;
  const { owner } = parseRepository(repository);
  const pull = await readRevertState(client, repository, number);
  const now = client.now();
  const nothing = nothingToDo(pull, request, policy, now);
  if (nothing) return nothing;
  const what = `bringing ${repository}#${number} up to date`;
  const { id: pullRequestId, headRefOid: expectedHeadOid, baseRef, baseRefName } = pull;
  const input = { pullRequestId, expectedHeadOid };
  const field = "updatePullRequestBranch";
  const errors = await mutate(client, what, owner, field, "UpdatePullRequestBranchInput", input);
  if (errors) return refusal(client, request, errors);
  const base = baseRef?.target?.oid;
  return {
    outcome: "done",
    sentence: `Brought up to date with ${baseRefName}${base ? ` at ${base.slice(0, 7)}` : ""}: its checks run again.`,
    ...(base ? { memo: `${expectedHeadOid} ${base} ${now.toISOString()}` } : {}),
  };
}
