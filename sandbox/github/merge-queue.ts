import type { Person } from "./accounts.ts";
import { type QueueSettings, queueOf } from "./branch-rules.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import { buildMerge, landMerge } from "./merge-commit.ts";
import { groupState, isLockedFor, mergeSentence } from "./merge-rules.ts";
import type { PullRequest } from "./pull-request.ts";
import { Refusal } from "./refusal.ts";

/** The commit that a merge would make, checked before the branch moves there. Ids are 40 hex digits. */
export type MergeGroup = {
  base: string;
  head: string;
  /** A branch of its own, e.g. `refs/heads/gh-readonly-queue/main/pr-12-<base>`. */
  ref: string;
  builtAt: number;
};

export type QueueEntry = {
  id: number;
  pull: PullRequest;
  by: Person;
  enqueuedAt: number;
  jump: boolean;
  state: "QUEUED" | "AWAITING_CHECKS" | "MERGEABLE" | "UNMERGEABLE" | "LOCKED";
  group: MergeGroup | null;
};

export type DequeueReason =
  | "MERGE"
  | "MANUAL"
  | "CI_FAILURE"
  | "CI_TIMEOUT"
  | "MERGE_CONFLICT"
  | "QUEUE_CLEARED";

/** What the page of a pull request remembers of the queue. */
export type QueueMark = {
  id: number;
  pull: PullRequest;
  at: number;
  by: Person;
  enqueuer: Person;
  /** Of the pull request just then. */
  head: string;
  /** Null: it was put in. */
  reason: DequeueReason | null;
};

export type QueueEvent =
  | { action: "enqueued"; entry: QueueEntry; by: Person }
  | { action: "dequeued"; entry: QueueEntry; by: Person; reason: DequeueReason };

export type GroupEvent =
  | { action: "checks_requested"; group: MergeGroup; by: Person }
  | {
      action: "destroyed";
      group: MergeGroup;
      by: Person;
      reason: "merged" | "invalidated" | "dequeued";
    };

/**
 * The merge queue of the default branch. Each entry is merged onto the one before it on a branch of its
 * own; once the required contexts of that commit pass, and it is first, the base moves there. What
 * fails leaves, and those behind it are built anew.
 */
export class MergeQueue {
  readonly entries: QueueEntry[] = [];
  readonly marks: QueueMark[] = [];
  readonly #repository: HostedRepository;
  readonly #report: (error: unknown) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #isWoken = false;
  #isStopped = false;

  constructor(repository: HostedRepository, report: (error: unknown) => void) {
    this.#repository = repository;
    this.#report = report;
  }

