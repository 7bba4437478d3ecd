import type { NewEvent } from "./event-log.ts";
import {
  type Actor,
  type Constraint,
  createId,
  type Environment,
  type Flag,
  type FlagEnvironment,
  type Strategy,
  type Variant,
} from "./flag-model.ts";
import type { FlagStore } from "./flag-store.ts";

export type StrategySeed = {
  id?: string;
  name: string;
  title?: string;
  disabled?: boolean;
  parameters?: Record<string, string>;
  constraints?: Constraint[];
  segments?: number[];
  variants?: Variant[];
};

/** Something that happened before the sandbox started. `before`/`after` are whole settings. */
export type PastChange =
  | { kind: "enabled" | "disabled" }
  | { kind: "strategy-added" | "strategy-removed"; strategy: StrategySeed }
  | { kind: "strategy-updated"; before: StrategySeed; after: StrategySeed }
  | { kind: "variants-updated"; before: Variant[]; after: Variant[] };

export type PastEvent = {
  /** Milliseconds since 1970. */
  at: number;
  by: string;
  environment: string;
  change: PastChange;
};

export type FlagSeed = {
  name: string;
  description?: string;
  type?: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** A name, or an actor with an id of its own (-42 for API tokens). */
  createdBy?: string | Actor;
  /** The state now, by environment name; environments left out are off and empty. */
  environments: Record<
    string,
    { enabled: boolean; strategies?: StrategySeed[]; variants?: Variant[] }
  >;
  /** What led here, in any order. It is told, not replayed: it doesn't alter the state. */
  history?: PastEvent[];
};

export type UnleashSeed = {
  project: string;
  /** Names in their order; the type is `production` for a name that says so, else the name. */
  environments: string[];
  flags: FlagSeed[];
  segments?: {
    id: number;
    name: string;
    description?: string;
    constraints: Constraint[];
    createdAt?: number;
    createdBy?: string;
  }[];
};

function environmentOf(name: string, index: number): Environment {
  const type = /prod/i.test(name)
    ? "production"
    : /test|staging|dev/i.exec(name)?.[0].toLowerCase();
  return { name, type: type === "dev" ? "development" : (type ?? name), sortOrder: index + 2 };
}

function strategyOf(seed: StrategySeed, flag: string, at: number, sortOrder: number): Strategy {
  const gradual: Record<string, string> =
    seed.name === "flexibleRollout" ? { rollout: "100", stickiness: "default", groupId: flag } : {};
  return {
    id: seed.id ?? createId(at),
    name: seed.name,
    title: seed.title ?? null,
    disabled: seed.disabled ?? false,
    constraints: structuredClone(seed.constraints ?? []),
    parameters: { ...gradual, ...seed.parameters },
    variants: structuredClone(seed.variants ?? []),
    sortOrder,
    segments: [...(seed.segments ?? [])],
  };
}

/** Past strategies are the ones of today where the seed gives no id and the kind is the same. */
function pastStrategy(seed: StrategySeed, flag: string, at: number, now?: FlagEnvironment) {
  const alive = now?.strategies.find(
    (strategy) => strategy.id === seed.id || (!seed.id && strategy.name === seed.name),
  );
  const past = strategyOf(seed, flag, at, alive?.sortOrder ?? 0);
  return { ...past, id: seed.id ?? alive?.id ?? past.id };
}

function pastEvent(project: string, flag: Flag, past: PastEvent, by: Actor): NewEvent {
  const { at, environment, change } = past;
  const now = flag.environments.get(environment);
  const place = { at, by, project, featureName: flag.name, environment, groupId: createId(at) };
  switch (change.kind) {
    case "enabled":
      return { ...place, type: "feature-environment-enabled" };
    case "disabled":
      return { ...place, type: "feature-environment-disabled" };
    case "strategy-added":
      return {
        ...place,
        type: "feature-strategy-add",
        data: pastStrategy(change.strategy, flag.name, at, now),
      };
    case "strategy-removed":
      return {
        ...place,
        type: "feature-strategy-remove",
        preData: { ...pastStrategy(change.strategy, flag.name, at, now), segments: [] },
      };
    case "strategy-updated": {
      const data = pastStrategy(change.after, flag.name, at, now);
      const preData = { ...pastStrategy(change.before, flag.name, at, now), id: data.id };
      return { ...place, type: "feature-strategy-update", data, preData };
    }
    case "variants-updated":
      return {
        ...place,
        type: "feature-environment-variants-updated",
        data: { variants: change.after },
        preData: { variants: change.before },
      };
  }
}

function creatorOf({ createdBy, history }: FlagSeed, actor: (name: string) => Actor): Actor {
  if (typeof createdBy === "object") return createdBy;
  return actor(createdBy ?? history?.[0]?.by ?? "admin");
}

/**
 * Puts a project with its flags, segments and past into the store. May be called again for another
 * project, or to add flags to one; a flag of the same name is replaced (its history stays).
 */
export function seedFlags(store: FlagStore, seed: UnleashSeed, actor: (name: string) => Actor) {
  const environments = seed.environments.map(environmentOf);
  const oldest = Math.min(...seed.flags.map((flag) => flag.createdAt), Date.now());
  store.projects.set(seed.project, {
    id: seed.project,
    name: seed.project.charAt(0).toUpperCase() + seed.project.slice(1),
    createdAt: new Date(oldest).toISOString(),
    environments,
  });
  for (const segment of seed.segments ?? []) {
    store.segments.set(segment.id, {
      id: segment.id,
      name: segment.name,
      description: segment.description ?? null,
      constraints: structuredClone(segment.constraints),
      createdBy: segment.createdBy ?? "admin",
      createdAt: new Date(segment.createdAt ?? oldest).toISOString(),
    });
  }
  const events: NewEvent[] = [];
  for (const one of seed.flags) {
    const flag: Flag = {
      project: seed.project,
      name: one.name,
      description: one.description ?? null,
      type: one.type ?? "release",
      createdAt: new Date(one.createdAt).toISOString(),
      createdBy: creatorOf(one, actor),
      environments: new Map(
        environments.map(({ name }) => {
          const state = one.environments[name];
          const strategies = (state?.strategies ?? []).map((strategy, index) =>
            strategyOf(strategy, one.name, one.createdAt, index),
          );
          const variants = structuredClone(state?.variants ?? []);
          return [name, { name, enabled: state?.enabled ?? false, strategies, variants }];
        }),
      ),
    };
    store.flags.set(flag.name, flag);
    events.push({
      type: "feature-created",
      at: one.createdAt,
      by: flag.createdBy,
      project: seed.project,
      featureName: one.name,
      environment: null,
      data: {
        name: flag.name,
        description: flag.description,
        type: flag.type,
        project: flag.project,
        stale: false,
        createdAt: flag.createdAt,
        impressionData: false,
        archived: false,
      },
      groupId: createId(one.createdAt),
    });
    for (const past of one.history ?? []) {
      events.push(pastEvent(seed.project, flag, past, actor(past.by)));
    }
  }
  for (const event of events.toSorted((a, b) => a.at - b.at)) store.log.add(event);
}
