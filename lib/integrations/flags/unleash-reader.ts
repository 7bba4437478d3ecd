import type { FlagSegment, FlagStrategy } from "@/lib/contracts/flag-state";
import type { FlagRef, ObservedFlag } from "../flag-source";
import type { HttpJson } from "../http-json";
import { SourceError } from "../source-error";
import { flagFingerprint } from "./flag-fingerprint";
import type { FlagMoment } from "./rewind-flag";
import {
  stateOf,
  WireFeature,
  WireFeatureEnvironment,
  WireFeatureList,
  WireProject,
  type WireSegment,
  WireSegmentList,
  WireStrategy,
} from "./unleash-wire";

/** A flag as read just now, with what only planning and rewinding need. */
export type LiveFlag = {
  observed: ObservedFlag;
  moment: FlagMoment;
  sortOrders: ReadonlyMap<string, number>;
};

export type UnleashReader = {
  /** One request, two where the flag uses segments. Throws SourceError `not-found`. */
  flag(ref: FlagRef): Promise<LiveFlag>;
  /** Every flag of the project that has the environment: one request and one for each flag. */
  flags(scope: { project: string; environment: string }): Promise<LiveFlag[]>;
  segments(): Promise<WireSegment[]>;
  /** What turning on creates where no strategy is active. */
  defaultStrategy(ref: FlagRef): Promise<FlagStrategy>;
};

/** How many flags of a list are asked for at once. */
const AT_ONCE = 6;

/** Path of a flag, or of something below it, in Unleash's admin API. */
export function flagPath(ref: { project: string; key: string }): string {
  return `/api/admin/projects/${encodeURIComponent(ref.project)}/features/${encodeURIComponent(ref.key)}`;
}

/** Path of a flag's environment. */
export function environmentPath(ref: FlagRef): string {
  return `${flagPath(ref)}/environments/${encodeURIComponent(ref.environment)}`;
}

export function unleashReader(http: HttpJson): UnleashReader {
  const segments = async () => (await http.read("/api/admin/segments", WireSegmentList)).segments;

  async function flag(ref: FlagRef, rules: () => Promise<WireSegment[]>): Promise<LiveFlag> {
    let feature: WireFeature;
    try {
      feature = await http.read(`${flagPath(ref)}?variantEnvironments=true`, WireFeature);
    } catch (error) {
      if (error instanceof SourceError && error.code === "not-found") return archivedFlag(ref);
      throw error;
    }
    const environment = feature.environments.find(({ name }) => name === ref.environment);
    if (!environment) {
      throw new SourceError(
        "not-found",
        `Flag ${ref.key} has no environment ${ref.environment} in project ${ref.project}.`,
      );
    }
    const usesSegments = environment.strategies.some(
      ({ strategy }) => strategy.segments.length > 0,
    );
    const known = usesSegments ? (await rules()).map(({ segment }) => segment) : [];
    const about = { description: feature.description ?? null, archived: feature.archived ?? false };
    return liveFlag(ref, { ...environment, segments: known }, about);
  }

  /** Unleash hides archived flags, yet still tells what is kept of their environments. */
  async function archivedFlag(ref: FlagRef): Promise<LiveFlag> {
    try {
      const kept = await http.read(environmentPath(ref), WireFeatureEnvironment);
      const moment = { ...kept, enabled: false, segments: [] };
      return liveFlag(ref, moment, { description: null, archived: true });
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== "not-found") throw error;
      throw new SourceError(
        "not-found",
        `There is no flag ${ref.key} in project ${ref.project} of Unleash.`,
        { cause: error },
      );
    }
  }

  return {
    flag: (ref) => flag(ref, segments),
    segments,
    async flags({ project, environment }) {
      const path = `/api/admin/projects/${encodeURIComponent(project)}/features`;
      const { features } = await http.read(path, WireFeatureList);
      let known: Promise<WireSegment[]> | undefined;
      const rules = () => {
        known ??= segments();
        return known;
      };
      const found = await eachOf(features, AT_ONCE, async ({ name }) => {
        try {
          const live = await flag({ project, key: name, environment }, rules);
          return live.observed.archived ? null : live;
        } catch (error) {
          // Deleted while we listed, or never given this environment.
          if (error instanceof SourceError && error.code === "not-found") return null;
          throw error;
        }
      });
      return found.filter((live) => live !== null);
    },
    async defaultStrategy({ project, key, environment }) {
      const path = `/api/admin/projects/${encodeURIComponent(project)}/overview`;
      let own: WireStrategy | undefined;
      try {
        const { environments } = await http.read(path, WireProject);
        const its = environments.find((one) => one.environment === environment)?.defaultStrategy;
        own = its ? WireStrategy.safeParse({ ...its, id: "" }).data : undefined;
      } catch (error) {
        // Servers before 5 don't tell; theirs is the built-in one.
        if (!(error instanceof SourceError) || error.code !== "not-found") throw error;
      }
      return builtInStrategy(key, own?.strategy);
    },
  };
}

/** The project's own default strategy, else Unleash's: a gradual rollout to everyone. */
function builtInStrategy(key: string, own: FlagStrategy | undefined): FlagStrategy {
  const base: FlagStrategy = own ?? {
    id: "",
    name: "flexibleRollout",
    disabled: false,
    parameters: {},
    constraints: [],
    segments: [],
    variants: [],
  };
  if (base.name !== "flexibleRollout") return base;
  const { groupId, ...parameters } = base.parameters;
  return {
    ...base,
    parameters: { rollout: "100", stickiness: "default", ...parameters, groupId: groupId || key },
  };
}

function liveFlag(
  { project, key, environment }: FlagRef,
  moment: FlagMoment,
  about: Pick<ObservedFlag, "description" | "archived">,
): LiveFlag {
  const state = stateOf(moment, moment.segments);
  const fingerprint = flagFingerprint(state);
  const observed = { project, key, environment, state, fingerprint, ...about };
  const sortOrders = new Map(
    moment.strategies.map(({ strategy, sortOrder }) => [strategy.id, sortOrder]),
  );
  return { observed, moment, sortOrders };
}

/** Rules of the segments alone. */
export function rulesOf(segments: readonly WireSegment[]): FlagSegment[] {
  return segments.map(({ segment }) => segment);
}

/** The results in order, with at most `atOnce` under way. */
export async function eachOf<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const [index, item] of queue) results.set(index, await work(item));
    }),
  );
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
