import type { GithubSandbox } from "../github/start-github.ts";
import type { KubernetesSandbox } from "../kubernetes/start-kubernetes.ts";
import type { Series } from "../prometheus/evaluate-promql.ts";
import type { UnleashSandbox } from "../unleash/start-unleash.ts";
import { type CodeFacts, errorRatio, factsOf } from "./behaviour.ts";
import { ENVIRONMENT, NAMESPACE, PROJECT, SERVICES, SIGNAL_METRIC } from "./catalogue.ts";
import { ErrorHistory } from "./error-history.ts";
import type { PastRelease } from "./past.ts";
import { envOf, shaOf } from "./pod-template.ts";
import type { Scenario } from "./scenarios/scenario.ts";

export type LiveWorld = {
  series(): Series[];
  /** The share of failed requests a service has now, as the signal shows it. */
  now(service: string): number;
  stop(): void;
};

export type WorldOptions = {
  kubernetes: KubernetesSandbox;
  github: GithubSandbox;
  unleash: UnleashSandbox;
  scenario: Scenario;
  releases: PastRelease[];
  /** Milliseconds over which a rate is taken. */
  windowMs: number;
  now: () => number;
};

const MINUTE_MS = 60_000;
/** What part of a dependency's failures its customers see through a service. */
const SEEN_THROUGH = 0.04;

/**
 * Keeps every service's error rate as the state of the world has it: what code and settings the ready
 * pods run, how far the flag is open, which migrations were applied. The past is computed from the
 * releases, the present follows cluster and flags.
 */
export async function createLiveWorld(options: WorldOptions): Promise<LiveWorld> {
  const { kubernetes, github, unleash, now } = options;
  const histories = new Map(
    SERVICES.map(({ name }) => [name, new ErrorHistory(name, options.windowMs)]),
  );
  const facts = new Map<string, Promise<CodeFacts>>();
  const factsAt = (sha: string) => {
    const known = facts.get(sha);
    if (known) return known;
    const read = factsOf((path) => github.commitTree(sha, path));
    facts.set(sha, read);
    return read;
  };
  let schema = await tellPast(options, histories, factsAt);
  const discountPercent = () => {
    const state = unleash.state(PROJECT, "discount-engine", ENVIRONMENT);
    return state.enabled ? (state.rolloutPercent ?? 0) : 0;
  };

  const look = async () => {
    const ratios = new Map<string, number>();
    for (const { name } of SERVICES) {
      const serving = kubernetes.serving(NAMESPACE, name).filter((one) => one.readyReplicas > 0);
      const all = serving.reduce((sum, one) => sum + one.readyReplicas, 0);
      let ratio = all === 0 ? 1 : 0;
      for (const version of serving) {
        const sha = shaOf(version.template);
        if (!sha) continue;
        const code = await factsAt(sha);
        schema = Math.max(schema, code.migration);
        const world = { discountPercent: discountPercent(), schema };
        const running = { facts: code, env: envOf(version.template) };
        ratio += (version.readyReplicas / all) * errorRatio(name, running, world);
      }
      ratios.set(name, ratio);
    }
    const at = now();
    for (const { name, dependsOn } of SERVICES) {
      const through = dependsOn.reduce((sum, other) => sum + (ratios.get(other) ?? 0), 0);
      histories.get(name)?.set(at, Math.min(1, (ratios.get(name) ?? 0) + through * SEEN_THROUGH));
    }
  };

  let queue = Promise.resolve();
  const lookAgain = () => {
    queue = queue.then(look, look);
  };
  const offs = [kubernetes.onChange(lookAgain), unleash.onChange(lookAgain)];
  await look();
  return {
    series: () =>
      SERVICES.map(({ name }) => ({
        labels: { __name__: SIGNAL_METRIC, service: name, job: "shop" },
        valueAt: (at: number) => (at > now() ? null : (histories.get(name)?.valueAt(at) ?? null)),
      })),
    now: (service) => histories.get(service)?.valueAt(now()) ?? 0,
    stop: () => {
      for (const off of offs) off();
    },
  };
}

/** Fills the histories up to now from the seeded releases; answers the schema reached by then. */
async function tellPast(
  { scenario, releases, now }: WorldOptions,
  histories: Map<string, ErrorHistory>,
  factsAt: (sha: string) => Promise<CodeFacts>,
): Promise<number> {
  const ramp = scenario.rollout;
  const rampAt = ramp ? now() - ramp.minutesAgo * MINUTE_MS : Number.POSITIVE_INFINITY;
  const moments = [...releases.map((release) => release.at), rampAt].filter(Number.isFinite);
  let schema = 0;
  for (const at of moments.sort((a, b) => a - b)) {
    const live = new Map<string, PastRelease>();
    for (const release of releases) {
      if (release.at <= at && release.at >= (live.get(release.service)?.at ?? 0)) {
        live.set(release.service, release);
      }
    }
    const ratios = new Map<string, number>();
    for (const [name, release] of live) {
      const code = await factsAt(release.sha);
      schema = Math.max(schema, code.migration);
      const discountPercent = at >= rampAt && ramp ? ramp.percent : 25;
      ratios.set(
        name,
        errorRatio(name, { facts: code, env: release.env }, { discountPercent, schema }),
      );
    }
    for (const { name, dependsOn } of SERVICES) {
      const own = ratios.get(name);
      if (own === undefined) continue;
      const through = dependsOn.reduce((sum, other) => sum + (ratios.get(other) ?? 0), 0);
      histories.get(name)?.set(at, own + through * SEEN_THROUGH);
    }
  }
  return schema;
}
