import { CUSTOM_GROUPS, customResources } from "./custom-resources.ts";

/** Which resources the emulated API server serves, as discovery, routing and access see them. */

export type Subresource = {
  name: string;
  group?: string;
  version?: string;
  kind: string;
  verbs: string[];
};

export type Resource = {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  namespaced: boolean;
  shortNames: string[];
  inAll: boolean;
  /** Listed under kubectl's category of things that extend the API. */
  inExtensions?: boolean;
  verbs: string[];
  subresources: Subresource[];
  /** Reviews are answered, never kept. */
  virtual: boolean;
  /** Declared by a definition, not built in: lists are replaced whole, no strategic merge. */
  custom?: boolean;
};

const ALL_VERBS = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];
const READ_WRITE = ["get", "patch", "update"];

function resource(
  group: string,
  plural: string,
  kind: string,
  more: Partial<Omit<Resource, "group" | "plural" | "kind">> = {},
): Resource {
  return {
    group,
    version: "v1",
    plural,
    kind,
    singular: kind.toLowerCase(),
    namespaced: true,
    shortNames: [],
    inAll: false,
    verbs: ALL_VERBS,
    subresources: [],
    virtual: false,
    ...more,
  };
}

function workload(plural: string, kind: string, shortName: string, scalable = true): Resource {
  const subresources = [{ name: "status", kind, verbs: READ_WRITE }];
  const scale = {
    name: "scale",
    group: "autoscaling",
    version: "v1",
    kind: "Scale",
    verbs: READ_WRITE,
  };
  return resource("apps", plural, kind, {
    shortNames: [shortName],
    inAll: true,
    subresources: scalable ? [scale, ...subresources] : subresources,
  });
}

const cluster = { namespaced: false };
const review = { virtual: true, namespaced: false, verbs: ["create"] };

export const RESOURCES: readonly Resource[] = [
  resource("", "configmaps", "ConfigMap", { shortNames: ["cm"] }),
  resource("", "events", "Event", { shortNames: ["ev"] }),
  resource("", "namespaces", "Namespace", {
    namespaced: false,
    shortNames: ["ns"],
    verbs: ALL_VERBS.filter((verb) => verb !== "deletecollection"),
    subresources: [
      { name: "finalize", kind: "Namespace", verbs: ["update"] },
      { name: "status", kind: "Namespace", verbs: READ_WRITE },
    ],
  }),
  resource("", "pods", "Pod", {
    shortNames: ["po"],
    inAll: true,
    subresources: [
      { name: "log", kind: "Pod", verbs: ["get"] },
      { name: "status", kind: "Pod", verbs: READ_WRITE },
    ],
  }),
  resource("", "secrets", "Secret"),
  resource("", "serviceaccounts", "ServiceAccount", { shortNames: ["sa"] }),
  resource("apps", "controllerrevisions", "ControllerRevision"),
  workload("daemonsets", "DaemonSet", "ds", false),
  workload("deployments", "Deployment", "deploy"),
  workload("replicasets", "ReplicaSet", "rs"),
  workload("statefulsets", "StatefulSet", "sts"),
  resource("autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler", {
    version: "v2",
    shortNames: ["hpa"],
    inAll: true,
    subresources: [{ name: "status", kind: "HorizontalPodAutoscaler", verbs: READ_WRITE }],
  }),
  resource("events.k8s.io", "events", "Event", { shortNames: ["ev"] }),
  resource("authentication.k8s.io", "selfsubjectreviews", "SelfSubjectReview", review),
  resource("authorization.k8s.io", "selfsubjectaccessreviews", "SelfSubjectAccessReview", review),
  resource("authorization.k8s.io", "selfsubjectrulesreviews", "SelfSubjectRulesReview", review),
  resource("rbac.authorization.k8s.io", "clusterrolebindings", "ClusterRoleBinding", cluster),
  resource("rbac.authorization.k8s.io", "clusterroles", "ClusterRole", cluster),
  resource("rbac.authorization.k8s.io", "rolebindings", "RoleBinding"),
  resource("rbac.authorization.k8s.io", "roles", "Role"),
  resource(
    "admissionregistration.k8s.io",
    "validatingadmissionpolicies",
    "ValidatingAdmissionPolicy",
    {
      ...cluster,
      inExtensions: true,
      subresources: [{ name: "status", kind: "ValidatingAdmissionPolicy", verbs: READ_WRITE }],
    },
  ),
  resource(
    "admissionregistration.k8s.io",
    "validatingadmissionpolicybindings",
    "ValidatingAdmissionPolicyBinding",
    { ...cluster, inExtensions: true },
  ),
  ...customResources(resource),
];

/** API groups beside the core one, in the order discovery tells them. */
export const GROUPS = [
  "apps",
  "autoscaling",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "rbac.authorization.k8s.io",
  "admissionregistration.k8s.io",
  ...CUSTOM_GROUPS,
] as const;

/** Whether a group is the server's own, not declared by a definition. */
export function isBuiltIn(group: string): boolean {
  return GROUPS.some((one) => one === group) && !CUSTOM_GROUPS.some((one) => one === group);
}

/** The one version in which a group is served. */
export function versionOf(group: string): string {
  return RESOURCES.find((one) => one.group === group)?.version ?? "v1";
}

const byPath = new Map(RESOURCES.map((one) => [`${one.group}/${one.version}/${one.plural}`, one]));

export function findResource(group: string, version: string, plural: string): Resource | undefined {
  return byPath.get(`${group}/${version}/${plural}`);
}

/** The resource a kept object of this plural is served as (events have two homes, one store). */
export function storedResource(plural: string): Resource {
  const found = RESOURCES.find((one) => one.plural === plural);
  if (!found) throw new Error(`No such resource: ${plural}`);
  return found;
}

/** "v1" or "apps/v1", as written in `apiVersion`. */
export function apiVersionOf(one: { group: string; version: string }): string {
  return one.group === "" ? one.version : `${one.group}/${one.version}`;
}

/** "pods" or "deployments.apps", as the server names a resource in its messages. */
export function qualifiedName(one: { group: string; plural: string }): string {
  return one.group === "" ? one.plural : `${one.plural}.${one.group}`;
}
