import type { MergeMethod } from "./github-branch-rules";
import { mayGoInAgain, type Removal, removalInWords, removalOf } from "./github-queue-removal";
import type { RevertState } from "./github-revert-state";

/** What is known when an opened revert is to be merged. */
export type MergeFacts = {
  repository: string;
  pull: Omit<RevertState, "id" | "labels" | "reviewRequests" | "author">;
  policy: "auto" | "now" | "by-hand";
  /** How it would be merged without a queue; null when no way is left. */
  method: MergeMethod | null;
  /** Names of the checks that the branch requires. */
  required: string[];
  /** Whether a ruleset keeps the branch from being updated, and whether it lets us pass. */
  lock: "none" | "passable" | "closed";
  /** Whether we may merge without the queue; asked for `now` alone. */
  mayPassQueue: boolean;
  /** Merges into this branch usually have checks. */
  usuallyChecked: boolean;
  /** Heads that were reviewed; null when every one may pass a lock. */
  heads: readonly string[] | null;
  /** The removal from the queue that a person answered: it goes in again all the same. */
  wish: string | null;
  now: Date;
};

/** What to do next: say so, or one act on GitHub. */
export type MergeChoice =
  | { act: "nothing"; outcome: "unneeded" | "later"; sentence: string }
  | { act: "refuse"; sentence: string; who: string | null; commands: string[]; memo?: string }
  | { act: "merge" | "auto-merge"; method: MergeMethod }
  /** `after`: why it left the queue before, in words. */
  | { act: "enqueue"; after: string | null }
  | { act: "dequeue" };

const STARTING_MS = 60_000;

const later = (sentence: string): MergeChoice => ({ act: "nothing", outcome: "later", sentence });
const unneeded = (sentence: string): MergeChoice => ({
  act: "nothing",
  outcome: "unneeded",
  sentence,
});

/** The checks that count say yes, as far as can be told without GitHub's own verdict. */
function areChecksGreen({ pull, required }: MergeFacts): boolean {
  const checks = pull.commits?.checks ?? [];
  if (required.length === 0) return checks.every(({ isOver, isBad }) => isOver && !isBad);
  return required.every((name) => {
    const named = checks.filter((check) => check.name.toLowerCase() === name.toLowerCase());
    return named.length > 0 && named.every(({ isOver, isBad }) => isOver && !isBad);
  });
}

/**
 * Whether everything that the branch requires is there. GitHub's verdict says no for a locked branch,
 * also to those who may pass the lock.
 */
function isReady(facts: MergeFacts): boolean {
  const { mergeStateStatus: state, reviewDecision } = facts.pull;
  if (state === "CLEAN" || state === "HAS_HOOKS") return true;
  const isReviewed = !reviewDecision || reviewDecision === "APPROVED";
  return state === "BLOCKED" && facts.lock === "passable" && isReviewed && areChecksGreen(facts);
}

/** Checks that usually run haven't begun: what looks ready is only early. */
function isEarly({ pull, usuallyChecked, now }: MergeFacts): boolean {
  const age = now.getTime() - Date.parse(pull.createdAt);
  return usuallyChecked && pull.commits === null && age < STARTING_MS;
}

function inQueue(facts: MergeFacts): MergeChoice {
  const { pull, policy, mayPassQueue } = facts;
  const entry = pull.mergeQueueEntry;
  if (entry) {
    const isPassable = policy === "now" && mayPassQueue && entry.state !== "LOCKED";
    if (isPassable && isReady(facts)) return { act: "dequeue" };
    return unneeded(`It is in the merge queue at ${entry.position}.`);
  }
  const removal = removalOf(pull);
  const isPassing = policy === "now" && mayPassQueue && facts.method !== null;
  // Where it may pass the queue, it was taken out to be merged at once.
  if (removal && !isPassing && removal.id !== facts.wish && !mayGoInAgain(removal))
    return keptOut(facts, removal);
  if (isEarly(facts)) return later("Its checks have not begun yet.");
  if (!isReady(facts))
    return later(
      "It joins the merge queue as soon as the checks and reviews that its branch requires are there.",
    );
  if (policy === "now" && mayPassQueue && facts.method)
    return { act: "merge", method: facts.method };
  return { act: "enqueue", after: removal && removalInWords(removal) };
}

/** Out of the queue, and a person has to say whether it goes in again. */
function keptOut({ repository, pull }: MergeFacts, removal: Removal): MergeChoice {
  const often = removal.times > 1 ? `, ${removal.times} times by now` : "";
  return {
    act: "refuse",
    sentence: `It was ${removalInWords(removal)}${often}. Somebody has to decide whether it goes in again.`,
    who: `anybody who may merge in ${repository}`,
    commands: [`gh pr merge ${pull.number} -R ${repository}`],
    memo: removal.id,
  };
}

