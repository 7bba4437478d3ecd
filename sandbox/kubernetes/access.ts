import { apiVersionOf, qualifiedName, type Resource } from "./resources.ts";
import { StatusError } from "./status-error.ts";

/**
 * `rollouts`: what Known Good needs to roll back, and nothing of the configuration around it.
 * `no-pausing`: all that Known Good needs, but for pausing whoever keeps a Deployment as it is.
 */
export type RuleSet = "admin" | "reader" | "known-good" | "no-pausing" | "rollouts";
/** `groups` are those beside the ones that follow from the name. */
export type Caller = { user: string; rules: RuleSet; groups?: readonly string[] };
export type PolicyRule = { verbs: string[]; apiGroups: string[]; resources: string[] };

/** What is asked for: a verb on a resource, in the words of an access review. */
export type Attributes = {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
  name?: string;
};

const READ = ["get", "list", "watch"];

const REVIEWS: PolicyRule[] = [
  {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
  },
  { verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] },
];

const FLUX_OWNERS = [
  ["kustomize.toolkit.fluxcd.io", "kustomizations"],
  ["helm.toolkit.fluxcd.io", "helmreleases"],
] as const;

const KNOWN_GOOD: PolicyRule[] = [
  { verbs: READ, apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
  {
    verbs: READ,
    apiGroups: [""],
    resources: ["pods", "pods/log", "events", "configmaps", "secrets", "namespaces"],
  },
  { verbs: READ, apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"] },
  { verbs: READ, apiGroups: ["events.k8s.io"], resources: ["events"] },
  { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"] },
  { verbs: ["create", "patch", "delete"], apiGroups: [""], resources: ["configmaps"] },
  {
    verbs: ["get", "list"],
    apiGroups: ["admissionregistration.k8s.io"],
    resources: ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
  },
  { verbs: READ, apiGroups: ["argoproj.io"], resources: ["applications", "applicationsets"] },
  ...FLUX_OWNERS.map(([group, plural]) => ({
    verbs: READ,
    apiGroups: [group],
    resources: [plural],
  })),
  ...REVIEWS,
];

const PAUSING: PolicyRule[] = [["argoproj.io", "applications"] as const, ...FLUX_OWNERS].map(
  ([group, plural]) => ({ verbs: ["patch"], apiGroups: [group], resources: [plural] }),
);

const RULES: Record<RuleSet, PolicyRule[]> = {
  admin: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }, ...REVIEWS],
  reader: [{ verbs: READ, apiGroups: ["*"], resources: ["*"] }, ...REVIEWS],
  "known-good": [...KNOWN_GOOD, ...PAUSING],
  "no-pausing": KNOWN_GOOD,
  rollouts: [
    { verbs: READ, apiGroups: ["apps"], resources: ["deployments", "replicasets"] },
    { verbs: ["patch"], apiGroups: ["apps"], resources: ["deployments"] },
    ...REVIEWS,
  ],
};

export function rulesOf(caller: Caller): PolicyRule[] {
  return RULES[caller.rules];
}

/** The groups a caller is in: those it was given, and those every service account is in. */
export function groupsOf({ user, groups = [] }: Caller): string[] {
  const namespace = /^system:serviceaccount:([^:]+):/.exec(user)?.[1];
  const ofAccounts = namespace
    ? ["system:serviceaccounts", `system:serviceaccounts:${namespace}`]
    : [];
  return [...groups, ...ofAccounts, "system:authenticated"];
}

export function mayDo(caller: Caller, asked: Attributes): boolean {
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const covers = (list: string[], value: string) => list.includes("*") || list.includes(value);
  return RULES[caller.rules].some(
    (rule) =>
      covers(rule.verbs, asked.verb) &&
      covers(rule.apiGroups, asked.group) &&
      covers(rule.resources, resource),
  );
}

/** The 403 a caller gets, worded as the real authorizer words it. */
export function forbidden(caller: Caller, asked: Attributes): StatusError {
  const subject = qualifiedName({ group: asked.group, plural: asked.resource });
  const resource = asked.subresource ? `${asked.resource}/${asked.subresource}` : asked.resource;
  const where = asked.namespace ? `in the namespace "${asked.namespace}"` : "at the cluster scope";
  const named = asked.name ? `${subject} "${asked.name}"` : subject;
  return new StatusError(
    403,
    "Forbidden",
    `${named} is forbidden: User "${caller.user}" cannot ${asked.verb} resource "${resource}" in API group "${asked.group}" ${where}`,
    { name: asked.name, group: asked.group || undefined, kind: asked.resource },
  );
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Answers the reviews by which a caller learns who it is and what it may do. */
export function answerReview(caller: Caller, resource: Resource, body: Record<string, unknown>) {
  const spec = isTree(body.spec) ? body.spec : {};
  const head = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: {} };
  if (resource.kind === "SelfSubjectReview") {
    const userInfo = { username: caller.user, groups: groupsOf(caller) };
    return { ...head, status: { userInfo } };
  }
  if (resource.kind === "SelfSubjectRulesReview") {
    const nonResourceRules = [
      {
        verbs: ["get"],
        nonResourceURLs: [
          "/api",
          "/api/*",
          "/apis",
          "/apis/*",
          "/healthz",
          "/livez",
          "/openapi",
          "/openapi/*",
          "/readyz",
          "/version",
          "/version/",
        ],
      },
    ];
    const status = { resourceRules: rulesOf(caller), nonResourceRules, incomplete: false };
    return { ...head, spec: {}, status };
  }
  const asked = spec.resourceAttributes;
  if (!isTree(asked)) return { ...head, spec, status: { allowed: true } };
  const attributes = {
    verb: text(asked.verb),
    group: text(asked.group),
    resource: text(asked.resource),
    subresource: text(asked.subresource) || undefined,
  };
  return { ...head, spec, status: { allowed: mayDo(caller, attributes) } };
}
