import type { Accounts, Person } from "./accounts.ts";
import { CheckBoard, type CheckName } from "./check-board.ts";
import { GitHistory } from "./git-history.ts";
import type { GitRepository } from "./git-repository.ts";
import { IssueBoard } from "./issue-board.ts";
import { MergeQueue } from "./merge-queue.ts";
import { mergeSentence, mustBeUpdated } from "./merge-rules.ts";
import type { AutoMerge, MergeMethod, PullRequest, Review } from "./pull-request.ts";
import { Refusal } from "./refusal.ts";
import type { RepositoryEvents } from "./repository-events.ts";
import { requestOwners } from "./review-requests.ts";
import { RuleBook, type RuleSettings } from "./rule-book.ts";
import { StatusBoard } from "./status-board.ts";
import { mergeTrees } from "./three-way.ts";

export type MergeState =
  | "CLEAN"
  | "BEHIND"
  | "BLOCKED"
  | "DIRTY"
  | "DRAFT"
  | "UNSTABLE"
  | "UNKNOWN";

export type HostedRepositoryOptions = {
  owner: string;
  name: string;
  description: string | null;
  defaultBranch: string;
  git: GitRepository;
  accounts: Accounts;
  rules: RuleSettings;
  checksMs: number;
  now: () => number;
  /** Told what went wrong where nobody waits for an answer. */
  report: (error: unknown) => void;
};

type Listener<K extends keyof RepositoryEvents> = (event: RepositoryEvents[K]) => void;

/** One repository: its git objects, pull requests and checks. */
export class HostedRepository {
  readonly owner: string;
  readonly name: string;
  readonly id: number;
  readonly description: string | null;
  readonly defaultBranch: string;
  readonly git: GitRepository;
  readonly history: GitHistory;
  readonly accounts: Accounts;
  readonly rules: RuleBook;
  readonly queue: MergeQueue;
  readonly checks: CheckBoard;
  readonly statuses: StatusBoard;
  /** Labels that were made by putting them on something; they stay when taken off again. */
  readonly labels = new Set<string>();
  readonly pulls = new Map<number, PullRequest>();
  readonly issues: IssueBoard;
  readonly now: () => number;
  createdAt: number;
  pushedAt: number;
  #lastId = 70_000;
  #last: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Map<keyof RepositoryEvents, Set<(event: never) => void>>();

  constructor(options: HostedRepositoryOptions) {
    this.owner = options.owner;
    this.name = options.name;
    this.id = options.accounts.person(options.owner).id + 1;
    this.description = options.description;
    this.defaultBranch = options.defaultBranch;
    this.git = options.git;
    this.history = new GitHistory(options.git);
    this.accounts = options.accounts;
    this.rules = new RuleBook(options.rules, {
      ...options,
      nextId: () => this.nextId(),
      changed: () => this.#rulesChanged(),
    });
    this.queue = new MergeQueue(this, options.report);
    this.now = options.now;
    this.createdAt = options.now();
    this.pushedAt = options.now();
    this.issues = new IssueBoard({
      now: options.now,
      nextId: () => this.nextId(),
      nextNumber: () => this.nextNumber(),
      changed: (event) => this.emit("issue", event),
    });
    this.checks = new CheckBoard({
      now: options.now,
      checksMs: options.checksMs,
      changed: (run) => {
        this.emit("check", run);
        this.#looked(run.sha);
      },
    });
    this.statuses = new StatusBoard({
      now: options.now,
      nextId: () => this.nextId(),
      changed: (status) => {
        this.emit("status", status);
        this.#looked(status.sha);
      },
    });
  }

