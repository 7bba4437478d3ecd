import type { HoldPreview } from "@/lib/contracts/hold";
import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { HoldAnswer, HoldReading } from "./hold-answer";

/**
 * Merges to one branch that freezes hold back: all freezes that cover the repository at once, none of
 * them meaning that nothing is held. Safe to apply twice; called again for new heads and merge groups.
 */
export type MergeHold = {
  repository: string;
  branch: string;
  freezes: { id: string; reason: string; until: Date; url: string }[];
  /** Numbers of pull requests that may be merged all the same: the cure first of all. */
  allowedPulls: number[];
  /** Full or short SHAs of heads that may be merged. */
  allowedCommits: string[];
};

/** An open pull request that can't be merged because of a freeze. */
export type HeldPull = {
  number: number;
  title: string;
  author: string | null;
  url: string;
  head: string;
};

/** Paths that an open pull request changes at its head: of its first hundred files. */
export type PullPaths = { number: number; head: string; paths: string[] };

/** What still has to happen to an opened revert, in the order in which it is done. */
export type RevertStep = "label" | "reviewers" | "update" | "merge";

/**
 * What became of one step. `done` with what was done in words; `unneeded` when it was so already;
 * `refused` with the reason and who can change it: the revert goes on without it. `memo`: what this step
 * has to know when it is taken again, in the source's own words.
 */
export type RevertStepAnswer = { sentence: string; memo?: string } & (
  | { outcome: "done" | "unneeded" | "later" }
  | { outcome: "refused"; who: string | null; commands: string[] }
);

/** What stands between an opened revert and the branch, as far as can be seen before it is opened. */
export type RevertPath = {
  blockers: Blocker[];
  warnings: Warning[];
  checks: string[];
  /** How it would be merged, in words: "auto-merge by squash", "the front of the merge queue". */
  merge: string;
  /** Usual durations in milliseconds, and from what they are known; null where nothing says. */
  checksUsualMs: number | null;
  checksUsualFrom: string | null;
  /** The same from being ready to being merged: the queue's own estimate. */
  mergeUsualMs?: number | null;
  mergeUsualFrom?: string | null;
  /** Approving reviews that are required; nobody can tell how long they take. */
  reviews?: number;
};

/** What a code source can do beside reading and reverting: hold merges back, and see a revert through. */
export type CodeGuard = {
  /**
   * `pulls`: those that wait because of it. Marks may have been left although it is `refused` (red
   * statuses that nobody requires): then `releaseMerges` still has to be called at the end.
   */
  holdMerges(hold: MergeHold & { was: unknown }): Promise<HoldAnswer & { pulls?: HeldPull[] }>;
  /**
   * With `freezes` empty: everything as `was` says, or as it is when nothing is held. A branch that
   * requires the freeze's status can't be merged into where it is missing, so this is to be called for
   * every followed branch also while nothing is frozen, with `was` null: every minute, and at each
   * `pull` and `push` hint of a webhook (which merge groups are, too).
   */
  releaseMerges(hold: MergeHold & { was: unknown }): Promise<HoldAnswer>;
  readMergeHold(hold: MergeHold & { was: unknown }): Promise<HoldReading & { pulls?: HeldPull[] }>;

  /** Whether a freeze would hold merges to a branch. Changes nothing. */
  previewMergeHold?(query: { repository: string; branch: string }): Promise<HoldPreview>;

  /** What open pull requests change, so that it can be said whose they are; left out by who can't tell. */
  pathsOfPulls?(query: { repository: string; numbers: readonly number[] }): Promise<PullPaths[]>;

  /**
   * Whether a head is one of those `known` with nothing but its base merged into it: what was reviewed,
   * brought up to date. Left out by who can't tell: then it never is.
   */
  isUpdateOf?(query: {
    repository: string;
    number: number;
    known: readonly string[];
    head: string;
  }): Promise<boolean>;

  /** Branch protection, rights, queue and usual durations for a revert into `branch`. */
  revertPath(query: { repository: string; branch: string; number: number }): Promise<RevertPath>;
  /**
   * Does one step for an opened revert: labels it, asks the owners of its files to review it, brings its
   * branch up to date where that is required, or has it merged (auto-merge by the right method, the front
   * of the queue, or at once where policy lets us).
   * Reads first, so that a step done already is not done again; one mutation, never repeated.
   */
  advanceRevert(request: {
    repository: string;
    number: number;
    /** The merged pull request that it reverts. */
    reverts: number;
    step: RevertStep;
    /** The last memo that this step answered with. */
    memo?: string | null;
    /** Heads that may be merged past a lock of the branch; every one when left out. */
    heads?: readonly string[] | null;
    /** The memo that a person answered: what it was about is done once more. */
    wish?: string | null;
  }): Promise<RevertStepAnswer>;
};
