import type { KubeObject } from "./kube-client.ts";

export const ARGO = "argoproj.io/v1alpha1";
export const TRACKING_ID = "argocd.argoproj.io/tracking-id";
export const SKIP_RECONCILE = "argocd.argoproj.io/skip-reconcile";
export const REFRESH = "argocd.argoproj.io/refresh";

export type Source = { repoURL: string; path: string; targetRevision?: string };

export type SyncPolicy = {
  automated?: { prune?: boolean; selfHeal?: boolean; enabled?: boolean } | null;
  syncOptions?: string[];
  retry?: { limit?: number };
};

/** Something an application keeps: state of one object against git. */
export type ResourceState = {
  group: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status: "Synced" | "OutOfSync";
  health?: { status: string };
  requiresPruning?: boolean;
};

export type OperationState = {
  operation: {
    sync: { revision: string; prune?: boolean };
    initiatedBy: { automated?: boolean; username?: string };
  };
  phase: "Running" | "Succeeded" | "Failed";
  message: string;
  startedAt: string;
  finishedAt: string;
  retryCount?: number;
  syncResult: {
    revision: string;
    source: Source;
    resources: {
      group: string;
      version: string;
      kind: string;
      namespace?: string;
      name: string;
      status: "Synced" | "SyncFailed" | "Pruned";
      message: string;
      hookPhase: string;
      syncPhase: string;
    }[];
  };
};

export type HistoryEntry = {
  id: number;
  revision: string;
  deployedAt: string;
  deployStartedAt: string;
  source: Source;
  initiatedBy: { automated?: boolean; username?: string };
};

export type ArgoCondition = { type: string; message: string; lastTransitionTime: string };

export type ApplicationStatus = {
  sync: {
    status: "Synced" | "OutOfSync" | "Unknown";
    revision?: string;
    comparedTo: { source: Source; destination: Application["spec"]["destination"] };
  };
  health: { status: string };
  resources?: ResourceState[];
  history?: HistoryEntry[];
  operationState?: OperationState;
  conditions?: ArgoCondition[] | null;
  reconciledAt?: string;
  sourceType?: string;
  summary?: { images?: string[] };
};

/** An Argo CD Application as far as its controller reads and writes it. */
export type Application = KubeObject & {
  spec: {
    project: string;
    source: Source;
    destination: { server?: string; name?: string; namespace?: string };
    syncPolicy?: SyncPolicy | null;
  };
  /** A sync somebody asked for; the controller takes it away once it has begun. */
  operation?: {
    sync?: { revision?: string; prune?: boolean };
    initiatedBy?: { username?: string };
  } | null;
  status?: ApplicationStatus;
};

/** Whether an application syncs by itself: `enabled: false` turns off what else is declared. */
export function automatedOf(app: Application) {
  const automated = app.spec.syncPolicy?.automated;
  return automated && automated.enabled !== false ? automated : null;
}

/** What names an object that an application keeps: `<app>:<group>/<kind>:<namespace>/<name>`. */
export function trackingId(app: string, { apiVersion, kind, metadata }: KubeObject): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return `${app}:${group}/${kind}:${metadata.namespace ?? ""}/${metadata.name}`;
}

/** Health as Argo CD assesses it; objects it has no rule for have none. */
export function healthOf(live: KubeObject | null): string | undefined {
  if (!live) return "Missing";
  if (live.kind !== "Deployment") return undefined;
  const { spec, status } = live as KubeObject & {
    spec: { replicas?: number };
    status?: {
      observedGeneration?: number;
      updatedReplicas?: number;
      availableReplicas?: number;
      conditions?: { type: string; reason?: string }[];
    };
  };
  const isStuck = status?.conditions?.some((one) => one.reason === "ProgressDeadlineExceeded");
  if (isStuck) return "Degraded";
  const wanted = spec.replicas ?? 1;
  const isDone =
    (status?.observedGeneration ?? 0) >= (live.metadata.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) >= wanted &&
    (status?.availableReplicas ?? 0) >= (status?.updatedReplicas ?? 0);
  return isDone ? "Healthy" : "Progressing";
}

const WORST_FIRST = ["Degraded", "Missing", "Progressing"];

/** The worst health of all that an application keeps. */
export function overallHealth(all: (string | undefined)[]): string {
  return WORST_FIRST.find((one) => all.includes(one)) ?? "Healthy";
}
