import * as z from "zod";
import type { FlagSegment, FlagState, FlagStrategy } from "@/lib/contracts/flag-state";

/** Free-form objects (constraints, variants) are kept as they are: they go back the same way. */
const Loose = z.record(z.string(), z.unknown());
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** Unleash keeps parameters as text, but tells numbers as numbers where they were sent so. */
const Parameters = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullish()
  .transform((parameters) =>
    Object.fromEntries(
      Object.entries(parameters ?? {}).flatMap(([name, value]) =>
        value === null ? [] : [[name, String(value)]],
      ),
    ),
  );

/** A strategy as Unleash tells it, with what only Unleash needs to know beside it. */
export const WireStrategy = z
  .object({
    id: z.string(),
    name: z.string(),
    title: z.string().nullish(),
    disabled: z.boolean().nullish(),
    parameters: Parameters,
    constraints: list(Loose),
    segments: list(z.number()),
    variants: list(Loose),
    sortOrder: z.number().nullish(),
  })
  .transform(({ title, sortOrder, disabled, ...rest }) => ({
    title: title ?? null,
    sortOrder: sortOrder ?? Number.MAX_SAFE_INTEGER,
    strategy: { ...rest, disabled: disabled ?? false } satisfies FlagStrategy,
  }));
export type WireStrategy = z.infer<typeof WireStrategy>;

const WireEnvironment = z.object({
  name: z.string(),
  enabled: z.boolean(),
  strategies: list(WireStrategy),
  variants: list(Loose),
});

/** GET …/features/{key}?variantEnvironments=true */
export const WireFeature = z.object({
  name: z.string(),
  description: z.string().nullish(),
  archived: z.boolean().nullish(),
  environments: z.array(WireEnvironment),
});
export type WireFeature = z.infer<typeof WireFeature>;

/** GET …/features/{key}/environments/{environment}: also answers for archived flags, without segments. */
export const WireFeatureEnvironment = WireEnvironment.omit({ name: true });

/** GET …/features: names only matter here. */
export const WireFeatureList = z.object({ features: z.array(z.object({ name: z.string() })) });

/** A segment with what must be sent back beside its rules when it is written. */
export const WireSegment = z
  .object({
    id: z.number(),
    name: z.string(),
    description: z.string().nullish(),
    project: z.string().nullish(),
    constraints: list(Loose),
  })
  .transform(({ description, project, ...segment }) => ({
    segment: segment satisfies FlagSegment,
    description: description ?? null,
    project: project ?? null,
  }));
export type WireSegment = z.infer<typeof WireSegment>;
export const WireSegmentList = z.object({ segments: z.array(WireSegment) });

/** GET /segments/{id}/strategies */
export const WireSegmentUse = z.object({
  strategies: z.array(z.object({ featureName: z.string() })),
});

/** GET /api/admin/user: nothing but the permissions, for it repeats an API token's secret. */
export const WireUser = z.object({
  permissions: z.array(
    z.object({
      permission: z.string(),
      project: z.string().nullish(),
      environment: z.string().nullish(),
    }),
  ),
});
export type WireUser = z.infer<typeof WireUser>;

/** GET …/projects/{project}/overview: the strategy that turning on creates where there is none. */
export const WireProject = z.object({
  defaultStickiness: z.string().nullish(),
  environments: z.array(z.object({ environment: z.string(), defaultStrategy: Loose.nullish() })),
});

/** GET /api/admin/projects: that it answers is what counts. */
export const WireProjectList = z.object({ projects: z.array(z.object({ id: z.string() })) });

export const WireVersion = z.object({
  version: z.string().nullish(),
  versionInfo: z
    .object({
      current: z.object({ oss: z.string().nullish(), enterprise: z.string().nullish() }),
    })
    .nullish(),
});

/** One entry of GET /api/admin/search/events. `data` and `preData` are read by type. */
export const WireEvent = z.object({
  id: z.number(),
  type: z.string(),
  createdBy: z.string().nullish(),
  createdAt: z.iso.datetime({ offset: true }),
  featureName: z.string().nullish(),
  project: z.string().nullish(),
  environment: z.string().nullish(),
  data: z.unknown(),
  preData: z.unknown(),
});
export type WireEvent = z.infer<typeof WireEvent>;
/** The same page for who only asks what happened to which flag. */
export const WireEventHeads = z.object({
  events: z.array(z.object({ id: z.number(), featureName: z.string().nullish() })),
});
export const WireEventPage = z.object({ events: z.array(WireEvent) });

/** The state of one environment, its strategies in their order, with the rules of its segments. */
export function stateOf(
  environment: Pick<z.infer<typeof WireEnvironment>, "enabled" | "strategies" | "variants">,
  segments: readonly FlagSegment[],
): FlagState {
  const strategies = environment.strategies
    .toSorted((a, b) => a.sortOrder - b.sortOrder)
    .map(({ strategy }) => strategy);
  const state = { enabled: environment.enabled, strategies, variants: environment.variants };
  return withSegments(state, segments);
}

/** The state with the rules of exactly the segments that it names, as far as they are known. */
export function withSegments(state: FlagState, known: readonly FlagSegment[]): FlagState {
  const named = new Set(state.strategies.flatMap((strategy) => strategy.segments));
  const { segments: _, ...rest } = state;
  const segments = known.filter(({ id }) => named.has(id)).toSorted((a, b) => a.id - b.id);
  return segments.length === 0 ? rest : { ...rest, segments };
}
