import { kubeTime } from "../kubernetes/kube-object.ts";
import type { KubeClient, KubeObject } from "./kube-client.ts";
import { replacement } from "./three-way-patch.ts";

export const SOURCE = "source.toolkit.fluxcd.io/v1";
export const KUSTOMIZE = "kustomize.toolkit.fluxcd.io/v1";
export const HELM = "helm.toolkit.fluxcd.io/v2";
/** A new value asks for a reconciliation now. */
export const REQUESTED_AT = "reconcile.fluxcd.io/requestedAt";

export type FluxCondition = {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  observedGeneration?: number;
  lastTransitionTime: string;
};

type FluxStatus = {
  observedGeneration?: number;
  lastHandledReconcileAt?: string;
  conditions?: FluxCondition[];
};

export type GitRepository = KubeObject & {
  spec: { url: string; interval: string; ref?: { branch?: string }; suspend?: boolean };
  status?: FluxStatus & { artifact?: { revision: string; lastUpdateTime: string } };
};

export type SourceRef = { kind: string; name: string; namespace?: string };

export type Kustomization = KubeObject & {
  spec: {
    interval: string;
    retryInterval?: string;
    path?: string;
    prune: boolean;
    suspend?: boolean;
    sourceRef: SourceRef;
    targetNamespace?: string;
  };
  status?: FluxStatus & {
    lastAppliedRevision?: string;
    lastAttemptedRevision?: string;
    inventory?: { entries: { id: string; v: string }[] };
  };
};

export type HelmRelease = KubeObject & {
  spec: {
    interval: string;
    chart: { spec: { chart: string; version?: string; sourceRef: SourceRef } };
    releaseName?: string;
    targetNamespace?: string;
    storageNamespace?: string;
    suspend?: boolean;
    values?: Record<string, unknown>;
    driftDetection?: { mode?: "disabled" | "warn" | "enabled" };
    /** How often a refused upgrade is tried again; -1 is for ever. */
    upgrade?: { remediation?: { retries?: number } };
  };
  status?: FluxStatus & {
    history?: HelmSnapshot[];
    lastAttemptedRevision?: string;
    lastAttemptedConfigDigest?: string;
    upgradeFailures?: number;
  };
};

export type HelmSnapshot = {
  name: string;
  namespace: string;
  version: number;
  chartName: string;
  chartVersion: string;
  configDigest: string;
  firstDeployed: string;
  lastDeployed: string;
  status: "deployed" | "failed" | "superseded";
};

const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** Milliseconds of a duration as Go writes it: "1m30s", "500ms". */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new Error(`"${text}" is no duration, such as 1m0s.`);
  }
  return parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
}

/** The condition, since when it has been so. */
export function conditionOf(
  before: FluxCondition[] | undefined,
  next: Omit<FluxCondition, "lastTransitionTime">,
  nowMs: number,
): FluxCondition {
  const known = before?.find((one) => one.type === next.type);
  const isSame = known?.status === next.status && known.reason === next.reason;
  return { ...next, lastTransitionTime: isSame ? known.lastTransitionTime : kubeTime(nowMs) };
}

/** Writes a status when it says something new. */
export async function writeStatus(
  client: KubeClient,
  object: KubeObject & { status?: object },
  status: object,
): Promise<void> {
  const before = object.status ?? {};
  const change = replacement(before, { ...before, ...status });
  if (Object.keys(change).length > 0)
    await client.patch(object, "merge", { status: change }, "/status");
}

export function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** What stands behind a key, unless it is gone or going. */
export async function readKey<T extends KubeObject>(
  client: KubeClient,
  apiVersion: string,
  kind: string,
  key: string,
): Promise<T | null> {
  const [namespace = "", name = ""] = key.split("/");
  const found = await client.get<T>({ apiVersion, kind, metadata: { namespace, name } });
  return found?.metadata.deletionTimestamp ? null : found;
}

/** The commit that a source offers, or null before it has one. */
export async function sourceRevision(
  client: KubeClient,
  owner: KubeObject,
  ref: SourceRef,
): Promise<{ revision: string; commit: string } | null> {
  const namespace = ref.namespace ?? owner.metadata.namespace ?? "";
  const metadata = { namespace, name: ref.name };
  const source = await client.get<GitRepository>({ apiVersion: SOURCE, kind: ref.kind, metadata });
  const revision = source?.status?.artifact?.revision;
  return revision ? { revision, commit: revision.slice(revision.lastIndexOf(":") + 1) } : null;
}
