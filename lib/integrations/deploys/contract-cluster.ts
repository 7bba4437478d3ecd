import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { AdapterContext } from "@/lib/integrations/adapter";
import type { DeploySource, ObservedDeployment } from "@/lib/integrations/deploy-source";
import type { ConfigKind } from "@/lib/rules/config-references";
import { kubernetes } from "./kubernetes";
import { credentialsFrom } from "./kubernetes-credentials";
import { KubernetesSettings } from "./kubernetes-settings";
import { transportWith } from "./kubernetes-transport";

const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
      }),
    }),
  ),
});

export const context: AdapterContext = {
  name: "contract",
  now: () => new Date(),
  log: { warn: () => undefined },
};

/** A source with these settings. */
export function connectWith(settings: z.input<typeof KubernetesSettings>): DeploySource {
  return kubernetes.connect(KubernetesSettings.parse(settings), context);
}

/** Waits until `look` gives something other than null or undefined; fails after `ms`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined> | T | null | undefined,
  ms = 15_000,
): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for: ${what}`);
    await sleep(20);
  }
}

/** A namespace of its own in a cluster, and hands that deliver into it as an administrator would. */
export class ContractCluster {
  readonly namespace = `known-good-${randomBytes(4).toString("hex")}`;
  readonly source: DeploySource;
  readonly #transport;
  readonly #marksPods: boolean;
  readonly #stop = new AbortController();

  /** `marksPods`: nothing here runs pods, so they are marked ready through their status. */
  constructor(kubeconfig: string, marksPods: boolean) {
    const settings = KubernetesSettings.parse({ kubeconfig, namespaces: [this.namespace] });
    this.source = kubernetes.connect(settings, context);
    this.#transport = transportWith(credentialsFrom(settings), 10_000);
    this.#marksPods = marksPods;
  }

  async start(): Promise<void> {
    const metadata = { name: this.namespace };
    await this.#send("POST", "/api/v1/namespaces", { metadata });
    if (this.#marksPods) void this.#markPods();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#send("DELETE", `/api/v1/namespaces/${this.namespace}`);
  }

  /** Creates a Deployment of one container, which no node ever takes. */
  async create(name: string, image: string, more: Record<string, unknown> = {}): Promise<void> {
    await this.#send("POST", this.#apps("deployments"), {
      metadata: { name, annotations: { "kubernetes.io/change-cause": `created with ${image}` } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            nodeSelector: { "known-good.dev/contract": "no-node" },
            containers: [{ name: "app", image, env: [{ name: "TIMEOUT_MS", value: "500" }] }],
          },
        },
        ...more,
      },
    });
  }

  async setImage(name: string, image: string, env: Record<string, string> = {}): Promise<void> {
    const variables = Object.entries(env).map(([key, value]) => ({ name: key, value }));
    const container = { name: "app", image, ...(variables.length > 0 && { env: variables }) };
    await this.patch(name, { spec: { template: { spec: { containers: [container] } } } });
  }

  async annotate(name: string, annotations: Record<string, string | null>): Promise<void> {
    await this.patch(name, { metadata: { annotations } });
  }

  async patch(name: string, body: unknown): Promise<void> {
    await this.#send(
      "PATCH",
      this.#apps(`deployments/${name}`),
      body,
      "application/strategic-merge-patch+json",
    );
  }

  async remove(name: string): Promise<void> {
    await this.#send("DELETE", this.#apps(`deployments/${name}`));
  }

  /** Creates a ConfigMap, or a Secret from plain values. */
  async putConfig(kind: ConfigKind, name: string, values: Record<string, string>): Promise<void> {
    const content = kind === "Secret" ? { stringData: values } : { data: values };
    await this.#send("POST", this.#core(kind), { metadata: { name }, ...content });
  }

  /** By another program than the one that created it: old clusters note no time for the same again. */
  async patchConfig(kind: ConfigKind, name: string, body: object): Promise<void> {
    const path = `${this.#core(kind)}/${name}?fieldManager=somebody`;
    await this.#send("PATCH", path, body, "application/merge-patch+json");
  }

  async removeConfig(kind: ConfigKind, name: string): Promise<void> {
    await this.#send("DELETE", `${this.#core(kind)}/${name}`);
  }

  /** Has a Deployment scaled automatically, as far as anything here does that. */
  async autoscale(name: string, minReplicas: number, maxReplicas: number): Promise<void> {
    const served = await this.#transport.send({ method: "GET", path: "/apis/autoscaling/v2" });
    const version = served.status === 404 ? "v1" : "v2";
    const path = `/apis/autoscaling/${version}/namespaces/${this.namespace}/horizontalpodautoscalers`;
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name };
    const spec = { scaleTargetRef, minReplicas, maxReplicas };
    await this.#send("POST", path, { metadata: { name }, spec });
  }

  read(name: string): Promise<ObservedDeployment> {
    return this.source.read({ namespace: this.namespace, name });
  }

  /** Waits until the live template is numbered and all its pods are there. */
  settled(name: string): Promise<ObservedDeployment> {
    return until(`rollout of ${name}`, async () => {
      const live = await this.read(name);
      return live.revision !== null && live.rollout.state === "complete" ? live : null;
    });
  }

  /** Creates it and releases the other images one after the other, each rolled out. */
  async release(name: string, images: string[]): Promise<ObservedDeployment> {
    const [first = "", ...others] = images;
    await this.create(name, first);
    let live = await this.settled(name);
    for (const image of others) {
      await this.setImage(name, image);
      await this.annotate(name, { "kubernetes.io/change-cause": `release ${image}` });
      live = await until(`${image} to settle`, async () => {
        const now = await this.settled(name);
        return now.revisions.at(-1)?.changeCause === `release ${image}` ? now : null;
      });
    }
    return live;
  }

  #core(kind: ConfigKind): string {
    return `/api/v1/namespaces/${this.namespace}/${kind.toLowerCase()}s`;
  }

  #apps(rest: string): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/${rest}`;
  }

  async #send(
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<unknown> {
    const answer = await this.#transport.send({ method, path, body, contentType });
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async #markPods(): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/pods`;
    while (!this.#stop.signal.aborted) {
      // Whatever keeps it from answering is for the tests to tell.
      const listed = Pods.safeParse(await this.#transport.get(path).catch(() => null));
      const items = listed.data?.items ?? [];
      for (const { metadata, spec, status } of items) {
        const isReady = status.conditions?.some(
          (one) => one.type === "Ready" && one.status === "True",
        );
        if (isReady || spec.containers.some(({ image }) => image.endsWith(":bad"))) continue;
        const now = new Date().toISOString();
        const conditions = ["Ready", "ContainersReady"].map((type) => ({
          type,
          status: "True",
          lastTransitionTime: now,
        }));
        const body = { status: { phase: "Running", conditions } };
        const type = "application/strategic-merge-patch+json";
        // A pod may vanish between the list and the patch.
        await this.#send("PATCH", `${path}/${metadata.name}/status`, body, type).catch(() => null);
      }
      await sleep(50);
    }
  }
}
