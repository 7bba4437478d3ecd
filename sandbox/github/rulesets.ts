import type { Permission, Person, Team } from "./accounts.ts";
import type { QueueSettings, Requirements } from "./branch-rules.ts";
import type { MergeMethod } from "./pull-request.ts";

export type ActorType =
  | "Integration"
  | "OrganizationAdmin"
  | "RepositoryRole"
  | "Team"
  | "DeployKey"
  | "User";

export type BypassActor = {
  actor_id: number | null;
  actor_type: ActorType;
  bypass_mode: "always" | "pull_request" | "exempt";
};

/** Rules are kept in the words of GitHub's interface. */
export type Rule = { type: string; parameters?: Record<string, unknown> };

export type RulesetDetails = {
  name: string;
  enforcement: "disabled" | "active" | "evaluate";
  bypassActors: BypassActor[];
  include: string[];
  exclude: string[];
  rules: Rule[];
};

export type Ruleset = RulesetDetails & { id: number; createdAt: number; updatedAt: number };

/** Somebody as bypass lists know them. */
export type Standing = {
  person: Person;
  role: Permission;
  isOwner: boolean;
  teams: Team[];
};

/** GitHub's numbers of the roles that a bypass list may name, and who has them. */
const ROLES: Record<number, readonly Permission[]> = {
  1: ["read", "write", "admin"],
  2: ["admin"],
  4: ["write", "admin"],
  5: ["admin"],
};

function isActor(actor: BypassActor, { person, role, isOwner, teams }: Standing): boolean {
  switch (actor.actor_type) {
    case "Integration":
      return person.appId !== undefined && person.appId === actor.actor_id;
    case "OrganizationAdmin":
      return isOwner;
    case "RepositoryRole":
      return person.type === "User" && (ROLES[actor.actor_id ?? 0] ?? []).includes(role);
    case "Team":
      return teams.some(({ id }) => id === actor.actor_id);
    case "User":
      return person.id === actor.actor_id;
    default:
      return false;
  }
}

/** Whether somebody may pass a ruleset by: always, by pull request alone, or never. */
export function bypassOf(
  ruleset: Ruleset,
  who: Standing,
): "always" | "pull_requests_only" | "never" {
  const modes = ruleset.bypassActors
    .filter((actor) => isActor(actor, who))
    .map((actor) => actor.bypass_mode);
  if (modes.some((mode) => mode !== "pull_request")) return "always";
  return modes.length > 0 ? "pull_requests_only" : "never";
}

/** `*` stays within one level, `**` goes through all. */
function matches(pattern: string, ref: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/?|\*|\?/g, (sign) => (sign === "*" ? "[^/]*" : sign === "?" ? "[^/]" : ".*"));
  return new RegExp(`^${source}$`).test(ref);
}

/** Whether a ruleset's conditions take in a branch. */
export function covers(ruleset: Ruleset, branch: string, defaultBranch: string): boolean {
  const ref = `refs/heads/${branch}`;
  const isNamed = (pattern: string) =>
    pattern === "~ALL" ||
    (pattern === "~DEFAULT_BRANCH" ? branch === defaultBranch : matches(pattern, ref));
  return ruleset.include.some(isNamed) && !ruleset.exclude.some(isNamed);
}

const METHODS: Record<string, MergeMethod> = { MERGE: "merge", SQUASH: "squash", REBASE: "rebase" };

function queueOf(parameters: Record<string, unknown>): QueueSettings {
  return {
    method: METHODS[String(parameters.merge_method)] ?? "merge",
    maxToBuild: Number(parameters.max_entries_to_build) || 5,
    checkTimeoutMs: (Number(parameters.check_response_timeout_minutes) || 60) * 60_000,
  };
}

/** What a ruleset asks, all its rules together. */
export function requirementsOf(ruleset: Ruleset): Requirements {
  const asks: Requirements = {
    from: "ruleset",
    contexts: [],
    isStrict: false,
    integrations: {},
    reviews: 0,
    codeOwners: false,
    isLocked: false,
    isLinear: false,
    methods: null,
    queue: null,
  };
  for (const { type, parameters = {} } of ruleset.rules) {
    if (type === "update") asks.isLocked = true;
    if (type === "required_linear_history") asks.isLinear = true;
    if (type === "merge_queue") asks.queue = queueOf(parameters);
    if (type === "required_status_checks") {
      const checks = (parameters.required_status_checks ?? []) as RequiredCheck[];
      asks.contexts = checks.map(({ context }) => context);
      asks.isStrict = parameters.strict_required_status_checks_policy === true;
      for (const { context, integration_id: app } of checks)
        if (app) asks.integrations[context.toLowerCase()] = app;
    }
    if (type === "pull_request") {
      asks.reviews = Number(parameters.required_approving_review_count) || 0;
      asks.codeOwners = parameters.require_code_owner_review === true;
      asks.methods = (parameters.allowed_merge_methods as MergeMethod[] | undefined) ?? null;
    }
  }
  return asks;
}

type RequiredCheck = { context: string; integration_id?: number };

type House = { now: () => number; nextId: () => number; changed: () => void };

/** The rulesets of one repository. */
export class RulesetBoard {
  readonly all = new Map<number, Ruleset>();
  readonly #house: House;

  constructor(house: House) {
    this.#house = house;
  }

  add(details: RulesetDetails): Ruleset {
    const at = this.#house.now();
    const ruleset = { ...details, id: this.#house.nextId(), createdAt: at, updatedAt: at };
    this.all.set(ruleset.id, ruleset);
    this.#house.changed();
    return ruleset;
  }

  change(ruleset: Ruleset, details: Partial<RulesetDetails>): void {
    Object.assign(ruleset, details, { updatedAt: this.#house.now() });
    this.#house.changed();
  }

  remove(ruleset: Ruleset): void {
    this.all.delete(ruleset.id);
    this.#house.changed();
  }
}
