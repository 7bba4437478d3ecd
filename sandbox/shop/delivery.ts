import type { PullRequest } from "../github/pull-request.ts";
import { readGit } from "../github/read-git.ts";
import type { GithubSandbox } from "../github/start-github.ts";
import { ApiRefusal, KubeClient } from "../gitops/kube-client.ts";
import type { KubernetesSandbox } from "../kubernetes/start-kubernetes.ts";
import { SERVICES } from "./catalogue.ts";
import { type DeliveryEntry, DeliveryLog } from "./delivery-log.ts";
import { commitDelivery, isByGit } from "./deploy-branch.ts";
import { followDelivery } from "./follow-delivery.ts";
import { askGate, type Gate } from "./gate.ts";
import { rollOut } from "./roll-out.ts";
import type { Owner } from "./scenarios/scenario.ts";

export type Delivery = {
  /** Settings to change in the next rollout of a service. */
  setEnv(service: string, env: Record<string, string>): void;
  /** Somebody changes settings of what is live, without new code. */
  changeByHand(service: string, env: Record<string, string>, command: string): Promise<void>;
  /** Runs a delivery again that failed. */
  again(id: number): void;
  log: DeliveryLog;
  stop(): void;
};

export type DeliveryOptions = {
  github: GithubSandbox;
  kubernetes: Pick<KubernetesSandbox, "url">;
  /** Bearer token of the delivery's own account in the cluster. */
  token: string;
  /** Who keeps which service; the others are rolled out straight into the cluster. */
  owners: Record<string, Owner>;
  /** Asked before each delivery; nobody is when there is none. */
  gate?: Gate | undefined;
  /** How long a delivery that is held waits before it asks again, milliseconds. */
  askAgainMs: number;
  /** From merge to rollout, milliseconds; merges in between go out together. */
  buildMs: number;
  /** From opened to approved, once checks are through; for reverts only. */
  reviewMs: number;
  report: (sentence: string) => void;
};

/**
 * The shop's people and pipeline: a revert is approved and merged once its checks are through, and
 * every merge is built and, if the gate lets it, rolled out over the cluster's own API or committed to
 * where git declares what runs.
 */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { github, report, owners, gate } = options;
  const log = new DeliveryLog(report);
  const timers = new Set<NodeJS.Timeout>();
  type Waiting = { timer: NodeJS.Timeout; cause: string; entry: DeliveryEntry };
  const pending = new Map<string, Waiting>();
  const env = new Map<string, Record<string, string>>();
  const client = new KubeClient(options.kubernetes.url, options.token, "shop-delivery");
  const later = (ms: number, work: () => Promise<unknown>) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work().catch((error: unknown) => report(`The delivery failed: ${String(error)}`));
    }, ms);
    timers.add(timer);
    return timer;
  };
  const plan = (ms: number, service: string, cause: string, entry: DeliveryEntry) => {
    const timer = later(ms, () => release(service, cause, entry));
    pending.set(service, { cause, entry, timer });
  };

  const release = async (service: string, cause: string, entry: DeliveryEntry): Promise<void> => {
    pending.delete(service);
    const sha = await github.head();
    if (!sha) return;
    entry.sha = sha;
    const closed = gate ? await askGate(gate, service, sha) : null;
    // Another merge may have come while the gate was asked: it takes this one along.
    if (pending.has(service)) return log.move(entry, "superseded");
    if (closed) {
      log.move(entry, "held", closed);
      return plan(options.askAgainMs, service, cause, entry);
    }
    const change = { service, sha, cause, env: env.get(service) ?? {} };
    const owner = owners[service];
    try {
      if (isByGit(owner)) {
        const { commit } = await commitDelivery(github, owner, change);
        log.move(entry, "delivering");
        later(500, () => follow(entry, owner, { sha, commit }));
        report(`${service} ${sha.slice(0, 7)} was committed for its owner to deliver.`);
      } else {
        await rollOut(options.kubernetes, options.token, change, owner === "helm");
        log.move(entry, "delivered");
        report(`${service} ${sha.slice(0, 7)} is rolling out.`);
      }
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      // What the cluster refuses stays refused until somebody runs it again.
      if (error instanceof ApiRefusal && (error.code === 403 || error.code === 422)) {
        return log.move(entry, "failed", said);
      }
      report(`The delivery of ${service} failed and is tried again: ${said}`);
      if (!pending.has(service)) plan(options.buildMs, service, cause, entry);
      return;
    }
    env.delete(service);
  };

  const follow = async (
    entry: DeliveryEntry,
    owner: Owner,
    expected: { sha: string; commit: string },
  ): Promise<void> => {
    const newest = log.entries().findLast((one) => one.service === entry.service && one.sha);
    if (newest && newest.id !== entry.id) return log.move(entry, "superseded");
    const seen = await followDelivery(client, entry.service, owner, expected).catch(() => null);
    if (seen) log.move(entry, seen.state, "message" in seen ? seen.message : null);
    if (seen?.state !== "delivered") later(1_000, () => follow(entry, owner, expected));
  };

  const offs = [
    github.on("merged", (pull) => {
      const cause = `Merge pull request #${pull.number} from shop/${pull.headRef}`;
      later(0, async () => {
        for (const service of await touchedBy(github.repositoryDir, pull)) {
          const waiting = pending.get(service);
          if (waiting) {
            clearTimeout(waiting.timer);
            log.move(waiting.entry, "superseded");
          }
          const entry =
            log.ofPull(pull.number, service) ??
            log.begin({ service, title: cause, pull: pull.number, state: "building" });
          log.move(entry, "building");
          plan(options.buildMs, service, cause, entry);
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
    log,
    setEnv: (service, values) => env.set(service, values),
    async changeByHand(service, values, cause) {
      const change = { service, sha: null, cause, env: values };
      await rollOut(options.kubernetes, options.token, change, false);
    },
    again(id) {
      const entry = log.find(id);
      if (entry?.state !== "failed" || pending.has(entry.service)) {
        throw new Error("There is no such delivery that failed and could be run again.");
      }
      log.move(entry, "building");
      plan(0, entry.service, entry.title, entry);
    },
    stop() {
      for (const off of offs) off();
      for (const timer of timers) clearTimeout(timer);
      client.stop();
    },
  };
}

/** Services whose folder a merge changed. */
async function touchedBy(dir: string, pull: PullRequest): Promise<string[]> {
  if (!pull.merge) return [];
  const range = ["diff", "--name-only", pull.merge.onto, pull.merge.sha];
  const text = await readGit(dir, range);
  return SERVICES.map((service) => service.name).filter((name) =>
    text.split("\n").some((path) => path.startsWith(`services/${name}/`)),
  );
}
