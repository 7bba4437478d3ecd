import type { RevertStepAnswer } from "@/lib/integrations/code-guard";
import { readBranchRules } from "./github-branch-rules";
import type { CheckTimes } from "./github-check-times";
import { type GitHubClient, type GraphqlError, parseRepository } from "./github-client";
import { chooseMerge, chooseMethod, isConflicting, type MergeChoice } from "./github-merge-choice";
import { readMergedAs } from "./github-merge-method";
import { mayPassQueue, readLocks } from "./github-merge-rights";
import { isForbidden, mutate, quote } from "./github-mutate";
import { readPull } from "./github-pulls";
import { conflictOf } from "./github-revert";
import { type RevertState, readRevertState } from "./github-revert-state";

export type MergePolicy = "auto" | "now" | "by-hand";

type Request = {
  repository: string;
  number: number;
  reverts: number;
  wish?: string | null;
  heads?: readonly string[] | null;
};

/** Reads what the choice depends on; what the choice doesn't need isn't asked for. */
async function choose(
  client: GitHubClient,
  request: Request,
  policy: MergePolicy,
  times: CheckTimes,
  pull: RevertState,
): Promise<MergeChoice> {
  const { repository } = request;
  const base = pull.baseRefName;
  const known = {
    repository,
    pull,
    policy,
    method: null,
    required: [],
    lock: "none",
    mayPassQueue: false,
    usuallyChecked: false,
    wish: request.wish ?? null,
    heads: request.heads ?? null,
    now: client.now(),
  } as const;
  if (pull.state !== "OPEN" || policy === "by-hand") return chooseMerge({ ...known, required: [] });

  const rules = await readBranchRules(client, repository, base);
  const [locks, mayPass, original, usual] = await Promise.all([
    readLocks(client, repository, rules),
    pull.isMergeQueueEnabled && policy === "now"
      ? mayPassQueue(client, repository, base, rules)
      : false,
    readPull(client, repository, request.reverts).then((reverted) =>
      readMergedAs(client, repository, reverted),
    ),
    pull.commits === null ? times(repository, base, []) : null,
  ]);
  const allowed = pull.methods.filter((method) => rules.methods?.includes(method) ?? true);
  const isPassable = locks.every(({ mayBypass }) => mayBypass === true);
  return chooseMerge({
    ...known,
    method: chooseMethod(original.method, allowed),
    required: rules.contexts.map(({ name }) => name),
    lock: locks.length === 0 ? "none" : isPassable ? "passable" : "closed",
    mayPassQueue: mayPass,
    usuallyChecked: usual !== null,
  });
}

function refused(
  request: Request,
  errors: GraphqlError[],
  doing: string,
  commands: string[],
): RevertStepAnswer {
  if (isForbidden(errors))
    return {
      outcome: "refused",
      sentence: `The GitHub credentials may not ${doing}. ${quote(errors)}`,
      who: `anybody who may merge in ${request.repository}, or whoever manages the GitHub token or App of this source`,
      commands,
    };
  // Something changed between the look and the act, or a rule that isn't told: looked at again.
  return { outcome: "later", sentence: `GitHub did not ${doing}. ${quote(errors)}` };
}

