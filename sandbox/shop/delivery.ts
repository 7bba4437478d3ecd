import { execFile as execFileCallback } from "node:child_process";
import { promisify } from "node:util";
import type { PullRequest } from "../github/pull-request.ts";
import type { GithubSandbox } from "../github/start-github.ts";
import type { KubernetesSandbox } from "../kubernetes/start-kubernetes.ts";
import { imageOf, NAMESPACE, SERVICES, serviceNamed } from "./catalogue.ts";

const execFile = promisify(execFileCallback);

export type Delivery = {
  /** Settings to change in the next rollout of a service. */
  setEnv(service: string, env: Record<string, string>): void;
  /** Somebody changes settings of what is live, without new code. */
  changeByHand(service: string, env: Record<string, string>, command: string): Promise<void>;
  stop(): void;
};

export type DeliveryOptions = {
  github: GithubSandbox;
  kubernetes: Pick<KubernetesSandbox, "url">;
  /** Bearer token of the delivery's own account in the cluster. */
  token: string;
  /** From merge to rollout, milliseconds; merges in between go out together. */
  buildMs: number;
  /** From opened to approved, once checks are through; for reverts only. */
  reviewMs: number;
  report: (sentence: string) => void;
};

/**
 * The shop's people and pipeline: a revert is approved and merged once its checks are through, and
 * every merge is built and rolled out over the cluster's own API.
 */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { github, report } = options;
  const timers = new Set<NodeJS.Timeout>();
  const pending = new Map<string, { timer: NodeJS.Timeout; cause: string }>();
  const env = new Map<string, Record<string, string>>();
  const later = (ms: number, work: () => Promise<unknown>) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work().catch((error: unknown) => report(`The delivery failed: ${String(error)}`));
    }, ms);
    timers.add(timer);
    return timer;
  };
  const release = async (service: string, cause: string): Promise<void> => {
    pending.delete(service);
    const sha = await github.head();
    if (!sha) return;
    try {
      await roll(options, service, sha, cause, env.get(service) ?? {});
    } catch (error) {
      report(`The delivery of ${service} failed and is tried again: ${String(error)}`);
      if (pending.has(service)) return;
      pending.set(service, {
        cause,
        timer: later(options.buildMs, () => release(service, cause)),
      });
      return;
    }
    env.delete(service);
    report(`${service} ${sha.slice(0, 7)} is rolling out.`);
  };
  const offs = [
    github.on("merged", (pull) => {
      const cause = `Merge pull request #${pull.number} from shop/${pull.headRef}`;
      later(0, async () => {
        for (const name of await touchedBy(github.repositoryDir, pull)) {
          const waiting = pending.get(name);
          if (waiting) clearTimeout(waiting.timer);
          pending.set(name, { cause, timer: later(options.buildMs, () => release(name, cause)) });
        }
      });
    }),
    github.on("opened", (pull) => {
      if (!pull.title.startsWith("Revert")) return;
      later(options.reviewMs, async () => {
        if (github.pullRequest(pull.number)?.state !== "open") return;
        github.approve(pull.number, "pia");
        await github.merge(pull.number, "merge", "pia");
        report(`#${pull.number} was approved and merged.`);
      });
    }),
  ];
  return {
    setEnv: (service, values) => env.set(service, values),
    changeByHand: (service, values, command) => roll(options, service, null, command, values),
    stop() {
      for (const off of offs) off();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Services whose folder a merge changed. */
async function touchedBy(dir: string, pull: PullRequest): Promise<string[]> {
  if (!pull.merge) return [];
  const range = ["diff", "--name-only", pull.merge.onto, pull.merge.sha];
  const { stdout } = await execFile("git", ["-C", dir, ...range]);
  return SERVICES.map((service) => service.name).filter((name) =>
    stdout.split("\n").some((path) => path.startsWith(`services/${name}/`)),
  );
}

async function roll(
  options: DeliveryOptions,
  name: string,
  /** Null when the code stays. */
  sha: string | null,
  cause: string,
  env: Record<string, string>,
): Promise<void> {
  const service = serviceNamed(name);
  const patch = {
    metadata: { annotations: { "kubernetes.io/change-cause": cause } },
    spec: {
      template: {
        ...(sha && { metadata: { annotations: { "org.opencontainers.image.revision": sha } } }),
        spec: {
          containers: [
            {
              name: service.name,
              ...(sha && { image: imageOf(service.name, sha) }),
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
            },
          ],
        },
      },
    },
  };
  const response = await fetch(
    `${options.kubernetes.url}/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${name}`,
    {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${options.token}`,
        "content-type": "application/strategic-merge-patch+json",
        "user-agent": "shop-delivery",
      },
      body: JSON.stringify(patch),
      signal: AbortSignal.timeout(10_000),
    },
  );
  if (!response.ok)
    throw new Error(`the cluster answered ${response.status}: ${await response.text()}`);
}
