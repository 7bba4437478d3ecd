import { type GithubSandbox, startGithub } from "../github/start-github.ts";
import type { Caller } from "../kubernetes/access.ts";
import { installFreezePolicy } from "../kubernetes/install-freeze-policy.ts";
import { type KubernetesSandbox, startKubernetes } from "../kubernetes/start-kubernetes.ts";
import { deliveryRobot, USERS } from "../kubernetes/users.ts";
import { type PrometheusSandbox, startPrometheus } from "../prometheus/start-prometheus.ts";
import { startUnleash, type UnleashSandbox } from "../unleash/start-unleash.ts";
import { startAlerting } from "./alerting.ts";
import { breakAgain } from "./break-again.ts";
import { NAMESPACE, OWNER, PEOPLE, REPOSITORY, SERVICES, TEAMS } from "./catalogue.ts";
import { startDelivery } from "./delivery.ts";
import type { DeliveryEntry } from "./delivery-log.ts";
import type { Gate } from "./gate.ts";
import { createLiveWorld, type LiveWorld } from "./live-world.ts";
import { startOtherTeams } from "./other-teams.ts";
import { mergesUntil, releasesUntil } from "./past.ts";
import { shopLines } from "./pod-lines.ts";
import { podTemplate } from "./pod-template.ts";
import { ROOT_FILES } from "./repository-files.ts";
import { configuration } from "./scenarios/configuration.ts";
import { gitops } from "./scenarios/gitops.ts";
import { innocent } from "./scenarios/innocent.ts";
import { outside } from "./scenarios/outside.ts";
import { retoggle } from "./scenarios/retoggle.ts";
import { revert } from "./scenarios/revert.ts";
import { rollback } from "./scenarios/rollback.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { schemaTrap } from "./scenarios/schema-trap.ts";
import { seedConfiguration } from "./seed-configuration.ts";
import { flagsUntil } from "./seed-flags.ts";
import { type ArgoParent, ownerMarks } from "./seed-owners.ts";
import { type ShopGitops, startShopGitops } from "./shop-gitops.ts";
import { TOKENS } from "./tokens.ts";

export const SCENARIOS: Record<Scenario["name"], Scenario> = {
  retoggle,
  rollback,
  revert,
  "schema-trap": schemaTrap,
  configuration,
  innocent,
  outside,
  gitops,
};

const account = (namespace: string, name: string): Caller => ({
  user: `system:serviceaccount:${namespace}:${name}`,
  rules: "admin",
});

export type ShopOptions = {
  scenario?: Scenario["name"];
  /** Where alerts go; none are sent without. */
  alerts?: { url: string; token: string };
  /** Where the repository's webhooks go. */
  webhookUrl?: string;
  ports?: { kubernetes?: number; github?: number; unleash?: number; prometheus?: number };
  podReadyMs?: number;
  /** How long a pod that is to go still runs; as the scenario says unless told. */
  podStopMs?: number;
  checksMs?: number;
  buildMs?: number;
  /** Milliseconds over which error rates are taken. */
  windowMs?: number;
  /** Where the pipeline asks before it delivers; nowhere without. */
  gate?: Gate;
  /** Administrators have installed the freeze policy and made known-good/freeze a required check. */
  isReadyToFreeze?: boolean;
  /** Known Good's account may not pause Argo CD or Flux. */
  isPausingForbidden?: boolean;
  /** How often what is held back asks again; 3,000 ms unless told. */
  askAgainMs?: number;
  /** Another team delivers by itself every so often; as the scenario says unless told, 0 for never. */
  competingMs?: number;
  /** How long Argo CD leaves a difference alone; 5,000 ms unless told. */
  selfHealMs?: number;
  /** Interval of the Kustomizations; "1m0s" unless told. */
  fluxInterval?: string;
  /** Who declares the Applications and so puts their policies back; nobody unless told. */
  argoParent?: ArgoParent;
  report?: (sentence: string) => void;
};

export type Shop = {
  kubernetes: KubernetesSandbox;
  github: GithubSandbox;
  unleash: UnleashSandbox;
  prometheus: PrometheusSandbox;
  world: LiveWorld;
  scenario(): Scenario;
  /** Makes a scenario's mistake again, now, the way people and pipelines make it. */
  breakAgain(name: Scenario["name"]): Promise<void>;
  /** What is outside works again. */
  endOutage(): void;
  /** Somebody takes checkout's newest migration back. */
  migrateDown(): void;
  /** Another team merges something innocent into a service and delivers it. */
  deliver(service: string): Promise<void>;
  /** Runs a delivery that failed again. */
  deliverAgain(id: number): void;
  /** What became of the deliveries since the start, the newest last. */
  deliveries(): DeliveryEntry[];
  stop(): Promise<void>;
};

