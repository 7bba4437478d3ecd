import type { MergeMethod } from "./pull-request.ts";

/** What a merge into the default branch needs. */
export type Protection = {
  /** Both checks of the continuous integration have to pass. */
  checks: boolean;
  /** They have to pass on top of the newest base: a branch must be up to date. */
  strict: boolean;
  /** Further contexts that have to pass, be they check runs or commit statuses. */
  contexts: string[];
  /** Approving reviews by people who may write. */
  reviews: number;
  /** An owner of each changed file has to approve. */
  codeOwners: boolean;
  /** Holds for administrators as well. */
  admins: boolean;
};

/** The ways of merging that the repository's settings allow. */
export type MergeSettings = {
  merge: boolean;
  squash: boolean;
  rebase: boolean;
  autoMerge: boolean;
};

export type QueueSettings = {
  method: MergeMethod;
  /** Merge groups that are checked at the same time. */
  maxToBuild: number;
  /** After so many milliseconds without an answer of its checks a merge group has failed. */
  checkTimeoutMs: number;
};

/** What one source of rules asks of whoever changes a branch. */
export type Requirements = {
  from: "protection" | "ruleset";
  contexts: string[];
  /** They count on a branch that has all of its base alone. */
  isStrict: boolean;
  /** Apps by the contexts, in small letters, that count from them alone. */
  integrations: Record<string, number>;
  reviews: number;
  codeOwners: boolean;
  /** Nobody may move the branch. */
  isLocked: boolean;
  /** No merge commits. */
  isLinear: boolean;
  /** Null when every method will do. */
  methods: MergeMethod[] | null;
  queue: QueueSettings | null;
};

export const USUAL_PROTECTION: Protection = {
  checks: true,
  strict: false,
  contexts: [],
  reviews: 0,
  codeOwners: false,
  admins: false,
};

export const USUAL_MERGING: MergeSettings = {
  merge: true,
  squash: true,
  rebase: true,
  autoMerge: true,
};

export const USUAL_QUEUE: QueueSettings = {
  method: "merge",
  maxToBuild: 5,
  checkTimeoutMs: 3_600_000,
};

/** The protection of a branch asks for something. */
export function isProtecting({ checks, contexts, reviews, codeOwners }: Protection): boolean {
  return checks || contexts.length > 0 || reviews > 0 || codeOwners;
}

/** Required contexts of a protection, those of the continuous integration first. */
export function contextsOf(protection: Protection, ci: readonly string[]): string[] {
  return [...new Set([...(protection.checks ? ci : []), ...protection.contexts])];
}

/** Required contexts of all sources, each once. */
export function allContexts(sources: Requirements[]): string[] {
  return [...new Set(sources.flatMap(({ contexts }) => contexts))];
}

/** The queue that merges have to go through, or null. */
export function queueOf(sources: Requirements[]): QueueSettings | null {
  return sources.find(({ queue }) => queue !== null)?.queue ?? null;
}