  /** Its settings, or null while the branch has no queue. */
  get settings(): QueueSettings | null {
    const { defaultBranch } = this.#repository;
    return queueOf(this.#repository.rules.requirements(defaultBranch));
  }

  entryOf(pull: PullRequest): QueueEntry | null {
    return this.entries.find((entry) => entry.pull === pull) ?? null;
  }

  /** From 1; 0 when it isn't there any more. */
  positionOf(entry: QueueEntry): number {
    return this.entries.indexOf(entry) + 1;
  }

  /** Seconds until an entry at a position would be merged, going by how long checks usually take. */
  secondsTo(position: number): number | null {
    const { settings } = this;
    if (!settings) return null;
    const usual = this.#repository.checks.usualMs();
    const began = this.entries[position - 1]?.group?.builtAt;
    const rounds = Math.max(1, Math.ceil(position / settings.maxToBuild));
    const gone = began === undefined ? 0 : this.#repository.now() - began;
    return Math.max(0, Math.ceil((rounds * usual - gone) / 1000));
  }

  /** Puts a pull request at the end, or at the front: those it passes are built anew. */
  async enqueue(
    pull: PullRequest,
    by: Person,
    wish: { jump?: boolean; expectedHead?: string | null } = {},
  ): Promise<QueueEntry> {
    const repository = this.#repository;
    if (!this.settings)
      throw new Refusal("invalid", "Merge queue is not enabled for the base branch.");
    if (pull.state !== "open") throw new Refusal("invalid", "Pull request is closed");
    if (wish.expectedHead && wish.expectedHead !== pull.headSha)
      throw new Refusal("head-moved", "Head branch was modified. Review and try the merge again.");
    if (pull.draft) throw new Refusal("not-mergeable", "Pull request is in draft status");
    if (this.entryOf(pull)) throw new Refusal("invalid", "Pull request is already queued to merge");
    const refused = await mergeSentence(repository, pull, { queuedBy: by });
    if (refused) throw new Refusal("not-mergeable", `Pull request ${refused}`);
    if ((await repository.mergeState(pull)) === "DIRTY")
      throw new Refusal("not-mergeable", "Pull request is in dirty status");
    if (this.entryOf(pull)) throw new Refusal("invalid", "Pull request is already queued to merge");
    const entry: QueueEntry = {
      id: repository.nextId(),
      pull,
      by,
      enqueuedAt: repository.now(),
      jump: wish.jump ?? false,
      state: "QUEUED",
      group: null,
    };
    if (entry.jump) this.entries.unshift(entry);
    else this.entries.push(entry);
    pull.autoMerge = null;
    this.#remember(entry, by, null);
    repository.emit("queue", { action: "enqueued", entry, by });
    this.wake();
    return entry;
  }

  /** Takes a pull request out by hand. */
  dequeue(pull: PullRequest, by: Person): QueueEntry {
    const entry = this.entryOf(pull);
    if (!entry || entry.state === "LOCKED")
      throw new Refusal("invalid", "Pull request is not in the merge queue");
    this.#leave(entry, "MANUAL", by);
    this.wake();
    return entry;
  }

  /** Looks again at what is built, checked and due; called whenever any of that may have changed. */
  wake(): void {
    if (this.#isWoken || this.#isStopped) return;
    if (this.entries.length === 0) return;
    this.#isWoken = true;
    this.#repository
      .exclusive(() => {
        this.#isWoken = false;
        return this.#advance();
      })
      .catch((error: unknown) => {
        if (!this.#isStopped) this.#report(error);
      });
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #advance(): Promise<void> {
    const repository = this.#repository;
    const { settings } = this;
    if (!settings) {
      for (const entry of [...this.entries]) this.#leave(entry, "QUEUE_CLEARED", entry.by);
      return;
    }
    let base = await repository.tip();
    let built = 0;
    for (const entry of [...this.entries]) {
      if (this.#isStopped) return;
      // It may have left while others were being built.
      if (!this.entries.includes(entry)) continue;
      if (entry.pull.state !== "open") {
        this.#leave(entry, "MANUAL", entry.by);
        continue;
      }
      if (built >= settings.maxToBuild) {
        this.#discard(entry, "invalidated");
        entry.state = "QUEUED";
        continue;
      }
      const group = await this.#build(entry, base, settings);
      if (!group || !this.entries.includes(entry)) continue;
      const state = groupState(repository, entry.pull.baseRef, group.head);
      const isLate = repository.now() - group.builtAt >= settings.checkTimeoutMs;
      if (state === "failing" || (state === "pending" && isLate)) {
        this.#leave(entry, isLate && state === "pending" ? "CI_TIMEOUT" : "CI_FAILURE", entry.by);
        continue;
      }
      entry.state = state === "success" ? "MERGEABLE" : "AWAITING_CHECKS";
      base = group.head;
      const isDue = entry.state === "MERGEABLE" && this.entries[0] === entry;
      if (isDue && !isLockedFor(repository, entry.pull.baseRef, entry.by))
        await this.#land(entry, group, settings);
      else built += 1;
    }
  }

  /** The entry's commit on `base`: the one it has, or a new one; null when it had to leave. */
  async #build(
    entry: QueueEntry,
    base: string,
    settings: QueueSettings,
  ): Promise<MergeGroup | null> {
    if (entry.group?.base === base) return entry.group;
    this.#discard(entry, "invalidated");
    const repository = this.#repository;
    const { pull } = entry;
    const by = this.#bot();
    let head: string;
    try {
      head = await buildMerge(repository, pull, base, { by, method: settings.method });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      entry.state = "UNMERGEABLE";
      this.#leave(entry, "MERGE_CONFLICT", entry.by);
      return null;
    }
    const ref = `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${pull.number}-${base}`;
    await repository.git.run(["update-ref", ref, head]);
    // Taken out by hand meanwhile.
    if (!this.entries.includes(entry)) {
      await repository.git.deleteRef(ref);
      return null;
    }
    const group = { base, head, ref, builtAt: repository.now() };
    entry.group = group;
    const timer = setTimeout(() => this.wake(), settings.checkTimeoutMs + 1);
    timer.unref();
    this.#timers.set(ref, timer);
    repository.emit("push", { ref, before: null, after: head, by });
    repository.emit("group", { action: "checks_requested", group, by });
    repository.checks.start(head);
    return group;
  }

  async #land(entry: QueueEntry, group: MergeGroup, settings: QueueSettings): Promise<void> {
    entry.state = "LOCKED";
    const by = this.#bot();
    this.entries.splice(this.entries.indexOf(entry), 1);
    const merge = { by, method: settings.method, sha: group.head, onto: group.base };
    await landMerge(this.#repository, entry.pull, merge);
    this.#discard(entry, "merged");
    this.#repository.emit("queue", { action: "dequeued", entry, by, reason: "MERGE" });
  }

  #leave(entry: QueueEntry, reason: DequeueReason, by: Person): void {
    const at = this.entries.indexOf(entry);
    if (at >= 0) this.entries.splice(at, 1);
    this.#discard(entry, "dequeued");
    this.#remember(entry, reason === "MANUAL" ? by : this.#bot(), reason);
    this.#repository.emit("queue", { action: "dequeued", entry, by, reason });
  }

  #remember({ pull, by: enqueuer }: QueueEntry, by: Person, reason: DequeueReason | null): void {
    const { now } = this.#repository;
    const id = this.#repository.nextId();
    this.marks.push({ id, pull, at: now(), by, enqueuer, head: pull.headSha, reason });
  }

  #discard(entry: QueueEntry, reason: "merged" | "invalidated" | "dequeued"): void {
    const { group } = entry;
    if (!group) return;
    entry.group = null;
    clearTimeout(this.#timers.get(group.ref));
    this.#timers.delete(group.ref);
    this.#repository.git.deleteRef(group.ref).catch((error: unknown) => {
      if (!this.#isStopped) this.#report(error);
    });
    this.#repository.emit("group", { action: "destroyed", group, by: this.#bot(), reason });
  }

  #bot(): Person {
    return this.#repository.accounts.person("github-merge-queue[bot]");
  }
}
