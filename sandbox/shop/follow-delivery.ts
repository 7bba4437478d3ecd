import type { Application } from "../gitops/argo-application.ts";
import type { HelmRelease, Kustomization } from "../gitops/flux-objects.ts";
import type { KubeClient, KubeObject } from "../gitops/kube-client.ts";
import { NAMESPACE } from "./catalogue.ts";
import type { Owner } from "./scenarios/scenario.ts";

export type Followed =
  | { state: "delivered" }
  | { state: "delivering" }
  | { state: "held" | "failed"; message: string };

/** How far a delivery by git has come: what the cluster runs, or what its owner says against it. */
export async function followDelivery(
  client: KubeClient,
  service: string,
  owner: Owner,
  expected: { sha: string; commit: string },
): Promise<Followed> {
  const metadata = { namespace: NAMESPACE, name: service };
  const live = await client.get<KubeObject & { spec: { template: Template } }>({
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    metadata,
  });
  const notes = live?.spec.template.metadata?.annotations;
  if (notes?.["org.opencontainers.image.revision"] === expected.sha) return { state: "delivered" };
  return owner === "argo-cd"
    ? saidByArgo(client, service, expected.commit)
    : saidByFlux(client, service, owner);
}

/** Whether an owner says that what it keeps is as declared. */
export async function isWell(
  client: KubeClient,
  service: string,
  owner: Exclude<Owner, "helm">,
): Promise<boolean> {
  if (owner === "argo-cd") {
    const app = await client.get<Application>(applicationRef(service));
    return app?.status?.sync?.status === "Synced";
  }
  const found = await client.get<HelmRelease | Kustomization>(fluxRef(service, owner));
  return readyOf(found)?.status === "True";
}

const applicationRef = (name: string) => ({
  ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
  metadata: { namespace: "argocd", name },
});

const fluxRef = (name: string, owner: Owner) => ({
  ...(owner === "flux-helm-release"
    ? { apiVersion: "helm.toolkit.fluxcd.io/v2", kind: "HelmRelease" }
    : { apiVersion: "kustomize.toolkit.fluxcd.io/v1", kind: "Kustomization" }),
  metadata: { namespace: "flux-system", name },
});

const readyOf = (found: HelmRelease | Kustomization | null) =>
  found?.status?.conditions?.find((one) => one.type === "Ready");

type Template = { metadata?: { annotations?: Record<string, string> } };

async function saidByArgo(client: KubeClient, service: string, commit: string): Promise<Followed> {
  const app = await client.get<Application>(applicationRef(service));
  const automated = app?.spec.syncPolicy?.automated;
  const isSkipped = app?.metadata.annotations?.["argocd.argoproj.io/skip-reconcile"] === "true";
  if (!automated || automated.enabled === false || isSkipped) {
    return { state: "held", message: `Argo CD doesn’t sync ${service} by itself now.` };
  }
  const last = app.status?.operationState;
  return last?.syncResult.revision === commit && last.phase === "Failed"
    ? { state: "failed", message: last.message }
    : { state: "delivering" };
}

async function saidByFlux(client: KubeClient, service: string, owner: Owner): Promise<Followed> {
  const ref = fluxRef(service, owner);
  const found = await client.get<HelmRelease | Kustomization>(ref);
  if (found?.spec.suspend)
    return { state: "held", message: `The ${ref.kind} ${service} is suspended.` };
  const ready = readyOf(found);
  return ready?.status === "False"
    ? { state: "failed", message: ready.message }
    : { state: "delivering" };
}
