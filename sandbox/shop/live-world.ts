import type { GithubSandbox } from "../github/start-github.ts";
import type { KubernetesSandbox, PodTemplate } from "../kubernetes/start-kubernetes.ts";
import type { Series } from "../prometheus/evaluate-promql.ts";
import type { UnleashSandbox } from "../unleash/start-unleash.ts";
import {
  type Cause,
  type CodeFacts,
  errorRatio,
  factsOf,
  faultOf,
  type World,
} from "./behaviour.ts";
import {
  ENVIRONMENT,
  NAMESPACE,
  PROJECT,
  SERVICES,
  SIGNAL_METRIC,
  serviceNamed,
} from "./catalogue.ts";
import { Databases } from "./databases.ts";
import { ErrorHistory } from "./error-history.ts";
import { failures, type Serving } from "./failures.ts";
import type { PastRelease } from "./past.ts";
import { envOf, shaOf } from "./pod-template.ts";
import type { Scenario } from "./scenarios/scenario.ts";

export type LiveWorld = {
  series(): Series[];
  /** The share of failed requests a service has now, as the signal shows it. */
  now(service: string): number;
  /** What was wrong with a version of a service at a moment, and how many of its requests failed. */
  faultAt(
    service: string,
    template: PodTemplate,
    atMs: number,
  ): { cause: Cause | null; ratio: number };
  /** Something outside goes down, or comes back with null. */
  setOutage(outage: Scenario["outage"] | null): void;
  /** Takes checkout's newest migration back. */
  migrateDown(): void;
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

/** How the world was from a moment on. */
type Moment = { at: number; world: World; outage: Scenario["outage"] | null };

const MOMENTS_KEPT = 1_000;
const MINUTE_MS = 60_000;
/** The discount engine's share before a scenario opens it further. */
const USUAL_PERCENT = 25;

type FactsAt = (sha: string) => Promise<CodeFacts>;

/**
 * Keeps every service's error rate as the state of the world has it: what code and settings the ready
 * pods run, how far the flag is open, which migrations were applied, what is down outside. The past is
 * computed from the releases, the present follows cluster and flags.
 */
export async function createLiveWorld(options: WorldOptions): Promise<LiveWorld> {
  const { kubernetes, github, unleash, now } = options;
  const histories = new Map(
    SERVICES.map(({ name }) => [name, new ErrorHistory(name, options.windowMs)]),
  );
  const facts = new Map<string, Promise<CodeFacts>>();
  const known = new Map<string, CodeFacts>();
  const moments: Moment[] = [];
  const factsAt: FactsAt = (sha) => {
    const asked = facts.get(sha);
    if (asked) return asked;
    const read = factsOf((path) => github.commitTree(sha, path));
    facts.set(sha, read);
    read.then(
      (one) => known.set(sha, one),
      () => facts.delete(sha),
    );
    return read;
  };
  const databases = new Databases();
  let outage = options.scenario.outage ?? null;
  await tellPast(options, histories, factsAt, databases, moments);
  const discountPercent = () => {
    const state = unleash.state(PROJECT, "discount-engine", ENVIRONMENT);
    return state.enabled ? (state.rolloutPercent ?? 0) : 0;
  };

  const look = async () => {
    const serving = new Map<string, Serving[]>();
    for (const { name } of SERVICES) {
      const versions = kubernetes.serving(NAMESPACE, name).filter((one) => one.readyReplicas > 0);
      const read = await Promise.all(
        versions.map(async ({ template, readyReplicas }) => {
          const sha = shaOf(template);
          if (!sha) return [];
          return [{ sha, facts: await factsAt(sha), env: envOf(template), pods: readyReplicas }];
        }),
      );
      serving.set(name, read.flat());
      databases.start(name, read.flat());
    }
    const world = { discountPercent: discountPercent(), ...databases.levels() };
    const at = now();
    moments.push({ at, world, outage });
    if (moments.length > MOMENTS_KEPT) moments.shift();
    for (const [name, ratio] of failures(serving, world, outage))
      histories.get(name)?.set(at, ratio);
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
    faultAt(service, template, atMs) {
      const { base } = serviceNamed(service);
      const code = known.get(shaOf(template) ?? "");
      const moment = moments.findLast((one) => one.at <= atMs) ?? moments[0];
      if (!code || !moment) return { cause: null, ratio: base };
      const version = { facts: code, env: envOf(template) };
      const ratio = errorRatio(service, version, moment.world);
      if (moment.outage?.service === service) {
        return { cause: "provider-down", ratio: ratio + moment.outage.ratio };
      }
      return { cause: faultOf(service, version, moment.world)?.cause ?? null, ratio };
    },
    setOutage(next) {
      outage = next ?? null;
      lookAgain();
    },
    migrateDown() {
      databases.migrateDown();
      lookAgain();
    },
    stop: () => {
      for (const off of offs) off();
    },
  };
}

/** Fills the histories up to now from the seeded releases, and applies their migrations. */
async function tellPast(
  { scenario, releases, now }: WorldOptions,
  histories: Map<string, ErrorHistory>,
  factsAt: FactsAt,
  databases: Databases,
  told: Moment[],
): Promise<void> {
  const { rollout: ramp, outage } = scenario;
  const began = (minutesAgo: number | undefined) =>
    minutesAgo === undefined ? Number.POSITIVE_INFINITY : now() - minutesAgo * MINUTE_MS;
  const rampAt = began(ramp?.minutesAgo);
  const outageAt = began(outage?.minutesAgo);
  const moments = [...releases.map((release) => release.at), rampAt, outageAt];
  // Asked for together, they are read together.
  await Promise.all(releases.map(({ sha }) => factsAt(sha)));
  for (const at of moments.filter(Number.isFinite).sort((a, b) => a - b)) {
    const live = new Map<string, PastRelease>();
    for (const release of releases) {
      if (release.at <= at && release.at >= (live.get(release.service)?.at ?? 0)) {
        live.set(release.service, release);
      }
    }
    const serving = new Map<string, Serving[]>();
    for (const [name, { sha, env }] of live) {
      const versions = [{ sha, facts: await factsAt(sha), env, pods: 1 }];
      serving.set(name, versions);
      databases.start(name, versions);
    }
    const discountPercent = at >= rampAt && ramp ? ramp.percent : USUAL_PERCENT;
    const world = { discountPercent, ...databases.levels() };
    const down = (at >= outageAt ? outage : null) ?? null;
    told.push({ at, world, outage: down });
    for (const [name, ratio] of failures(serving, world, down)) {
      histories.get(name)?.set(at, ratio);
    }
  }
}
