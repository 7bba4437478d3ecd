import type { MergedFile } from "@/lib/contracts/change";
import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { Stage } from "@/lib/contracts/restoration";
import type { CodeGuard } from "./code-guard";

export type ObservedPull = {
  repository: string;
  number: number;
  title: string;
  body: string;
  author: string | null;
  url: string;
  branch: string;
  base: string;
  state: "open" | "merged" | "closed";
  mergedAt: string | null;
  method: "merge" | "squash" | "rebase" | null;
  mergeCommit: string | null;
  headCommit: string;
  labels: string[];
  files: MergedFile[];
  /** Added and removed lines of the diff, to search for flag keys; cut at 200 kB. */
  diff: string;
  updatedAt: string;
};

export type Comparison = {
  /** `ahead`: head contains base; `behind`: the other way round. */
  status: "ahead" | "behind" | "diverged" | "identical";
  /** Commits in head that are not in base, oldest first, at most 1,000. */
  commits: { sha: string; message: string; at: string }[];
};

/** A file of a repository; `content` is null where it isn't text, or is longer than 1 MB. */
export type FileText = { path: string; content: string | null };

/** How the files at one commit differ from those at another. Lists are ordered by path. */
export type FileChanges = {
  /** Full commits. */
  base: string;
  head: string;
  /** `ahead`: head contains base; `behind`: the other way round. */
  status: Comparison["status"];
  /** In head alone, as they are there. A file that was only moved is not among them. */
  added: FileText[];
  /** In both under the same path, as they are in head. */
  edited: FileText[];
  /** In base alone. */
  removed: string[];
  /** The same content under another path. */
  moved: { from: string; to: string }[];
};

/** How far an opened revert is: its checks, its merge. */
export type RevertProgress = {
  pull: {
    number: number;
    url: string;
    state: "open" | "merged" | "closed";
    mergeCommit: string | null;
    mergedAt: string | null;
    headCommit?: string;
  };
  stages: Stage[];
};

export type RevertAnswer =
  /** `head`: what the revert's branch ends at, where that is told. */
  | {
      outcome: "accepted";
      at: string;
      number: number;
      url: string;
      found: boolean;
      head?: string | null;
    }
  /** GitHub can't; the commands do it by hand. */
  | { outcome: "by-hand"; because: string; commands: string[] }
  | { outcome: "refused"; blocker: Blocker };

/** An issue as it is now. `reason` says what closing it means. Times in ISO 8601. */
export type ObservedIssue = {
  repository: string;
  number: number;
  title: string;
  url: string;
  state: "open" | "closed";
  reason: "done" | "dropped";
  createdAt: string;
};

export type IssueAnswer =
  | { outcome: "opened"; issue: ObservedIssue; found: boolean }
  | { outcome: "refused"; blocker: Blocker };

export type RateLimit = { limit: number; remaining: number; resetsAt: string };

/** Something a webhook says may have changed; the state itself is always fetched. */
export type WebhookHint =
  | { about: "pull"; repository: string; number: number; deliveryId: string }
  | { about: "issue"; repository: string; number: number; deliveryId: string }
  | { about: "push"; repository: string; deliveryId: string }
  | { about: "other"; deliveryId: string };

export type CodeSource = {
  readonly kind: "code";
  readonly product: string;
  check(): Promise<{ version: string }>;
  /**
   * Pull requests merged into `branch` and updated since `since`, newest merge first, at most `limit`.
   * Conditional: repeated calls that find nothing new cost no rate limit. Numbers in `known` are left
   * out of the answer, so repeated calls with a small `limit` work their way back to `since`.
   * Throws SourceError, also when only some could be read.
   */
  mergedSince(query: {
    repository: string;
    branch: string;
    since: Date;
    limit: number;
    known: ReadonlySet<number>;
  }): Promise<ObservedPull[]>;
  pull(repository: string, number: number): Promise<ObservedPull>;
  compare(repository: string, base: string, head: string): Promise<Comparison>;
  /** Full SHA of a ref, tag or short SHA, or null when the repository has none. */
  resolveCommit(repository: string, ref: string): Promise<string | null>;
  /**
   * How the wanted files under `prefixes` (one "" means all) differ from commit `base` to `head`, with
   * their content at head. Throws SourceError `not-found` when a commit is unknown, `invalid` when more
   * files differ than can be read.
   */
  filesChanged(query: {
    repository: string;
    base: string;
    head: string;
    prefixes: string[];
    wants: (path: string) => boolean;
  }): Promise<FileChanges>;
  /** Files by their paths at a commit, branch or tag; those that aren't there are left out. */
  filesAt(repository: string, ref: string, paths: string[]): Promise<FileText[]>;
  previewRevert(
    repository: string,
    number: number,
  ): Promise<{
    pull: ObservedPull;
    existing: { number: number; url: string; head?: string } | null;
    blockers: Blocker[];
    warnings: Warning[];
    checks: string[];
  }>;
  /**
   * Finds an open revert of it (whoever opened it), else opens one: one mutation, never repeated.
   * Refuses when its head is no longer `seenHead`. Throws SourceError with `mayHaveActed` when the
   * answer was lost: then `findRevert` tells.
   */
  revert(request: {
    repository: string;
    number: number;
    seenHead: string;
    restorationId: string;
    incidentId: string;
    incidentUrl: string;
  }): Promise<RevertAnswer>;
  /** The open or merged revert that carries this Restoration's mark, or null. */
  findRevert(
    repository: string,
    number: number,
    restorationId: string,
  ): Promise<{ number: number; url: string; head?: string } | null>;
  /** Stages "Checks", "Review" (when one is required) and "Merge"; delivery is not its business. */
  revertProgress(repository: string, revertNumber: number): Promise<RevertProgress>;
  /**
   * Finds the issue that carries `mark` as a line of its own and was opened since, else opens one: one
   * request that writes, never repeated. Throws SourceError with `mayHaveActed` when the answer was
   * lost: then `findIssue` tells.
   */
  openIssue(request: {
    repository: string;
    title: string;
    /** Markdown; the mark is added to it. */
    body: string;
    mark: string;
    since: Date;
  }): Promise<IssueAnswer>;
  findIssue(query: {
    repository: string;
    mark: string;
    since: Date;
  }): Promise<ObservedIssue | null>;
  /** Conditional: repeated calls that find nothing new cost no rate limit. SourceError `not-found`. */
  readIssue(repository: string, number: number): Promise<ObservedIssue>;
  /** Null for a product that can't hold anything back. */
  readonly guard: CodeGuard | null;
  /** Null when no limit has been told yet. */
  rateLimit(): RateLimit | null;
  /**
   * Checks the signature over the raw body; null when it is wrong or no secret is set. `deliveryId`
   * includes the body's hash: equal ids are the same delivery again.
   */
  readWebhook(headers: Headers, rawBody: string): Promise<WebhookHint | null>;
  urlOf(repository: string, number: number): string;
  /** The page that shows a file at a commit, at a 1-based line. */
  urlOfFile(repository: string, commit: string, path: string, line: number): string;
};
