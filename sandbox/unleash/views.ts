import { createHash } from "node:crypto";
import {
  type Actor,
  ADMIN_TOKEN_ID,
  type Flag,
  type FlagEnvironment,
  type Project,
  type Strategy,
} from "./flag-model.ts";
import type { FlagStore } from "./flag-store.ts";

function person({ id, username }: Actor) {
  const hash = createHash("sha256").update(username).digest("hex");
  const name = id === ADMIN_TOKEN_ID ? "Unleash Admin Token User" : username;
  return { id, name, imageUrl: `https://gravatar.com/avatar/${hash}?s=42&d=retro&r=g` };
}

/** Everybody who ever changed the flag, who did so last first. */
function collaborators(store: FlagStore, flag: Flag) {
  const people = new Map<number, Actor>();
  for (const event of store.log.newestFirst()) {
    if (event.featureName !== flag.name || people.has(event.createdByUserId)) continue;
    people.set(event.createdByUserId, { id: event.createdByUserId, username: event.createdBy });
  }
  return [...people.values()].map(person);
}

/** An answer of the strategies endpoints after a read or POST. */
export function strategyView(strategy: Strategy) {
  const { id, name, constraints, parameters, variants, segments, title, disabled } = strategy;
  return {
    id,
    name,
    constraints,
    parameters,
    variants,
    segments,
    title,
    disabled,
    sortOrder: strategy.sortOrder,
  };
}

/** GET …/environments/{environment}/strategies. */
export function strategyListView(environment: FlagEnvironment) {
  return sorted(environment).map((strategy) => ({ ...strategyView(strategy), milestoneId: null }));
}

function sorted(environment: FlagEnvironment): Strategy[] {
  return environment.strategies.toSorted((a, b) => a.sortOrder - b.sortOrder);
}

/** GET …/environments/{environment}: the one place where strategies don't tell their segments. */
export function environmentView(flag: Flag, environment: FlagEnvironment) {
  return {
    name: flag.name,
    environment: environment.name,
    enabled: environment.enabled,
    strategies: sorted(environment).map((strategy) => {
      const { segments, ...rest } = strategyView(strategy);
      return { ...rest, featureName: flag.name };
    }),
  };
}

function metaOf(store: FlagStore, flag: Flag, environment: string) {
  const found = store.projects
    .get(flag.project)
    ?.environments.find((candidate) => candidate.name === environment);
  return { type: found?.type ?? environment, sortOrder: found?.sortOrder ?? 9_999 };
}

/** GET …/features/{feature}; the environments' own variants only when asked for. */
export function flagView(store: FlagStore, flag: Flag, withVariants: boolean, reader: Actor) {
  return {
    environments: [...flag.environments.values()].map((environment) => ({
      name: environment.name,
      lastSeenAt: null,
      ...(withVariants ? { variants: environment.variants } : {}),
      enabled: environment.enabled,
      yes: 0,
      no: 0,
      ...metaOf(store, flag, environment.name),
      strategies: sorted(environment).map(strategyView),
    })),
    name: flag.name,
    // API tokens have no favourites.
    ...(reader.id === ADMIN_TOKEN_ID ? {} : { favorite: false }),
    impressionData: false,
    description: flag.description,
    project: flag.project,
    stale: false,
    createdAt: flag.createdAt,
    createdBy: person(flag.createdBy),
    type: flag.type,
    archived: false,
    dependencies: [],
    children: [],
    lifecycle: { stage: "initial", enteredStageAt: flag.createdAt },
    links: [],
    collaborators: { users: collaborators(store, flag) },
  };
}

function overviewEnvironments(store: FlagStore, flag: Flag) {
  return [...flag.environments.values()].map((environment) => ({
    name: environment.name,
    enabled: environment.enabled,
    ...metaOf(store, flag, environment.name),
    variantCount: environment.variants.length,
    lastSeenAt: null,
    hasStrategies: environment.strategies.length > 0,
    hasEnabledStrategies: environment.strategies.some((strategy) => !strategy.disabled),
  }));
}

/** One row of GET …/projects/{project}/features. */
export function flagRow(store: FlagStore, flag: Flag) {
  const { type, description, name, createdAt } = flag;
  return {
    type,
    description,
    favorite: false,
    name,
    createdAt,
    stale: false,
    impressionData: false,
    environments: overviewEnvironments(store, flag),
  };
}

/** One row of GET /api/admin/search/features. */
export function searchRow(store: FlagStore, flag: Flag) {
  const segments = [...flag.environments.values()]
    .flatMap((environment) => environment.strategies.flatMap((strategy) => strategy.segments))
    .flatMap((id) => store.segments.get(id)?.name ?? []);
  return {
    ...flagRow(store, flag),
    project: flag.project,
    archivedAt: null,
    dependencyType: null,
    environments: overviewEnvironments(store, flag).map((environment) => ({
      ...environment,
      yes: 0,
      no: 0,
      changeRequestIds: [],
    })),
    segments: [...new Set(segments)],
    createdBy: person(flag.createdBy),
  };
}

/** One row of GET /api/admin/projects. */
export function projectView(store: FlagStore, project: Project) {
  const flags = [...store.flags.values()].filter((flag) => flag.project === project.id);
  return {
    name: project.name,
    id: project.id,
    description: `${project.name} project`,
    health: 100,
    technicalDebt: 0,
    featureCount: flags.length,
    memberCount: 0,
    createdAt: project.createdAt,
    archivedAt: null,
    mode: "open",
    lastReportedFlagUsage: null,
    lastUpdatedAt: null,
    onboardingStatus: { status: "onboarding-started" },
    owners: [{ ownerType: "system" }],
  };
}

/** GET /api/admin/segments: with how much each is used. */
export function segmentList(store: FlagStore) {
  const uses = [...store.flags.values()].flatMap((flag) =>
    [...flag.environments.values()].flatMap((environment) =>
      environment.strategies.flatMap(({ segments }) => segments.map((id) => ({ id, flag }))),
    ),
  );
  return [...store.segments.values()].map((segment) => {
    const own = uses.filter((use) => use.id === segment.id).map((use) => use.flag);
    return {
      ...segment,
      usedInProjects: new Set(own.map((flag) => flag.project)).size,
      usedInFeatures: new Set(own.map((flag) => flag.name)).size,
    };
  });
}
