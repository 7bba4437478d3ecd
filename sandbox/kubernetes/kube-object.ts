import type { FieldSet } from "./field-set.ts";

/** The few Kubernetes shapes the emulation reasons about; all other fields pass through untouched. */

export type StringMap = Record<string, string>;

export type OwnerReference = {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
};

export type ManagedFields = {
  manager: string;
  operation: "Update" | "Apply";
  apiVersion: string;
  /** Missing for writes by way of a Scale. */
  time?: string;
  fieldsType: "FieldsV1";
  fieldsV1: FieldSet;
  subresource?: string;
};

export type ObjectMeta = {
  name: string;
  generateName?: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: StringMap;
  annotations?: StringMap;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFields[];
};

/**
 * An object as the store keeps it: without `kind` and `apiVersion` (lists leave them out too), and
 * never changed in place, so that one version can be shared by every reader and watcher.
 */
export type Stored = {
  metadata: ObjectMeta;
  spec?: unknown;
  status?: unknown;
  [field: string]: unknown;
};

export type Container = {
  name: string;
  image: string;
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  ports?: { containerPort: number; protocol?: string; name?: string }[];
  [field: string]: unknown;
};

export type PodSpec = {
  containers: Container[];
  initContainers?: Container[];
  [field: string]: unknown;
};

export type PodTemplate = {
  metadata?: { labels?: StringMap; annotations?: StringMap; [field: string]: unknown };
  spec: PodSpec;
};

export type LabelSelector = {
  matchLabels?: StringMap;
  matchExpressions?: {
    key: string;
    operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    values?: string[];
  }[];
};

export type Condition = {
  type: string;
  status: "True" | "False" | "Unknown";
  lastUpdateTime?: string;
  lastProbeTime?: string | null;
  lastTransitionTime: string;
  reason?: string;
  message?: string;
};

export type DeploymentSpec = {
  replicas: number;
  selector: LabelSelector;
  template: PodTemplate;
  strategy: {
    type: "RollingUpdate" | "Recreate";
    rollingUpdate?: { maxUnavailable: number | string; maxSurge: number | string };
  };
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  paused?: boolean;
  progressDeadlineSeconds?: number;
};

export type DeploymentStatus = {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  terminatingReplicas?: number;
  conditions?: Condition[];
};

export type Deployment = Stored & { spec: DeploymentSpec; status: DeploymentStatus };

export type ReplicaSet = Stored & {
  spec: {
    replicas: number;
    minReadySeconds?: number;
    selector: LabelSelector;
    template: PodTemplate;
  };
  status: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    terminatingReplicas?: number;
    observedGeneration?: number;
  };
};

export type ContainerStatus = {
  name: string;
  state: {
    waiting?: { reason: string; message?: string };
    running?: { startedAt: string };
  };
  lastState: {
    terminated?: { exitCode: number; reason: string; startedAt: string; finishedAt: string };
  };
  ready: boolean;
  restartCount: number;
  image: string;
  imageID: string;
  started: boolean;
};

export type Pod = Stored & {
  spec: PodSpec;
  status: {
    phase: "Pending" | "Running" | "Succeeded" | "Failed";
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    podIP?: string;
    startTime?: string;
    [field: string]: unknown;
  };
};

export type KubeEvent = Stored & {
  involvedObject: {
    kind: string;
    namespace?: string;
    name: string;
    uid: string;
    apiVersion?: string;
    resourceVersion?: string;
  };
  reason: string;
  message: string;
  type: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  source: { component?: string; host?: string };
};

/** A moment in the API server's own format: RFC 3339, UTC, whole seconds. */
export function kubeTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
