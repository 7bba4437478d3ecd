import type { OwnerRef } from "@/lib/integrations/deploy-guard";
import { type ManagedField, ownsField } from "./kubernetes-managed-fields";

export const TRACKING_ID = "argocd.argoproj.io/tracking-id";
const INSTANCE_LABELS = ["argocd.argoproj.io/instance", "app.kubernetes.io/instance"] as const;
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** What an object says about itself, as far as owners are concerned. */
export type Marked = {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  managedFields: ManagedField[];
};

/** An owner that an object's marks name. */
export type MarkedOwner = OwnerRef & {
  /**
   * False when the mark is one that others set, too (Helm charts set app.kubernetes.io/instance): then
   * there is an owner only if it exists and lists the object itself.
   */
  isCertain: boolean;
};

/**
 * Who keeps a Deployment as it is, by its own marks; several at once are possible. `kubectl apply` only
 * when nobody else does, since controllers leave its record, too.
 */
export function ownersByMarks(deployment: Marked, argoCdNamespace: string): MarkedOwner[] {
  const { labels, annotations, namespace, name } = deployment;
  const owners: MarkedOwner[] = [];
  const argo = argoCdApplication(deployment, "apps/Deployment", argoCdNamespace);
  if (argo) owners.push({ kind: "argo-cd", ...argo });
  const kustomization = fluxParent(labels, "kustomize", namespace);
  if (kustomization) owners.push({ kind: "flux-kustomization", ...kustomization, isCertain: true });
  const release = fluxParent(labels, "helm", namespace);
  const helm = annotations["meta.helm.sh/release-name"];
  if (release) owners.push({ kind: "flux-helm-release", ...release, isCertain: true });
  else if (helm) {
    const where = annotations["meta.helm.sh/release-namespace"] ?? namespace;
    owners.push({ kind: "helm", namespace: where, name: helm, isCertain: true });
  }
  if (!owners.some(({ isCertain }) => isCertain) && isKubectlApplied(deployment)) {
    owners.push({ kind: "kubectl-apply", namespace, name, isCertain: true });
  }
  return owners;
}

/** The Argo CD Application that an object of this kind ("apps/Deployment") belongs to, by its marks. */
export function argoCdApplication(
  { namespace, name, labels, annotations }: Marked,
  groupKind: string,
  argoCdNamespace: string,
): { namespace: string; name: string; isCertain: boolean } | null {
  // "<application>:<group>/<kind>:<namespace>/<name>"; one that names another object was copied along.
  const [app, kind, object] = (annotations[TRACKING_ID] ?? "").split(":");
  if (app && kind === groupKind && object === `${namespace}/${name}`) {
    return { ...applicationName(app, argoCdNamespace), isCertain: true };
  }
  for (const label of INSTANCE_LABELS) {
    const instance = labels[label];
    if (!instance) continue;
    const isCertain = label === "argocd.argoproj.io/instance";
    return { ...applicationName(instance, argoCdNamespace), isCertain };
  }
  return null;
}

/** "<namespace>_<name>" for an Application outside Argo CD's own namespace. */
function applicationName(text: string, argoCdNamespace: string) {
  const [namespace, name] = text.split("_", 2);
  return name ? { namespace: namespace ?? "", name } : { namespace: argoCdNamespace, name: text };
}

/** The Flux Kustomization or HelmRelease that labels name. */
export function fluxParent(
  labels: Record<string, string>,
  product: "kustomize" | "helm",
  namespace: string,
): { namespace: string; name: string } | null {
  const name = labels[`${product}.toolkit.fluxcd.io/name`];
  if (!name) return null;
  return { namespace: labels[`${product}.toolkit.fluxcd.io/namespace`] ?? namespace, name };
}

function isKubectlApplied({ annotations, managedFields }: Marked): boolean {
  if (annotations[LAST_APPLIED]) return true;
  return managedFields.some(
    ({ manager, operation, ...entry }) =>
      (manager === "kubectl-client-side-apply" ||
        (manager === "kubectl" && operation === "Apply")) &&
      ownsField({ manager, operation, ...entry }, ["spec", "template"]),
  );
}
