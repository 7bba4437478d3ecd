import type { Service } from "@/lib/contracts/service";
import { type GithubSandbox, startGithub } from "../../sandbox/github/start-github.ts";
import {
  type KubernetesSandbox,
  startKubernetes,
} from "../../sandbox/kubernetes/start-kubernetes.ts";
import {
  type PrometheusSandbox,
  startPrometheus,
} from "../../sandbox/prometheus/start-prometheus.ts";
import { startUnleash, type UnleashSandbox } from "../../sandbox/unleash/start-unleash.ts";
import { type Addresses, CANARY, checkoutService, FLAG, NAMESPACE, TOKENS } from "./test-names";

const HOUR_MS = 3_600_000;

/** The four products on loopback around one small service, with a past of three releases. */
export type TestWorld = {
  kubernetes: KubernetesSandbox;
  github: GithubSandbox;
  unleash: UnleashSandbox;
  prometheus: PrometheusSandbox;
  addresses: Addresses;
  /** The merges of the past, oldest first; release n of checkout is built from merge n. */
  pulls: { number: number; mergeSha: string; headSha: string }[];
  /** What the signal of checkout says at a time; null is silence. */
  signal: { valueAt: (tMs: number) => number | null };
  service: Service;
  /** Puts Deployment and flag back to where they began; pull requests stay as they are. */
  reset(): void;
  /** PATCHes of Deployments that were no dry runs. */
  patches(): number;
  /** Changes of flags that the product made. */
  flagWrites(): number;
  /** Requests that could have opened a revert. */
  reverts(): number;
  stop(): Promise<void>;
};

/** A template of checkout built from a commit; it holds the canary. */
export function template(sha: string, env: Record<string, string> = {}) {
  return {
    metadata: {
      labels: { app: "checkout" },
      annotations: { "org.opencontainers.image.revision": sha },
    },
    spec: {
      containers: [
        {
          name: "app",
          image: `registry.example/checkout:${sha.slice(0, 12)}`,
          env: Object.entries({ SESSION_SECRET: CANARY, ...env }).map(([name, value]) => ({
            name,
            value,
          })),
        },
      ],
    },
  };
}

function seedCluster(
  kubernetes: KubernetesSandbox,
  pulls: TestWorld["pulls"],
  startedAt: number,
): void {
  kubernetes.seed({
    namespace: NAMESPACE,
    name: "checkout",
    replicas: 2,
    revisionHistoryLimit: 3,
    selector: { app: "checkout" },
    history: pulls.map(({ mergeSha, number }, index) => ({
      revision: index + 1,
      template: template(mergeSha),
      at: new Date(startedAt - ([59, 29, 5][index] ?? 0) * HOUR_MS),
      changeCause: `release #${number}`,
    })),
  });
}

/** A flag that went from 25 to 100 % half an hour ago. */
function seedFlag(unleash: UnleashSandbox, startedAt: number): void {
  unleash.seed({
    project: "default",
    environments: ["production"],
    flags: [
      {
        name: FLAG,
        createdAt: startedAt - 48 * HOUR_MS,
        createdBy: "ann",
        environments: {
          production: {
            enabled: true,
            strategies: [{ name: "flexibleRollout", parameters: { rollout: "100" } }],
          },
        },
        history: [
          {
            at: startedAt - 40 * HOUR_MS,
            by: "ann",
            environment: "production",
            change: { kind: "enabled" },
          },
          {
            at: startedAt - HOUR_MS / 2,
            by: "bob",
            environment: "production",
            change: {
              kind: "strategy-updated",
              before: { name: "flexibleRollout", parameters: { rollout: "25" } },
              after: { name: "flexibleRollout", parameters: { rollout: "100" } },
            },
          },
        ],
      },
    ],
  });
}

export type WorldOptions = { podReadyMs?: number; checksMs?: number };

export async function startTestWorld(options: WorldOptions = {}): Promise<TestWorld> {
  const startedAt = Date.now();
  const ago = (hours: number) => new Date(startedAt - hours * HOUR_MS);
  const signal: TestWorld["signal"] = { valueAt: () => 0.004 };
  const [kubernetes, github, unleash, prometheus] = await Promise.all([
    startKubernetes({
      podReadyMs: options.podReadyMs ?? 40,
      tokens: {
        [TOKENS.cluster]: { user: "known-good", rules: "known-good" },
        [TOKENS.clusterAdmin]: { user: "delivery", rules: "admin" },
        [TOKENS.rollouts]: { user: "known-good", rules: "rollouts" },
      },
    }),
    startGithub({
      tokens: { [TOKENS.code]: { login: "known-good-bot", permissions: "write" } },
      checksMs: options.checksMs ?? 50,
    }),
    startUnleash({ tokens: { [TOKENS.flags]: { username: "known-good", permissions: "admin" } } }),
    startPrometheus({
      scrapeIntervalMs: 5_000,
      series: () => [
        {
          labels: { __name__: "errors:ratio", service: "checkout" },
          valueAt: (tMs) => signal.valueAt(tMs),
        },
      ],
    }),
  ]);
  const merge = (title: string, hours: number, files: Record<string, string>) => ({
    at: ago(hours + 2),
    mergedAt: ago(hours),
    title,
    author: { login: "ann" },
    branch: title.toLowerCase().replaceAll(/\W+/g, "-"),
    mergeMethod: "squash" as const,
    files,
  });
  const pulls = await github.seed({
    owner: "acme",
    repo: "shop",
    files: { "README.md": "# Shop\n" },
    history: [
      merge("Start the checkout", 60, { "src/checkout.ts": "export const checkout = 1;\n" }),
      merge("Guard the basket", 30, {
        "src/basket.ts": `export const basket = () => flags.on("${FLAG}");\n`,
      }),
      merge("Round prices", 6, { "src/price.ts": "export const price = 3;\n" }),
    ],
  });
  const reset = () => {
    seedCluster(kubernetes, pulls, startedAt);
    seedFlag(unleash, startedAt);
  };
  reset();
  let flagWrites = 0;
  unleash.onChange(({ by }) => {
    if (by === "known-good") flagWrites += 1;
  });
  return {
    kubernetes,
    github,
    unleash,
    prometheus,
    addresses: {
      kubernetes: kubernetes.url,
      github: github.apiUrl,
      unleash: unleash.url,
      prometheus: prometheus.url,
    },
    pulls,
    signal,
    service: checkoutService(),
    reset,
    patches: () =>
      kubernetes.requests.filter(
        ({ method, path, user }) =>
          method === "PATCH" &&
          user === "known-good" &&
          path.includes("/deployments/") &&
          !path.includes("dryRun"),
      ).length,
    flagWrites: () => flagWrites,
    reverts: () =>
      github.requests.filter(({ operation }) => operation === "revertPullRequest").length,
    async stop() {
      await Promise.all([kubernetes.stop(), github.stop(), unleash.stop(), prometheus.stop()]);
    },
  };
}
