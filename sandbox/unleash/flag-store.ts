import { EventLog, type NewEvent } from "./event-log.ts";
import {
  type Actor,
  copyOf,
  createId,
  type Flag,
  type FlagEnvironment,
  type Project,
  type Segment,
  type Strategy,
  type Variant,
} from "./flag-model.ts";
import { balanceVariants, type SegmentInput, type StrategyInput } from "./strategy-input.ts";
import { badData, notFound, refusal } from "./unleash-problem.ts";

const STRATEGY_TYPES = new Set([
  "default",
  "flexibleRollout",
  "applicationHostname",
  "remoteAddress",
]);

/** Where and by whom something is done: one of these per request. */
export type Doing = {
  project: string;
  flag: string;
  environment: string;
  by: Actor;
  at: number;
  groupId: string;
};

export type FlagChange = {
  project: string;
  flag: string;
  environment: string;
  by: string;
  at: number;
};

/** All flags, segments and their history, with the side effects of the real server. */
export class FlagStore {
  readonly projects = new Map<string, Project>();
  readonly flags = new Map<string, Flag>();
  readonly segments = new Map<number, Segment>();
  readonly log = new EventLog();
  /** Lets variants be set on environments that have none yet: off on a current server. */
  legacyVariants = false;
  #listeners = new Set<(change: FlagChange) => void>();

  onChange(listener: (change: FlagChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The flag, or 404 in the server's words when the project has no such flag. */
  flag(project: string, name: string): Flag {
    const flag = this.flags.get(name);
    if (flag?.project === project) return flag;
    const elsewhere = flag
      ? `, but there's a feature with that name in project "${flag.project}"`
      : ".";
    throw notFound(`There's no feature named "${name}" in project "${project}"${elsewhere}`);
  }

  environment(doing: Doing): FlagEnvironment {
    const environment = this.flag(doing.project, doing.flag).environments.get(doing.environment);
    if (environment) return environment;
    throw notFound(`Could not find environment ${doing.environment} for feature: ${doing.flag}`);
  }

  /** The strategy with its place, wherever it is. */
  strategy(id: string): { flag: Flag; environment: FlagEnvironment; strategy: Strategy } | null {
    for (const flag of this.flags.values()) {
      for (const environment of flag.environments.values()) {
        const strategy = environment.strategies.find((candidate) => candidate.id === id);
        if (strategy) return { flag, environment, strategy };
      }
    }
    return null;
  }

  #record(doing: Doing, event: Pick<NewEvent, "type" | "data" | "preData" | "groupId">): void {
    this.log.add({
      at: doing.at,
      by: doing.by,
      project: doing.project,
      featureName: doing.flag,
      environment: doing.environment,
      groupId: doing.groupId,
      ...event,
    });
  }

  #announce({ project, flag, environment, by, at }: Doing): void {
    for (const listener of this.#listeners) {
      listener({ project, flag, environment, by: by.username, at });
    }
  }

  /**
   * On or off. Going on with no active strategy either re-activates the disabled ones (when asked
   * to) or adds a gradual rollout to everyone. An event is stored only if the state changed.
   */
  setEnabled(doing: Doing, enabled: boolean, activateDisabled = false): void {
    const environment = this.environment(doing);
    if (enabled) {
      const { strategies } = environment;
      const allDisabled = strategies.every((strategy) => strategy.disabled);
      if (activateDisabled && strategies.some((strategy) => strategy.disabled)) {
        for (const strategy of [...strategies]) {
          this.updateStrategy(doing, strategy.id, { ...strategy, disabled: false });
        }
      }
      if (strategies.length === 0 || (allDisabled && !activateDisabled)) {
        const parameters = { rollout: "100", stickiness: "default", groupId: doing.flag };
        this.addStrategy(doing, { name: "flexibleRollout", parameters });
      }
    }
    if (environment.enabled === enabled) return;
    environment.enabled = enabled;
    const type = enabled ? "feature-environment-enabled" : "feature-environment-disabled";
    this.#record(doing, { type });
    this.#announce(doing);
  }