/** The front of the queue, or its end where our credentials may not pass others. */
async function enqueue(
  client: GitHubClient,
  request: Request,
  pull: RevertState,
  after: string | null,
): Promise<RevertStepAnswer> {
  const { repository, number } = request;
  const again = after === null ? "" : ` again: it was ${after}`;
  const { owner } = parseRepository(repository);
  const what = `putting ${repository}#${number} into the merge queue`;
  const input = { pullRequestId: pull.id, expectedHeadOid: pull.headRefOid };
  const send = (jump: boolean) =>
    mutate(client, what, owner, "enqueuePullRequest", "EnqueuePullRequestInput", {
      ...input,
      ...(jump ? { jump } : {}),
    });
  const isThere = async () => {
    const { state, mergeQueueEntry } = await readRevertState(client, repository, number);
    return state === "MERGED" || mergeQueueEntry != null;
  };
  const jumping = await send(true);
  if (!jumping || (await isThere()))
    return { outcome: "done", sentence: `Put at the front of the merge queue${again}.` };
  // Refused for certain, and seen not to be there: the queue's end needs fewer rights.
  const queueing = await send(false);
  if (!queueing || (await isThere()))
    return {
      outcome: "done",
      sentence: `Put at the end of the merge queue${again}${after === null ? ":" : ";"} the credentials may not jump it. ${quote(jumping)}`,
    };
  return refused(request, queueing, "put it into the merge queue", [
    `gh pr merge ${number} -R ${repository}`,
  ]);
}

/** One step towards the merge: see `chooseMerge`. Reads first; what was done already isn't done again. */
export async function mergeRevert(
  client: GitHubClient,
  request: Request,
  policy: MergePolicy,
  times: CheckTimes,
): Promise<RevertStepAnswer> {
  const { repository, number } = request;
  const { owner } = parseRepository(repository);
  const pull = await readRevertState(client, repository, number);
  const choice = await choose(client, request, policy, times, pull);
  const { id: pullRequestId, headRefOid: expectedHeadOid } = pull;

  switch (choice.act) {
    case "nothing":
      return { outcome: choice.outcome, sentence: choice.sentence };
    case "refuse": {
      const { sentence, who, commands, memo } = choice;
      const isConflict = pull.state === "OPEN" && isConflicting(pull);
      // What the revert takes back was changed since, by merges that can be named.
      const conflict = isConflict
        ? await conflictOf(client, repository, await readPull(client, repository, request.reverts))
        : "";
      return {
        outcome: "refused",
        sentence: `${sentence}${conflict}`,
        who,
        commands,
        ...(memo ? { memo } : {}),
      };
    }
    case "enqueue":
      return enqueue(client, request, pull, choice.after);
    case "dequeue": {
      const what = `taking ${repository}#${number} out of the merge queue`;
      const input = { id: pullRequestId };
      const field = "dequeuePullRequest";
      const errors = await mutate(client, what, owner, field, "DequeuePullRequestInput", input);
      if (errors) return refused(request, errors, "take it out of the merge queue", []);
      return { outcome: "later", sentence: "Taken out of the merge queue; it is merged next." };
    }
    case "merge": {
      const what = `merging ${repository}#${number}`;
      const mergeMethod = choice.method.toUpperCase();
      const input = { pullRequestId, expectedHeadOid, mergeMethod };
      const field = "mergePullRequest";
      const errors = await mutate(client, what, owner, field, "MergePullRequestInput", input);
      if (!errors) return { outcome: "done", sentence: `Merged by ${choice.method}.` };
      const after = await readRevertState(client, repository, number);
      if (after.state === "MERGED") return { outcome: "unneeded", sentence: "It is merged." };
      const command = `gh pr merge ${number} -R ${repository} --${choice.method}`;
      return refused(request, errors, "merge it", [command]);
    }
    case "auto-merge": {
      const what = `auto-merge of ${repository}#${number}`;
      const mergeMethod = choice.method.toUpperCase();
      const input = { pullRequestId, expectedHeadOid, mergeMethod };
      const field = "enablePullRequestAutoMerge";
      const type = "EnablePullRequestAutoMergeInput";
      const errors = await mutate(client, what, owner, field, type, input);
      if (!errors)
        return {
          outcome: "done",
          sentence: `Auto-merge by ${choice.method} is on: GitHub merges it when what ${pull.baseRefName} requires is there.`,
        };
      const command = `gh pr merge ${number} -R ${repository} --auto --${choice.method}`;
      return refused(request, errors, "turn auto-merge on", [command]);
    }
    default:
      return choice satisfies never;
  }
}
