import type { Stored } from "./kube-object.ts";
import type { Resource } from "./resources.ts";

type Row = (group: string, plural: string, kind: string, more: Partial<Resource>) => Resource;

const STATUS_VERBS = ["get", "patch", "update"];

/** Rows of the custom resources of Argo CD and Flux, as their definitions declare them. */
export function customResources(row: Row): Resource[] {
  const custom = (
    [group, version]: [string, string],
    plural: string,
    kind: string,
    shortNames: string[],
    hasStatus = true,
  ) =>
    row(group, plural, kind, {
      version,
      shortNames,
      custom: true,
      subresources: hasStatus ? [{ name: "status", kind, verbs: STATUS_VERBS }] : [],
    });
  const argo: [string, string] = ["argoproj.io", "v1alpha1"];
  return [
    // Argo CD declares no status subresource for these two: status is written with all else.
    custom(argo, "applications", "Application", ["app", "apps"], false),
    custom(argo, "applicationsets", "ApplicationSet", ["appset", "appsets"]),
    custom(argo, "appprojects", "AppProject", ["appproj", "appprojs"], false),
    custom(["helm.toolkit.fluxcd.io", "v2"], "helmreleases", "HelmRelease", ["hr"]),
    custom(["kustomize.toolkit.fluxcd.io", "v1"], "kustomizations", "Kustomization", ["ks"]),
    custom(["source.toolkit.fluxcd.io", "v1"], "gitrepositories", "GitRepository", ["gitrepo"]),
  ];
}

export const CUSTOM_GROUPS = [
  "argoproj.io",
  "helm.toolkit.fluxcd.io",
  "kustomize.toolkit.fluxcd.io",
  "source.toolkit.fluxcd.io",
] as const;

/** A column that a definition adds to `kubectl get`; "age" is told by its own rule. */
export type AddedColumn = {
  name: string;
  isWide?: boolean;
  value: "age" | ((object: Stored) => unknown);
};

/** Follows a path of field names; undefined where it ends early. */
export function fieldAt(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
    value,
  );
}

function readyCondition(object: Stored, field: string): unknown {
  const conditions = fieldAt(object.status, "conditions");
  const ready = Array.isArray(conditions)
    ? conditions.find((one) => fieldAt(one, "type") === "Ready")
    : undefined;
  return fieldAt(ready, field);
}

const AGE: AddedColumn = { name: "Age", value: "age" };
const FLUX: AddedColumn[] = [
  AGE,
  { name: "Ready", value: (one) => readyCondition(one, "status") },
  { name: "Status", value: (one) => readyCondition(one, "message") },
];

/** The columns of `kubectl get` by resource, after the name. */
export const CUSTOM_COLUMNS: Record<string, AddedColumn[]> = {
  applications: [
    { name: "Sync Status", value: (one) => fieldAt(one.status, "sync", "status") },
    { name: "Health Status", value: (one) => fieldAt(one.status, "health", "status") },
    { name: "Revision", isWide: true, value: (one) => fieldAt(one.status, "sync", "revision") },
    { name: "Project", isWide: true, value: (one) => fieldAt(one.spec, "project") },
  ],
  applicationsets: [AGE],
  appprojects: [AGE],
  helmreleases: FLUX,
  kustomizations: FLUX,
  gitrepositories: [{ name: "URL", value: (one) => fieldAt(one.spec, "url") }, ...FLUX],
};