  #parameters(flag: string, input: StrategyInput): Record<string, string> {
    const given = input.parameters ?? {};
    if (input.name !== "flexibleRollout") return { ...given };
    return {
      ...given,
      rollout: given.rollout ?? "100",
      stickiness: given.stickiness || "default",
      groupId: given.groupId || flag,
    };
  }

  #checkType(name: string | undefined): void {
    if (name !== undefined && !STRATEGY_TYPES.has(name)) {
      throw badData(`Could not find strategy type with name ${name}`);
    }
  }

  #checkSegments(ids: number[]): void {
    const missing = ids.find((id) => !this.segments.has(id));
    if (missing !== undefined) throw notFound(`No segment exists with ID "${missing}"`);
  }

  addStrategy(doing: Doing, input: StrategyInput & { name: string }): Strategy {
    const flag = this.flag(doing.project, doing.flag);
    this.#checkType(input.name);
    this.#checkSegments(input.segments ?? []);
    const variants = balanceVariants(input.variants ?? []);
    const environment = flag.environments.get(doing.environment);
    if (!environment) throw badData("You have not added the current environment to the project");
    const last = Math.max(-1, ...environment.strategies.map((other) => other.sortOrder));
    const strategy: Strategy = {
      id: createId(doing.at),
      name: input.name,
      title: input.title ?? null,
      disabled: input.disabled ?? false,
      constraints: input.constraints ?? [],
      parameters: this.#parameters(doing.flag, input),
      variants,
      sortOrder: input.sortOrder ?? last + 1,
      segments: input.segments ?? [],
    };
    environment.strategies.push(strategy);
    this.#record(doing, { type: "feature-strategy-add", data: copyOf(strategy) });
    this.#announce(doing);
    return strategy;
  }

  /**
   * Replaces a strategy's settings: constraints, variants and parameters that are left out are
   * emptied (a gradual rollout falls back to 100 %), segments, title and the switch stay.
   */
  updateStrategy(doing: Doing, id: string, input: StrategyInput): Strategy {
    const strategy = this.strategy(id)?.strategy;
    if (!strategy) throw notFound(`Could not find strategy with id=${id}`);
    const environment = this.#ownEnvironment(doing, id);
    this.#checkType(input.name);
    this.#checkSegments(input.segments ?? []);
    const variants = balanceVariants(input.variants ?? []);
    const preData = copyOf(strategy);
    Object.assign(strategy, {
      name: input.name ?? strategy.name,
      title: input.title ?? strategy.title,
      disabled: input.disabled ?? strategy.disabled,
      constraints: structuredClone(input.constraints ?? []),
      parameters: this.#parameters(doing.flag, input),
      variants,
      segments: [...(input.segments ?? strategy.segments)],
    });
    this.#record(doing, { type: "feature-strategy-update", data: copyOf(strategy), preData });
    this.#announce(doing);
    this.#turnOffWithoutStrategies(doing, environment);
    return strategy;
  }

  removeStrategy(doing: Doing, id: string): void {
    const strategy = this.strategy(id)?.strategy;
    if (!strategy) throw notFound(`Could not find strategy with id=${id}`);
    const environment = this.#ownEnvironment(doing, id);
    environment.strategies = environment.strategies.filter((other) => other.id !== id);
    this.#turnOffWithoutStrategies(doing, environment);
    // The server leaves segments out of this event, so restoring from it alone would lose them.
    const preData = { ...copyOf(strategy), segments: [] };
    this.#record(doing, { type: "feature-strategy-remove", preData });
    this.#announce(doing);
  }

  /** The server compares project and flag with the path, but not the environment. */
  #ownEnvironment(doing: Doing, id: string): FlagEnvironment {
    const place = this.strategy(id);
    const wrong =
      place?.flag.project !== doing.project
        ? "projectId"
        : place.flag.name !== doing.flag
          ? "featureName"
          : null;
    if (place && !wrong) return place.environment;
    throw refusal(
      403,
      "InvalidOperationError",
      `You can not change the ${wrong} for an activation strategy.`,
    );
  }

  #turnOffWithoutStrategies(doing: Doing, environment: FlagEnvironment): void {
    if (environment.strategies.every((strategy) => strategy.disabled)) {
      this.setEnabled(doing, false);
    }
  }

  /** Replaces an environment's own variants. 403 where nobody uses them any more. */
  setVariants(doing: Doing, variants: Variant[]): Variant[] {
    const flag = this.flag(doing.project, doing.flag);
    const inUse = [...flag.environments.values()].some((other) => other.variants.length > 0);
    if (!inUse && !this.legacyVariants) {
      throw refusal(
        403,
        "InvalidOperationError",
        `Environment variants deprecated for feature: ${doing.flag}. Use strategy variants instead.`,
      );
    }
    const environment = this.environment(doing);
    const before = environment.variants;
    environment.variants = balanceVariants(variants);
    this.#record(doing, {
      type: "feature-environment-variants-updated",
      data: { variants: structuredClone(environment.variants) },
      preData: { variants: before },
      // Setting variants is not one of the server's transactions.
      groupId: undefined,
    });
    this.#announce(doing);
    return environment.variants;
  }

  updateSegment(id: number, input: SegmentInput, by: Actor, at: number): void {
    const segment = this.segments.get(id);
    if (!segment) throw notFound(`No segment exists with ID "${id}"`);
    const preData = structuredClone(segment);
    segment.name = input.name;
    segment.constraints = input.constraints;
    if (input.description !== undefined) segment.description = input.description;
    this.log.add({
      type: "segment-updated",
      at,
      by,
      project: null,
      featureName: null,
      environment: null,
      data: structuredClone(segment),
      preData,
    });
    this.#announceSegment(id, by, at);
  }

  #announceSegment(id: number, by: Actor, at: number): void {
    for (const flag of this.flags.values()) {
      for (const environment of flag.environments.values()) {
        if (!environment.strategies.some((strategy) => strategy.segments.includes(id))) continue;
        const place = { project: flag.project, flag: flag.name, environment: environment.name };
        for (const listener of this.#listeners) listener({ ...place, by: by.username, at });
      }
    }
  }
}
