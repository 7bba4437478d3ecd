import type { Accounts, Permission, Person } from "./accounts.ts";
import {
  contextsOf,
  isProtecting,
  type MergeSettings,
  type Protection,
  type QueueSettings,
  type Requirements,
} from "./branch-rules.ts";
import { CHECK_NAMES } from "./check-board.ts";
import { bypassOf, covers, type Ruleset, RulesetBoard, requirementsOf } from "./rulesets.ts";

/** The settings of a repository that say who may change its branches, and how. */
export type RuleSettings = {
  protection: Protection;
  merging: MergeSettings;
  /** The queue of the default branch; null: merges go straight to it. */
  queue: QueueSettings | null;
};

type House = {
  owner: string;
  defaultBranch: string;
  accounts: Accounts;
  now: () => number;
  nextId: () => number;
  changed: () => void;
};

/** Who may do what to the branches of one repository: protection, queue and rulesets together. */
export class RuleBook {
  protection: Protection;
  merging: MergeSettings;
  queue: QueueSettings | null;
  readonly rulesets: RulesetBoard;
  readonly #house: House;

  constructor(settings: RuleSettings, house: House) {
    this.protection = settings.protection;
    this.merging = settings.merging;
    this.queue = settings.queue;
    this.rulesets = new RulesetBoard(house);
    this.#house = house;
  }

  /** Changes settings; what waited for other rules is looked at again. */
  set(settings: Partial<RuleSettings>): void {
    Object.assign(this, settings);
    this.#house.changed();
  }

  roleOf(person: Person): Permission {
    return person.login === this.#house.owner ? "admin" : (person.role ?? "write");
  }

  bypass(ruleset: Ruleset, person: Person): ReturnType<typeof bypassOf> {
    const teams = [...this.#house.accounts.teams.values()].filter(({ members }) =>
      members.includes(person),
    );
    const isOwner = person.login === this.#house.owner;
    return bypassOf(ruleset, { person, role: this.roleOf(person), isOwner, teams });
  }

  /** Active rulesets that take in a branch. */
  rulesetsOf(branch: string): Ruleset[] {
    return [...this.rulesets.all.values()].filter(
      (one) => one.enforcement === "active" && covers(one, branch, this.#house.defaultBranch),
    );
  }

  /** What each source of rules asks of a pull request into `branch`; `by` may pass some of them. */
  requirements(branch: string, by?: Person): Requirements[] {
    const found = this.rulesetsOf(branch)
      .filter((ruleset) => !by || this.bypass(ruleset, by) === "never")
      .map(requirementsOf);
    const isAbove = by && this.roleOf(by) === "admin" && !this.protection.admins;
    if (branch !== this.#house.defaultBranch || isAbove) return found;
    if (!isProtecting(this.protection) && !this.queue) return found;
    const { reviews, codeOwners, strict: isStrict } = this.protection;
    const contexts = contextsOf(this.protection, CHECK_NAMES);
    const plain = { isLocked: false, isLinear: false, methods: null, queue: this.queue };
    return [
      {
        ...{ from: "protection", contexts, isStrict, integrations: {}, reviews, codeOwners },
        ...plain,
      },
      ...found,
    ];
  }
}