  /** Something was said of a commit. */
  #looked(sha: string): void {
    for (const pull of this.pulls.values())
      if (pull.state === "open" && pull.headSha === sha) this.emit("changed", pull);
    this.queue.wake();
  }

  /** What waited for other rules may be ready by now. */
  #rulesChanged(): void {
    for (const pull of this.pulls.values()) if (pull.state === "open") this.emit("changed", pull);
    this.queue.wake();
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  nextNumber(): number {
    return Math.max(0, ...this.pulls.keys(), ...this.issues.all.keys()) + 1;
  }

  /** Runs writing acts one after another, so that a merge sees the tip it moves. */
  exclusive<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act, act);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Calls `listener` at each such event; the answer stops it. */
  on<K extends keyof RepositoryEvents>(name: K, listener: Listener<K>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<K extends keyof RepositoryEvents>(name: K, event: RepositoryEvents[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as Listener<K>)(event);
  }

  pull(number: number): PullRequest {
    const pull = this.pulls.get(number);
    if (!pull) throw new Error(`${this.fullName} has no pull request #${number}.`);
    return pull;
  }

  /** Adds an open pull request for a branch that exists, and starts its checks. */
  async addPull(details: {
    title: string;
    body: string | null;
    author: Person;
    headRef: string;
    headSha: string;
    labels?: string[];
    draft?: boolean;
    failingCheck?: CheckName | undefined;
  }): Promise<PullRequest> {
    const at = this.now();
    const base = await this.tip();
    const number = this.nextNumber();
    const pull: PullRequest = {
      number,
      id: this.nextId(),
      title: details.title,
      body: details.body,
      author: details.author,
      labels: details.labels ?? [],
      state: "open",
      draft: details.draft ?? false,
      createdAt: at,
      updatedAt: at,
      closedAt: null,
      baseRef: this.defaultBranch,
      headRef: details.headRef,
      headSha: details.headSha,
      mergeBase: (await this.git.mergeBase(base, details.headSha)) ?? base,
      merge: null,
      autoMerge: null,
      reviews: [],
      reviewRequests: [],
      comments: [],
    };
    await this.git.moveRef(`refs/pull/${number}/head`, details.headSha, null);
    this.pulls.set(number, pull);
    this.pushedAt = at;
    const ref = `refs/heads/${details.headRef}`;
    this.emit("push", { ref, before: null, after: details.headSha, by: details.author });
    this.emit("opened", pull);
    await requestOwners(this, pull);
    this.checks.start(details.headSha, details.failingCheck);
    return pull;
  }

  async tip(): Promise<string> {
    const tip = await this.git.head(this.defaultBranch);
    if (!tip) throw new Error(`${this.fullName} has no commits yet: seed it first.`);
    return tip;
  }

  /** Why (or that) a pull request can be merged now. */
  async mergeState(pull: PullRequest): Promise<MergeState> {
    if (pull.state !== "open") return "UNKNOWN";
    if ((await mergeTrees(this.git, await this.tip(), pull.headSha)) === null) return "DIRTY";
    if (pull.draft) return "DRAFT";
    // In front of a queue that it may enter, a pull request is clean.
    const way = this.queue.settings ? { queuedBy: pull.author } : {};
    if (await mustBeUpdated(this, pull)) {
      const rest = await mergeSentence(this, pull, { ...way, isChecked: true });
      return rest === null ? "BEHIND" : "BLOCKED";
    }
    if ((await mergeSentence(this, pull, way)) !== null) return "BLOCKED";
    return this.rollup(pull.headSha) === "success" ? "CLEAN" : "UNSTABLE";
  }

  /** The worst of a commit's check runs and statuses, or null when there are none. */
  rollup(sha: string): "success" | "pending" | "failure" | null {
    const states = [this.checks.state(sha), this.statuses.state(sha)];
    if (states.includes("failure")) return "failure";
    if (states.includes("pending")) return "pending";
    return states.includes("success") ? "success" : null;
  }

  comment(pull: PullRequest, author: Person, body: string): PullRequest["comments"][number] {
    const comment = { id: this.nextId(), author, body, at: this.now() };
    pull.comments.push(comment);
    pull.updatedAt = comment.at;
    return comment;
  }

  review(pull: PullRequest, author: Person, state: Review["state"], body = ""): Review {
    const at = this.now();
    const review = { id: this.nextId(), author, state, body, commit: pull.headSha, at };
    pull.reviews.push(review);
    pull.updatedAt = at;
    // Who has said something is waited for no longer, and neither is the team spoken for.
    pull.reviewRequests = pull.reviewRequests.filter(
      ({ of }) => !(of.kind === "person" ? [of.person] : of.team.members).includes(author),
    );
    this.emit("reviewed", { pull, review });
    this.emit("changed", pull);
    return review;
  }

  label(pull: PullRequest, label: string, by: Person, isOn: boolean): void {
    if (pull.labels.includes(label) === isOn) return;
    pull.labels = isOn ? [...pull.labels, label] : pull.labels.filter((name) => name !== label);
    pull.updatedAt = this.now();
    this.emit("labeled", { pull, label, by, isOn });
  }

  edit(pull: PullRequest, edits: { title?: string; body?: string | null }): void {
    if (edits.title !== undefined) pull.title = edits.title;
    if (edits.body !== undefined) pull.body = edits.body;
    pull.updatedAt = this.now();
  }

  close(pull: PullRequest): void {
    if (pull.state === "closed") return;
    pull.state = "closed";
    pull.closedAt = this.now();
    pull.updatedAt = pull.closedAt;
    pull.autoMerge = null;
    this.emit("closed", pull);
    this.queue.wake();
  }

  reopen(pull: PullRequest): void {
    if (pull.merge) throw new Refusal("invalid", "A merged pull request cannot be reopened.");
    pull.state = "open";
    pull.closedAt = null;
    pull.updatedAt = this.now();
  }

  setAutoMerge(pull: PullRequest, wish: Omit<AutoMerge, "at"> & { method: MergeMethod }): void {
    pull.autoMerge = { ...wish, at: this.now() };
    pull.updatedAt = this.now();
    this.emit("autoMerge", { pull, by: wish.by, isOn: true });
    this.emit("changed", pull);
  }

  /** Once it is over nothing more is written: the folder may go. */
  async stop(): Promise<void> {
    this.checks.stop();
    this.queue.stop();
    await this.#last;
  }
}