function unstable(facts: MergeFacts, method: MergeMethod): MergeChoice {
  const checks = facts.pull.commits?.checks ?? [];
  if (checks.some(({ isOver }) => !isOver)) return later("Checks are still running.");
  // They ended between GitHub's verdict and what it told of them.
  if (facts.pull.commits?.state === "SUCCESS")
    return later("Its checks are over; GitHub is still working out whether it can be merged.");
  if (facts.policy === "now") return { act: "merge", method };
  const bad = checks.find(({ isBad }) => isBad)?.name ?? "A check";
  return {
    act: "refuse",
    sentence: `${bad} failed. Its branch doesn't require it, so somebody has to decide whether the revert is merged all the same.`,
    who: `anybody who may merge in ${facts.repository}`,
    commands: byHand(facts, method),
  };
}

function byHand({ repository, pull }: MergeFacts, method: MergeMethod): string[] {
  return [`gh pr merge ${pull.number} -R ${repository} --${method}`];
}

function direct(facts: MergeFacts): MergeChoice {
  const { pull, method, repository } = facts;
  if (!method)
    return {
      act: "refuse",
      sentence: `${repository} allows no way of merging that its rules for ${pull.baseRefName} allow as well.`,
      who: `an administrator of ${repository}`,
      commands: [],
    };
  if (isEarly(facts)) return later("Its checks have not begun yet.");
  if (isReady(facts)) return { act: "merge", method };
  if (pull.mergeStateStatus === "UNSTABLE") return unstable(facts, method);
  if (pull.autoMergeRequest) {
    const by = pull.autoMergeRequest.enabledBy?.login;
    return unneeded(`Auto-merge is on${by ? `, turned on by ${by}` : ""}.`);
  }
  // Auto-merge doesn't pass a lock, we do: merged by ourselves once the rest is there.
  if (facts.lock === "passable")
    return later("It is merged past the freeze once its checks and reviews are there.");
  if (pull.isAutoMergeAllowed) return { act: "auto-merge", method };
  return later(
    `${repository} doesn't allow auto-merge, so it is merged from here once its checks and reviews are there. Whoever may merge can do it sooner by hand.`,
  );
}

export function isConflicting(pull: Pick<RevertState, "mergeable" | "mergeStateStatus">): boolean {
  return pull.mergeable === "CONFLICTING" || pull.mergeStateStatus === "DIRTY";
}

/** A revert that conflicts with its base by now, in words, and how to resolve it by hand. */
export function conflictIn(
  repository: string,
  { number, baseRefName }: Pick<RevertState, "number" | "baseRefName">,
) {
  return {
    sentence: `It conflicts with ${baseRefName} by now: resolve it on its branch.`,
    who: `anybody who may write to ${repository}`,
    commands: [
      `gh pr checkout ${number} -R ${repository}`,
      `git pull origin ${baseRefName}`,
      "# Edit the files that conflict, git add them, git commit, git push",
    ],
  };
}

/** What brings an opened revert onto its branch next. Never past a required check or review. */
export function chooseMerge(facts: MergeFacts): MergeChoice {
  const { pull, policy } = facts;
  if (pull.state === "MERGED") return unneeded("It is merged.");
  if (pull.state === "CLOSED")
    return {
      act: "refuse",
      sentence: `Pull request #${pull.number} was closed without being merged.`,
      who: `anybody who may write to ${facts.repository}`,
      commands: [`gh pr reopen ${pull.number} -R ${facts.repository}`],
    };
  if (policy === "by-hand")
    return unneeded("Merging it is left to people: revert.merge is by-hand in the settings.");
  if (pull.isDraft)
    return {
      act: "refuse",
      sentence: "It is a draft: somebody has to mark it ready.",
      who: `anybody who may write to ${facts.repository}`,
      commands: [`gh pr ready ${pull.number} -R ${facts.repository}`],
    };
  if (isConflicting(pull)) return { act: "refuse", ...conflictIn(facts.repository, pull) };
  if (pull.mergeable === "UNKNOWN" || pull.mergeStateStatus === "UNKNOWN")
    return later("GitHub is still working out whether it can be merged.");
  // Past a lock nobody else passes with it: what was pushed since isn't what was reviewed.
  if (facts.lock === "passable" && facts.heads?.includes(pull.headRefOid) === false)
    return later(
      `Its branch ends at ${pull.headRefOid.slice(0, 7)}, which isn't what was reviewed: it isn't merged past the freeze from here.`,
    );
  return pull.isMergeQueueEnabled ? inQueue(facts) : direct(facts);
}

/**
 * How to merge a revert: as what it reverts was merged, else in the way that keeps most. A merge commit
 * is taken back by one that isn't squashed wherever another way is allowed, so that its history shows
 * both, and reverting the revert brings everything back.
 */
export function chooseMethod(
  original: MergeMethod | null,
  allowed: readonly MergeMethod[],
): MergeMethod | null {
  const order: MergeMethod[] =
    original === "merge" || original === null
      ? ["merge", "rebase", "squash"]
      : [original, "squash", "rebase", "merge"];
  return order.find((method) => allowed.includes(method)) ?? null;
}