/** Starts the small world: four products on loopback around a shop in which a mistake just shipped. */
export async function startShop(options: ShopOptions = {}): Promise<Shop> {
  let scenario = SCENARIOS[options.scenario ?? "retoggle"];
  const report = options.report ?? (() => undefined);
  const now = Date.now;
  const startedAt = now();
  const checksMs = options.checksMs ?? 6_000;
  const ports = options.ports ?? {};
  const kubernetes = await startKubernetes({
    port: ports.kubernetes ?? 0,
    podReadyMs: options.podReadyMs ?? 1_500,
    podStopMs: options.podStopMs ?? scenario.podStopMs ?? 0,
    tokens: {
      [TOKENS.cluster]: options.isPausingForbidden
        ? { ...USERS.knownGood, rules: "no-pausing" }
        : USERS.knownGood,
      [TOKENS.clusterAdmin]: USERS.administrator,
      [TOKENS.delivery]: deliveryRobot(OWNER),
      [TOKENS.argo]: USERS.argoCd,
      [TOKENS.argoSets]: account("argocd", "argocd-applicationset-controller"),
      [TOKENS.kustomize]: USERS.kustomizeController,
      [TOKENS.helm]: USERS.helmController,
      [TOKENS.fluxSource]: account("flux-system", "source-controller"),
    },
  });
  const github = await startGithub({
    port: ports.github ?? 0,
    tokens: { [TOKENS.code]: { login: "known-good-bot", permissions: "write" } },
    oauth: { clientId: TOKENS.signInId, clientSecret: TOKENS.signInSecret, users: PEOPLE },
    teams: TEAMS,
    checksMs,
    webhooks: options.webhookUrl ? [{ url: options.webhookUrl, secret: TOKENS.webhook }] : [],
  });
  const unleash = await startUnleash({
    port: ports.unleash ?? 0,
    tokens: { [TOKENS.flags]: { username: "known-good", permissions: "admin" } },
  });
  const merges = mergesUntil(startedAt, scenario);
  const pulls = await github.seed({
    owner: OWNER,
    repo: REPOSITORY,
    defaultBranch: "main",
    files: ROOT_FILES,
    history: merges,
  });
  if (options.isReadyToFreeze) {
    await installFreezePolicy(kubernetes.clientAs(USERS.administrator, "kubectl"));
    github.setProtection({ contexts: ["known-good/freeze"] });
  }
  const numbered = merges.flatMap((merge, index) => {
    const pull = pulls[index];
    return pull ? [{ ...merge, ...pull }] : [];
  });
  const releases = releasesUntil(startedAt, scenario, numbered);
  const owners = scenario.owners ?? {};
  for (const service of SERVICES) {
    const { labels, ...marks } = ownerMarks(service.name, owners[service.name]);
    const own = releases.filter((release) => release.service === service.name);
    seedConfiguration(kubernetes, service, new Date(own[0]?.at ?? startedAt));
    kubernetes.seed({
      namespace: NAMESPACE,
      name: service.name,
      labels: {
        ...{ "app.kubernetes.io/name": service.name, team: service.team.toLowerCase() },
        ...labels,
      },
      ...marks,
      replicas: service.replicas,
      selector: { "app.kubernetes.io/name": service.name },
      history: own.map((release, index) => ({
        revision: service.firstRevision + index,
        template: podTemplate(service.name, release.sha, release.env),
        at: new Date(release.at),
        changeCause: release.changeCause,
      })),
    });
  }
  unleash.seed(flagsUntil(startedAt, scenario));
  const windowMs = options.windowMs ?? 30_000;
  const world = await createLiveWorld({
    kubernetes,
    github,
    unleash,
    scenario,
    releases,
    windowMs,
    now,
  });
  kubernetes.writeLogs(shopLines(world.faultAt));
  for (const name of scenario.crashes ?? []) {
    // Not all of them have met what brings them down.
    for (const [index, pod] of kubernetes.podsOf(NAMESPACE, name).entries()) {
      if (index % 2 === 1) continue;
      const crashedMs = startedAt - (4 + index) * 60_000;
      const restartedMs = crashedMs + 11_000;
      kubernetes.crash(pod, { crashedMs, restartedMs, exitCode: 1, reason: "Error" });
    }
  }
  const prometheus = await startPrometheus({
    port: ports.prometheus ?? 0,
    series: world.series,
    scrapeIntervalMs: 5_000,
  });
  const reviewMs = checksMs + 1_000;
  const askAgainMs = options.askAgainMs ?? 3_000;
  const delivery = startDelivery({
    ...{ github, kubernetes, token: TOKENS.delivery, owners },
    ...{ gate: options.gate, askAgainMs, buildMs: options.buildMs ?? 4_000, reviewMs, report },
  });
  const otherTeams = startOtherTeams({
    ...{ github, log: delivery.log, reviewMs, askAgainMs, report },
    everyMs: options.competingMs ?? scenario.competingMs ?? 0,
  });
  let controllers: ShopGitops | null = null;
  if (scenario.owners) {
    const { selfHealMs, fluxInterval: interval, argoParent: parent } = options;
    controllers = await startShopGitops({
      ...{ kubernetes, github, owners, releases, report, selfHealMs, interval, parent },
    });
  }
  const { rollout, releases: own, outage } = scenario;
  const harmMinutes = rollout?.minutesAgo ?? own[0]?.minutesAgo ?? outage?.minutesAgo ?? 0;
  let beganAt = startedAt - harmMinutes * 60_000;
  const alerting = options.alerts
    ? startAlerting({
        world,
        scenario: () => scenario,
        receiver: options.alerts,
        everyMs: 1_000,
        beganAt: (service) => (service === scenario.service ? beganAt : now()),
        report,
      })
    : null;
  return {
    kubernetes,
    github,
    unleash,
    prometheus,
    world,
    scenario: () => scenario,
    async breakAgain(name) {
      scenario = SCENARIOS[name];
      beganAt = now();
      if (scenario.outage) world.setOutage(scenario.outage);
      await breakAgain(scenario, { github, unleash, delivery });
      report(`Broken again: ${scenario.story}`);
    },
    endOutage() {
      world.setOutage(null);
      report("The card provider is back.");
    },
    migrateDown() {
      world.migrateDown();
      report("Checkout’s database was migrated down by one.");
    },
    deliver: (service) => otherTeams.deliver(service),
    deliverAgain: (id) => delivery.again(id),
    deliveries: () => delivery.log.entries(),
    async stop() {
      alerting?.stop();
      otherTeams.stop();
      delivery.stop();
      controllers?.stop();
      world.stop();
      await Promise.all([kubernetes.stop(), github.stop(), unleash.stop(), prometheus.stop()]);
    },
  };
}
