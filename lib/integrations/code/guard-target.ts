import type { CodeGuard } from "@/lib/integrations/code-guard";
import type { CodeSource } from "@/lib/integrations/code-source";
import type { MergeMethod } from "./github-branch-rules";

/** What the branch and its repository ask of a merge. */
export type Asks = {
  /** Statuses and checks that have to pass. */
  contexts?: string[];
  /** They count on a branch that is up to date alone. */
  strict?: boolean;
  reviews?: number;
  codeOwners?: boolean;
  queue?: boolean;
  autoMerge?: boolean;
  methods?: MergeMethod[];
};

export type StartOptions = Asks & {
  /** How long both checks of a head take; a tenth of a second unless told. */
  checksMs?: number;
  /** Requests an hour. */
  rateLimit?: number;
};

/** `owner` administers the repository, `writer` may push, `reader` may read, `app` is an App that may push. */
export type GuardAccount = "owner" | "writer" | "reader" | "app";

export type PullFacts = {
  isOpen: boolean;
  isMerged: boolean;
  author: string;
  branch: string;
  head: string;
  /** By which it was merged. */
  method: MergeMethod | null;
  labels: string[];
  /** Logins and names of teams. */
  asked: string[];
  /** The method that auto-merge is on with. */
  autoMerge: MergeMethod | null;
};

export type RulesetFacts = { id: number; name: string; enforcement: string; exclude: string[] };

/** What the small past has merged, by what the suites call it. */
export type MergedKey = "merge" | "squash" | "rebase" | "price" | "price-again";

/** A started product with one repository whose past is a few merged pull requests. */
export type GuardTarget = {
  connect(options?: {
    as?: GuardAccount;
    settings?: Record<string, unknown>;
    timeoutSeconds?: number;
    now?: () => Date;
  }): CodeSource & { guard: CodeGuard };
  repository: string;
  branch: string;
  merged: Record<MergedKey, number>;
  /** Opens a pull request that adds one file. */
  open(key: string, author?: string): Promise<{ number: number; head: string }>;
  pull(number: number): PullFacts;
  /** What the newest status of the freeze's context says. */
  status(sha: string): { state: string; description: string | null; by: string } | null;
  post(sha: string, state: "success" | "failure", login: string): void;
  approve(number: number, login: string): void;
  /** Merges as this person would by the button; answers why it was refused, or null. */
  mergeAs(login: string, number: number): Promise<string | null>;
  ask(changes: Asks): void;
  rulesets(): RulesetFacts[];
  addRuleset(details: {
    name: string;
    enforcement: "active" | "disabled" | "evaluate";
    rules?: { type: string; parameters?: Record<string, unknown> }[];
    /** Who passes it; nobody unless told. */
    bypass?: GuardAccount;
    branch?: string;
  }): number;
  setRuleset(id: number, enforcement: "active" | "disabled" | "evaluate"): void;
  /** Sends JSON as the owner's command line would; answers the status. */
  sendAsOwner(method: string, path: string, json: string): Promise<number>;
  /** Somebody pushes one file onto a branch; answers the new head. */
  push(branch: string, path: string, text: string, login?: string): Promise<string>;
  /**
   * A commit that merges `base` into a branch and changes files on the side, on no branch; answers it.
   */
  mergeWith(merge: { branch: string; base: string; files: Record<string, string> }): string;
  /** The parents of a commit. */
  parents(sha: string): Promise<string[]>;
  enqueue(number: number): Promise<void>;
  dequeue(number: number, login: string): void;
  /** The commit that the queue made of its first entry, or null while there is none. */
  groupHead(): string | null;
  /** The next to be merged first. */
  queued(): number[];
  faults: {
    applyThenFail(how: 500 | 502 | 504 | "drop"): Promise<void>;
    set(mode: "none" | "hang" | "error" | "rate-limited"): Promise<void>;
    /** Writes so far: names of mutations, and method and path of other requests. */
    writes(): string[];
    countRequests(): number;
  };
};

/** Starts one for the running test and stops it after. */
export type StartGuard = (options?: StartOptions) => Promise<GuardTarget>;
