import { bindingDefaults, policyDefaults } from "./admission/policy-defaults.ts";
import type { Container, DeploymentSpec, PodSpec, PodTemplate, Stored } from "./kube-object.ts";

type Tree = Record<string, unknown>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"];

function probe(given: unknown): unknown {
  if (!isTree(given)) return given;
  const filled: Tree = {
    ...given,
    timeoutSeconds: given.timeoutSeconds || 1,
    periodSeconds: given.periodSeconds || 10,
    successThreshold: given.successThreshold || 1,
    failureThreshold: given.failureThreshold || 3,
  };
  if (isTree(given.httpGet)) filled.httpGet = { path: "/", scheme: "HTTP", ...given.httpGet };
  return filled;
}

/** Images without a tag, or tagged `latest`, are always pulled. */
function pullPolicy(image: string): string {
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === "latest" ? "Always" : "IfNotPresent";
}

function env(entry: { name: string; value?: string; valueFrom?: unknown }) {
  const from = entry.valueFrom;
  if (!isTree(from) || !isTree(from.fieldRef)) return entry;
  return { ...entry, valueFrom: { ...from, fieldRef: { apiVersion: "v1", ...from.fieldRef } } };
}

function container(given: Container): Container {
  const filled: Container = {
    ...given,
    resources: given.resources ?? {},
    terminationMessagePath: given.terminationMessagePath ?? "/dev/termination-log",
    terminationMessagePolicy: given.terminationMessagePolicy ?? "File",
    imagePullPolicy: given.imagePullPolicy ?? pullPolicy(String(given.image ?? "")),
  };
  if (given.ports)
    filled.ports = given.ports.map((port) => ({ ...port, protocol: port.protocol ?? "TCP" }));
  if (given.env) filled.env = given.env.map(env);
  for (const name of PROBES) if (given[name]) filled[name] = probe(given[name]);
  return filled;
}

function volume(given: unknown): unknown {
  if (!isTree(given)) return given;
  const sources = Object.keys(given).filter((key) => key !== "name");
  if (sources.length === 0) return { ...given, emptyDir: {} };
  const filled = { ...given };
  for (const source of ["secret", "configMap", "projected", "downwardAPI"]) {
    const one = given[source];
    if (isTree(one)) filled[source] = { defaultMode: 420, ...one };
  }
  return filled;
}

export function defaultPodSpec(given: PodSpec): PodSpec {
  const filled: PodSpec = {
    ...given,
    containers: given.containers?.map(container),
    restartPolicy: given.restartPolicy ?? "Always",
    terminationGracePeriodSeconds: given.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: given.dnsPolicy ?? "ClusterFirst",
    securityContext: given.securityContext ?? {},
    schedulerName: given.schedulerName ?? "default-scheduler",
  };
  if (given.initContainers) filled.initContainers = given.initContainers.map(container);
  if (Array.isArray(given.volumes)) filled.volumes = given.volumes.map(volume);
  if (given.serviceAccountName) filled.serviceAccount = given.serviceAccountName;
  return filled;
}

export function defaultTemplate(given: Partial<PodTemplate> | undefined): PodTemplate {
  return {
    metadata: given?.metadata ?? {},
    spec: defaultPodSpec(given?.spec ?? { containers: [] }),
  };
}

export function defaultDeploymentSpec(given: Partial<DeploymentSpec>): DeploymentSpec {
  const type = given.strategy?.type ?? "RollingUpdate";
  const strategy: DeploymentSpec["strategy"] = { ...given.strategy, type };
  if (type === "RollingUpdate") {
    strategy.rollingUpdate = {
      maxUnavailable: "25%",
      maxSurge: "25%",
      ...given.strategy?.rollingUpdate,
    };
  }
  return {
    ...given,
    replicas: given.replicas ?? 1,
    // A missing selector is left missing for validation to find.
    selector: given.selector as DeploymentSpec["selector"],
    template: defaultTemplate(given.template),
    strategy,
    paused: given.paused || undefined,
    minReadySeconds: given.minReadySeconds || undefined,
    revisionHistoryLimit: given.revisionHistoryLimit ?? 10,
    progressDeadlineSeconds: given.progressDeadlineSeconds ?? 600,
  };
}

/** `stringData` is for writing only: the server keeps it as `data`, in base64. */
function withStringData({ stringData, ...given }: Stored): Stored {
  if (!isTree(stringData)) return given as Stored;
  const written = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString("base64"),
  ]);
  const data = isTree(given.data) ? given.data : {};
  return { ...(given as Stored), data: { ...data, ...Object.fromEntries(written) } };
}

/** Fills in what the API server fills in when it decodes an object of this kind. */
export function withDefaults(kind: string, given: Stored): Stored {
  const spec = isTree(given.spec) ? given.spec : {};
  switch (kind) {
    case "Deployment":
      return { ...given, spec: defaultDeploymentSpec(spec), status: given.status ?? {} };
    case "ReplicaSet": {
      const template = defaultTemplate(spec.template as PodTemplate | undefined);
      const replicas = spec.replicas ?? 1;
      return {
        ...given,
        spec: { ...spec, replicas, template },
        status: given.status ?? { replicas: 0 },
      };
    }
    case "Pod":
      return {
        ...given,
        spec: defaultPodSpec(spec as PodSpec),
        status: given.status ?? { phase: "Pending" },
      };
    case "Namespace":
      return {
        ...given,
        metadata: {
          ...given.metadata,
          labels: { ...given.metadata.labels, "kubernetes.io/metadata.name": given.metadata.name },
        },
        spec: { finalizers: ["kubernetes"], ...spec },
        status: given.status ?? { phase: "Active" },
      };
    case "Secret":
      return { ...withStringData(given), type: given.type ?? "Opaque" };
    case "HorizontalPodAutoscaler":
      return {
        ...given,
        spec: { minReplicas: 1, ...spec },
        status: given.status ?? { desiredReplicas: 0, currentMetrics: null },
      };
    case "ValidatingAdmissionPolicy":
      return policyDefaults(given);
    case "ValidatingAdmissionPolicyBinding":
      return bindingDefaults(given);
    default:
      return given;
  }
}
