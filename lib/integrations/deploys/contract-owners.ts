import { expect, type TestContext } from "vitest";
import type { DeploymentOwner, OwnerRef } from "@/lib/integrations/deploy-guard";
import { type ContractCluster, connectWith } from "./contract-cluster";
import { guardOf, Hands, installOwnerKinds, type Json } from "./contract-guard";
import type { DeploysTarget } from "./deploys.contract";

export const ARGO = "argoproj.io/v1alpha1";
export const FLUX = "kustomize.toolkit.fluxcd.io/v1";
export const HELM = "helm.toolkit.fluxcd.io/v2";
const PLURALS: Record<string, string> = {
  Application: "applications",
  ApplicationSet: "applicationsets",
  Kustomization: "kustomizations",
  HelmRelease: "helmreleases",
};

export type OwnersWorld = ReturnType<typeof ownersWorld>;

/** Owners of Deployments in the namespace of a contract, and hands that make them. */
export function ownersWorld(target: DeploysTarget, cluster: ContractCluster) {
  const { namespace } = cluster;
  const admin = new Hands({ kubeconfig: target.kubeconfig });
  const guard = guardOf(
    connectWith({
      kubeconfig: target.kubeconfig,
      namespaces: [namespace],
      argoCdNamespace: namespace,
    }),
  );
  let installed: Awaited<ReturnType<typeof installOwnerKinds>> = { because: "not asked yet" };

  const pathOf = (apiVersion: string, kind: string, name = "") =>
    `/apis/${apiVersion}/namespaces/${namespace}/${PLURALS[kind]}${name && `/${name}`}`;

  async function put(apiVersion: string, kind: string, name: string, body: Json): Promise<string> {
    const { metadata, status, ...rest } = body;
    const named = { ...(metadata as Json), name, namespace };
    await admin.must("POST", `${pathOf(apiVersion, kind)}?fieldManager=gitops`, {
      ...{ apiVersion, kind, metadata: named },
      ...rest,
    });
    const path = pathOf(apiVersion, kind, name);
    if (!status) return path;
    // Some clusters keep an Application's status apart, some don't.
    const type = "application/merge-patch+json";
    const answer = await admin.send("PATCH", `${path}/status`, { status }, type);
    if (answer.status === 404) await admin.merge(path, { status });
    return path;
  }

  /** A Deployment with the marks of its owner. */
  async function marked(
    name: string,
    marks: { annotations?: Json; labels?: Json },
  ): Promise<{ namespace: string; name: string }> {
    await cluster.create(name, "shop/app:v1");
    await cluster.patch(name, { metadata: marks });
    return { namespace, name };
  }

  const tracked = (app: string, name = app) =>
    marked(name, {
      annotations: {
        "argocd.argoproj.io/tracking-id": `${app}:apps/Deployment:${namespace}/${name}`,
      },
    });
  const application = (name: string, automated: Json | null, more: Json = {}) =>
    put(ARGO, "Application", name, {
      spec: { project: "default", syncPolicy: automated ? { automated } : {} },
      ...more,
    });
  const kustomized = (name: string) =>
    marked(name, {
      labels: {
        "kustomize.toolkit.fluxcd.io/name": name,
        "kustomize.toolkit.fluxcd.io/namespace": namespace,
      },
    });

  async function only(name: string): Promise<DeploymentOwner> {
    const owners = await guard.owners({ namespace, name });
    expect(owners).toHaveLength(1);
    return owners[0] as DeploymentOwner;
  }
  const argo = (name: string): OwnerRef => ({ kind: "argo-cd", namespace, name });
  const flux = (name: string): OwnerRef => ({ kind: "flux-kustomization", namespace, name });

  async function specAndMarks(path: string): Promise<{ spec: unknown; annotations: Json }> {
    const { spec, metadata } = await admin.must("GET", path);
    return { spec, annotations: ((metadata as Json).annotations ?? {}) as Json };
  }

  return {
    ...{ namespace, admin, guard, put, marked, tracked, application, kustomized, only },
    ...{ argo, flux, specAndMarks },
    async start() {
      installed = await installOwnerKinds(admin);
    },
    async stop() {
      if ("remove" in installed) await installed.remove();
    },
    needKinds(context: TestContext) {
      if ("because" in installed) context.skip(`No owners in this cluster: ${installed.because}.`);
    },
  };
}
