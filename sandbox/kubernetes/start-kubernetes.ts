import { randomUUID } from "node:crypto";
import { stringify } from "yaml";
import type { Caller } from "./access.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { ApiServer } from "./api-server.ts";
import { selfSignedCertificate } from "./certificate.ts";
import { createCluster } from "./cluster.ts";
import { startControlPlane } from "./control-plane.ts";
import { bareTemplate } from "./deployment-replicasets.ts";
import { Faults, type RequestRecord } from "./faults.ts";
import type { Pod, PodTemplate, ReplicaSet } from "./kube-object.ts";
import { listen } from "./listen.ts";
import type { LogWriter } from "./log-writer.ts";
import { isReady } from "./replicaset-controller.ts";
import { createRequestListener } from "./request-listener.ts";
import { type Crash, restartContainer } from "./restart-container.ts";
import { revisionOf } from "./revision-annotations.ts";
import {
  type SeedAutoscaler,
  type SeedConfigMap,
  type SeedSecret,
  seedAutoscaler,
  seedConfigMap,
  seedSecret,
} from "./seed-configuration.ts";
import { type SeedDeployment, seedDeployment } from "./seed-deployment.ts";

export type { Pod, PodTemplate, SeedConfigMap, SeedDeployment };

export type KubernetesOptions = {
  /** 0 or nothing: any free port. */
  port?: number;
  tokens: Record<string, Caller>;
  /** How long a new pod takes to become ready; 1,200 ms unless stated. */
  podReadyMs?: number;
  /** How long a pod that is to go still runs; it goes at once unless stated. */
  podStopMs?: number;
  /** Milliseconds since the epoch, for all times the cluster writes. */
  now?: () => number;
};

export type ServingTemplate = { template: PodTemplate; revision: number; readyReplicas: number };

export type KubernetesSandbox = {
  /** Plain HTTP; the same port speaks HTTPS with the certificate in `kubeconfig()`. */
  url: string;
  faults: Faults;
  /** The last 2,000 requests, oldest first. */
  requests: RequestRecord[];
  /** The next write is carried out, then its connection is cut. Same switch as on `faults`. */
  applyThenDrop: boolean;
  seed(deployment: SeedDeployment): void;
  seedConfigMap(configMap: SeedConfigMap): void;
  seedSecret(secret: SeedSecret): void;
  seedAutoscaler(autoscaler: SeedAutoscaler): void;
  /** Says from now on what containers write into their logs, and wrote. */
  writeLogs(writer: LogWriter): void;
  /** The pods of a Deployment's live template, by name. */
  podsOf(namespace: string, name: string): Pod[];
  /** Lets a pod's first container crash and start again. */
  crash(pod: Pod, crash: Crash): void;
  /** What answers traffic now: ready pods by the template they run, newest revision first. */
  serving(namespace: string, name: string): ServingTemplate[];
  /** Calls back after workloads changed, once for changes that come together. */
  onChange(listener: () => void): () => void;
  /** Cuts all open watches; answers how many. */
  dropWatches(): number;
  /** Number of watches open now. */
  openWatches(): number;
  /** Forgets history: watches and pages from before are answered 410, in the stream or as status. */
  compact(goneAs?: "event" | "status"): void;
  /** A kubeconfig (YAML) for a token, over HTTPS, as kubectl sends tokens over nothing else. */
  kubeconfig(token: string, namespace?: string): string;
  /**
   * A client of this cluster's API that acts as somebody (see `USERS`), over the wire like every
   * other: access rules, admission policies, managed fields and faults all hold for it. So a
   * controller from outside, such as a GitOps one, is refused what its user is refused.
   */
  clientAs(caller: Caller, userAgent: string): ApiClient;
  stop(): Promise<void>;
};

const POD_READY_MS = 1_200;
const WORKLOADS = new Set(["deployments", "replicasets", "pods"]);

function kubeconfigYaml(url: string, ca: string, token: string, namespace: string): string {
  const name = "sandbox";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    "current-context": name,
  });
}

/** Starts an emulated Kubernetes API server with its controllers on 127.0.0.1. */
export async function startKubernetes(options: KubernetesOptions): Promise<KubernetesSandbox> {
  const now = options.now ?? Date.now;
  const cluster = createCluster({
    now,
    podReadyMs: options.podReadyMs ?? POD_READY_MS,
    podStopMs: options.podStopMs ?? 0,
  });
  const controlPlane = startControlPlane(cluster);
  const server = new ApiServer(cluster);
  const faults = new Faults((mode) => {
    if (mode === "refuse") server.watches.drop();
    if (mode === "hang") server.watches.silence();
  });
  const callers = new Map(Object.entries(options.tokens));
  const certificate = selfSignedCertificate();
  const listener = createRequestListener({
    server,
    faults,
    callerOf: (token) => callers.get(token),
    now,
  });
  const listening = await listen(options.port ?? 0, certificate, listener);
  const { store } = cluster;

  return {
    url: `http://127.0.0.1:${listening.port}`,
    faults,
    requests: faults.requests,
    get applyThenDrop() {
      return faults.applyThenDrop;
    },
    set applyThenDrop(next) {
      faults.applyThenDrop = next;
    },
    seed: (deployment) => seedDeployment(cluster, controlPlane.nextAddress, deployment),
    seedConfigMap: (configMap) => seedConfigMap(cluster, configMap),
    seedSecret: (secret) => seedSecret(cluster, secret),
    seedAutoscaler: (autoscaler) => seedAutoscaler(cluster, autoscaler),
    writeLogs: (writer) => {
      server.logWriter = writer;
    },
    podsOf: (namespace, name) => {
      const uid = store.get("deployments", namespace, name)?.metadata.uid;
      const [newest] = (uid ? (store.ownedBy(uid, "replicasets") as ReplicaSet[]) : []).sort(
        (a, b) => revisionOf(b) - revisionOf(a),
      );
      const pods = newest ? (store.ownedBy(newest.metadata.uid, "pods") as Pod[]) : [];
      return pods.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    },
    crash: (pod, crash) => restartContainer(cluster, controlPlane.events, pod, crash),
    serving: (namespace, name) => {
      const uid = store.get("deployments", namespace, name)?.metadata.uid;
      const sets = uid ? (store.ownedBy(uid, "replicasets") as ReplicaSet[]) : [];
      return sets
        .map((set) => ({
          template: bareTemplate(set.spec.template),
          revision: revisionOf(set),
          readyReplicas: (store.ownedBy(set.metadata.uid, "pods") as Pod[]).filter(
            (pod) => isReady(pod) && !pod.metadata.deletionTimestamp,
          ).length,
        }))
        .filter((one) => one.readyReplicas > 0)
        .sort((a, b) => b.revision - a.revision);
    },
    onChange: (told) => {
      let waiting = false;
      return store.subscribe((event) => {
        if (waiting || !WORKLOADS.has(event.plural)) return;
        waiting = true;
        queueMicrotask(() => {
          waiting = false;
          told();
        });
      });
    },
    dropWatches: () => server.watches.drop(),
    openWatches: () => server.watches.size,
    compact: (goneAs = "event") => {
      server.watches.goneAs = goneAs;
      store.compact();
    },
    kubeconfig: (token, namespace = "default") =>
      kubeconfigYaml(`https://127.0.0.1:${listening.port}`, certificate.cert, token, namespace),
    clientAs: (caller, userAgent) => {
      const token = randomUUID();
      callers.set(token, caller);
      return createApiClient(`http://127.0.0.1:${listening.port}`, token, userAgent);
    },
    stop: async () => {
      controlPlane.stop();
      server.watches.stop();
      await listening.close();
    },
  };
}
