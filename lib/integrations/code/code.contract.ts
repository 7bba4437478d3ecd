import { afterAll, beforeAll, describe } from "vitest";
import type { CodeSource } from "@/lib/integrations/code-source";
import { faultsContract } from "./code-faults.contract";
import { filesContract } from "./code-files.contract";
import { issuesContract } from "./code-issues.contract";
import { readingContract } from "./code-reading.contract";
import { revertContract } from "./code-revert.contract";

/** Where a pull request of `contract-history` is in the prepared repository. */
export type PreparedPull = { number: number; mergeCommit: string };

export type ConnectOptions = {
  /** `stranger` is refused by the product. */
  as?: "writer" | "reader" | "stranger";
  timeoutSeconds?: number;
  now?: () => Date;
};

/** A started product with a repository whose past is `HISTORY`, for a source of code to get along with. */
export type CodeTarget = {
  connect(options?: ConnectOptions): CodeSource;
  /** "owner/name" */
  repository: string;
  branch: string;
  pulls: Record<string, PreparedPull>;
  /** What `git clone` takes. */
  remote: string;
  /** Opens a pull request that nobody merges; returns its number. */
  openPull(): Promise<number>;
  /** Merges a pull request as an administrator would. */
  merge(number: number): Promise<void>;
  body(number: number): Promise<string>;
  issueBody(number: number): Promise<string>;
  /** Closes or opens an issue again, as its people do. */
  turnIssue(
    number: number,
    state: "open" | "closed",
    reason: "completed" | "not_planned" | null,
  ): Promise<void>;
  /** Turns the repository's issues on or off. */
  allowIssues(isOn: boolean): Promise<void>;
  /** Counts, and misbehaviour on demand. */
  faults: {
    /** Requests that could have opened a revert. */
    countMutations(): number;
    /** Requests that could have opened an issue. */
    countIssues(): number;
    countRequests(): number;
    /** The next write is carried out and then answered so. */
    applyThenFail(how: 500 | 502 | 504 | "drop"): Promise<void>;
    set(mode: "none" | "refuse" | "hang" | "error" | "rate-limited"): Promise<void>;
  };
  stop(): Promise<void>;
};

/** What every source of code must do. `start` is called once. */
export function codeContract(title: string, start: () => Promise<CodeTarget>): void {
  describe(`code on ${title}`, () => {
    let target: CodeTarget | undefined;
    const prepared = () => {
      if (!target) throw new Error("The target has not started.");
      return target;
    };
    beforeAll(async () => {
      target = await start();
    }, 60_000);
    afterAll(() => target?.stop());

    readingContract(prepared);
    filesContract(prepared);
    revertContract(prepared);
    issuesContract(prepared);
    faultsContract(prepared);
  });
}

/** A pull request of the past by its key. */
export function pullOf(target: CodeTarget, key: string): PreparedPull {
  const pull = target.pulls[key];
  if (!pull) throw new Error(`The repository has no pull request "${key}".`);
  return pull;
}
