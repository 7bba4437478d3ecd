import {
  type MergeSettings,
  type Protection,
  type QueueSettings,
  USUAL_QUEUE,
} from "./branch-rules.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { MergeQueue } from "./merge-queue.ts";
import type { Ruleset, RulesetDetails } from "./rulesets.ts";
import type { CommitStatus, StatusState } from "./status-board.ts";

/** What the repository's administrators and people do to its rules and queue, in process. */
export type RuleControls = {
  /** Changes what a merge into the default branch needs; what isn't named stays. */
  setProtection(changes: Partial<Protection>): void;
  /** Changes the ways of merging that the settings allow. */
  setMerging(changes: Partial<MergeSettings>): void;
  /** Gives the default branch a merge queue, changes its settings, or (null) takes it away. */
  setMergeQueue(settings: Partial<QueueSettings> | null): void;
  addRuleset(details: Pick<RulesetDetails, "name" | "rules"> & Partial<RulesetDetails>): Ruleset;
  rulesets(): Ruleset[];
  /** Puts a pull request into the merge queue, as its author unless told. */
  enqueue(number: number, login?: string, jump?: boolean): Promise<void>;
  /** Somebody takes a pull request out of the queue. */
  dequeue(number: number, login: string): void;
  /** The commit that the queue made of its first entry, or null while there is none. */
  groupHead(): string | null;
  /** Numbers of what is queued, the next to merge first. */
  queued(): number[];
  /** Posts a commit status, as some other integration would. */
  postStatus(sha: string, context: string, state: StatusState, login?: string): CommitStatus;
  /** The newest status of each context, newest first. */
  statuses(sha: string): CommitStatus[];
};

/** Controls over the repository that `hosted` gives, or throws because there is none yet. */
export function controlRules(hosted: () => HostedRepository): RuleControls {
  const queue = (): MergeQueue => hosted().queue;
  return {
    setProtection(changes) {
      const { rules } = hosted();
      rules.set({ protection: { ...rules.protection, ...changes } });
    },
    setMerging(changes) {
      const { rules } = hosted();
      rules.set({ merging: { ...rules.merging, ...changes } });
    },
    setMergeQueue(settings) {
      const { rules } = hosted();
      rules.set({ queue: settings && { ...(rules.queue ?? USUAL_QUEUE), ...settings } });
    },
    addRuleset: (details) =>
      hosted().rules.rulesets.add({
        enforcement: "active",
        bypassActors: [],
        include: ["~DEFAULT_BRANCH"],
        exclude: [],
        ...details,
      }),
    rulesets: () => [...hosted().rules.rulesets.all.values()],
    async enqueue(number, login, jump = false) {
      const pull = hosted().pull(number);
      const by = login ? hosted().accounts.person(login) : pull.author;
      await queue().enqueue(pull, by, { jump });
    },
    dequeue: (number, login) =>
      void queue().dequeue(hosted().pull(number), hosted().accounts.person(login)),
    groupHead: () => queue().entries[0]?.group?.head ?? null,
    queued: () => queue().entries.map(({ pull }) => pull.number),
    postStatus(sha, context, state, login = "reviewer") {
      const creator = hosted().accounts.person(login);
      const details = { sha, context, state, creator, description: null, targetUrl: null };
      return hosted().statuses.post(details);
    },
    statuses: (sha) => hosted().statuses.latest(sha),
  };
}
