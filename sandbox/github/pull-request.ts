import type { Person } from "./accounts.ts";
import type { Owner } from "./code-owners.ts";

export type MergeMethod = "merge" | "squash" | "rebase";

export type Review = {
  id: number;
  author: Person;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";
  body: string;
  commit: string;
  at: number;
};

export type Comment = { id: number; author: Person; body: string; at: number };

export type AutoMerge = {
  by: Person;
  method: MergeMethod;
  at: number;
  headline: string | null;
  body: string | null;
};

/** Somebody, or a team, whose review is waited for. */
export type ReviewRequest = { id: number; of: Owner; asCodeOwner: boolean };

/** A pull request of the hosted repository. Times are epoch milliseconds, ids 40 hex digits. */
export type PullRequest = {
  number: number;
  id: number;
  title: string;
  body: string | null;
  author: Person;
  labels: string[];
  state: "open" | "closed";
  draft: boolean;
  createdAt: number;
  updatedAt: number;
  closedAt: number | null;
  baseRef: string;
  headRef: string;
  headSha: string;
  /** Where the branch left the base: the diff is from here to `headSha`. */
  mergeBase: string;
  merge: {
    at: number;
    by: Person;
    method: MergeMethod;
    /** The base's tip after merging: the merge or squash commit, or the last rebased one. */
    sha: string;
    /** The base's tip just before. */
    onto: string;
  } | null;
  autoMerge: AutoMerge | null;
  reviews: Review[];
  reviewRequests: ReviewRequest[];
  comments: Comment[];
};

/** People by their latest word on a pull request; comments are no word. */
export function latestReviews(pull: PullRequest): Map<Person, Review["state"]> {
  const latest = new Map<Person, Review["state"]>();
  for (const review of pull.reviews)
    if (review.state !== "COMMENTED") latest.set(review.author, review.state);
  return latest;
}
