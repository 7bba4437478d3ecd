import { readFileSync } from "node:fs";
import { type ApiAnswer, type ApiClient, createApiClient } from "./api-client.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";

export type Exchange = {
  user: string;
  method: string;
  path: string;
  accept: string;
  contentType?: string;
  requestBody?: unknown;
  status: number;
  response: Record<string, unknown>;
};
export type Tree = Record<string, unknown>;

const recorded: Record<string, Exchange> = JSON.parse(
  readFileSync(new URL("./golden/exchanges.json", import.meta.url), "utf8"),
);

/** A recorded exchange by its name. */
export function golden(name: string): Exchange {
  const found = recorded[name];
  if (!found) throw new Error(`No recorded exchange "${name}"`);
  return found;
}

const HASH = /checkout-[bcdfghjklmnpqrstvwxz2456789]{8,10}\b/g;
const VARYING = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "deletionTimestamp",
  "time",
  "lastUpdateTime",
  "lastTransitionTime",
  "pod-template-hash",
  "generation",
  "manager",
]);

/** Replaces what differs between two honest servers: ids, versions, times, hashes, who asked. */
export function normalised(value: unknown): unknown {
  if (typeof value === "string") return value.replace(HASH, "checkout-<hash>");
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      VARYING.has(key) ? `<${key}>` : normalised(field),
    ]),
  );
}

export const DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/checkout";

export type LiveDeployment = { metadata: Tree; spec: Tree & { template: Tree }; status: Tree };

export type Replayed = {
  sandbox: KubernetesSandbox;
  admin: ApiClient;
  dev: ApiClient;
  /** Sends a recorded request, with another body if given, as the user who sent it then. */
  replay(exchange: Exchange, body?: unknown): Promise<ApiAnswer>;
  live(): Promise<LiveDeployment>;
  /** Waits until the rollout is through and seen by the controller. */
  settle(): Promise<void>;
  /** Puts what the recorded Deployment refers to into its namespace. */
  configure(): void;
};

const SETTLE_MS = 8_000;
const RECORDED = { namespace: "shop", name: "checkout" };

function isSettled({ spec, status, metadata }: LiveDeployment): boolean {
  const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
  const all = counts.every((count) => (count ?? 0) === spec.replicas);
  // A paused rollout has nowhere to go: it is enough that the controller has seen it.
  return (all || spec.paused === true) && status.observedGeneration === metadata.generation;
}

/** A sandbox in which the recording's users exist; "dev" has the smallest role there is. */
export async function startReplay(podReadyMs: number): Promise<Replayed> {
  const sandbox = await startKubernetes({
    tokens: {
      "admin-token": { user: "admin", rules: "admin" },
      "dev-token": { user: "dev", rules: "known-good" },
    },
    podReadyMs,
  });
  const admin = createApiClient(sandbox.url, "admin-token");
  const dev = createApiClient(sandbox.url, "dev-token");
  const live = async () => (await admin.send("GET", DEPLOYMENT)).body as LiveDeployment;
  return {
    sandbox,
    admin,
    dev,
    live,
    replay: ({ user, method, path, accept, contentType, requestBody }, body = requestBody) => {
      const client = user === "dev" ? dev : admin;
      return client.send(method, path, { body, contentType, accept: accept || "*/*" });
    },
    // The recording's cluster had nothing that starts containers, so nothing missed it there.
    configure: () => sandbox.seedConfigMap({ ...RECORDED, data: { mode: "live" } }),
    settle: async () => {
      for (const giveUpAt = Date.now() + SETTLE_MS; !isSettled(await live()); ) {
        if (Date.now() > giveUpAt) throw new Error("The rollout did not come to an end.");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}
