import { stringify } from "yaml";
import { TRACKING_ID } from "../gitops/argo-application.ts";
import { releaseSecret } from "../gitops/helm-release-secret.ts";
import type { KubeClient, KubeObject } from "../gitops/kube-client.ts";
import { kubeTime } from "../kubernetes/kube-object.ts";
import type { SeedDeployment } from "../kubernetes/start-kubernetes.ts";
import { NAMESPACE, OWNER, REPOSITORY } from "./catalogue.ts";
import { DEPLOY_BRANCH, deploymentManifest, keptBy, type Version } from "./deploy-branch.ts";
import type { Owner } from "./scenarios/scenario.ts";

/** Who declares the Applications themselves: nobody, an application above them, or a set. */
export type ArgoParent = "none" | "application" | "application-set";

const ARGO = "argoproj.io/v1alpha1";
const FLUX_SOURCE = { kind: "GitRepository", name: "deploy" };
const SYNC = { automated: { enabled: true, prune: true, selfHeal: true } };

/** Marks that an owner leaves on a Deployment it keeps. */
export function ownerMarks(
  service: string,
  owner: Owner | undefined,
): Pick<SeedDeployment, "labels" | "annotations" | "manager"> {
  const helm = {
    labels: { "app.kubernetes.io/managed-by": "Helm" },
    annotations: {
      "meta.helm.sh/release-name": service,
      "meta.helm.sh/release-namespace": NAMESPACE,
    },
  };
  const flux = (controller: string, name: string) => ({
    [`${controller}.toolkit.fluxcd.io/name`]: name,
    [`${controller}.toolkit.fluxcd.io/namespace`]: "flux-system",
  });
  switch (owner) {
    case "argo-cd":
      return {
        annotations: { [TRACKING_ID]: `${service}:apps/Deployment:${NAMESPACE}/${service}` },
        manager: "argocd-controller",
      };
    case "flux-kustomization":
      return { labels: flux("kustomize", service), manager: "kustomize-controller" };
    case "flux-helm-release":
      return {
        labels: { ...helm.labels, ...flux("helm", service) },
        annotations: helm.annotations,
        manager: "helm-controller",
      };
    case "helm":
      return { ...helm, manager: "helm" };
    default:
      return {};
  }
}

const source = (url: string, path: string) => ({
  repoURL: `${url}/${OWNER}/${REPOSITORY}.git`,
  path,
  targetRevision: DEPLOY_BRANCH,
});

function argoApplication(name: string, path: string, url: string): KubeObject {
  return {
    apiVersion: ARGO,
    kind: "Application",
    metadata: { name, namespace: "argocd" },
    spec: {
      project: "default",
      source: source(url, path),
      destination: { server: "https://kubernetes.default.svc", namespace: NAMESPACE },
      syncPolicy: SYNC,
    },
  };
}

/** Files by which an application declares those below it. */
export function applicationFiles(owners: Record<string, Owner>, url: string) {
  const files = keptBy(owners, "argo-cd").map((service): [string, string] => [
    `applications/${service}.yaml`,
    stringify(argoApplication(service, service, url), { lineWidth: 0 }),
  ]);
  return Object.fromEntries(files);
}

type Seed = {
  client: KubeClient;
  owners: Record<string, Owner>;
  /** Address of the repository's host. */
  url: string;
  /** Commits on the deploy branch that delivered each service, oldest first. */
  commits: Map<string, { commit: string; at: number }[]>;
  parent: ArgoParent;
  /** Interval of the Kustomizations, as Flux writes it. */
  interval: string;
};

/** Puts the objects of Argo CD and Flux into the cluster, with what they did until now. */
export async function seedOwners(seed: Seed): Promise<void> {
  const { client, owners, url, parent, interval } = seed;
  for (const name of ["argocd", "flux-system"]) {
    await client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const inArgo = (kind: string, name: string, spec: object): KubeObject => ({
    ...{ apiVersion: ARGO, kind, metadata: { name, namespace: "argocd" } },
    spec,
  });
  const anywhere = [{ namespace: "*", server: "*" }];
  await client.create(
    inArgo("AppProject", "default", { sourceRepos: ["*"], destinations: anywhere }),
  );
  for (const service of keptBy(owners, "argo-cd")) {
    if (parent !== "application-set") await client.create(argoApplication(service, service, url));
  }
  if (parent === "application-set") {
    const elements = keptBy(owners, "argo-cd").map((service) => ({ service }));
    const { spec } = argoApplication("", "{{service}}", url);
    const template = { metadata: { name: "{{service}}" }, spec };
    const generators = [{ list: { elements } }];
    await client.create(inArgo("ApplicationSet", "services", { generators, template }));
  } else {
    for (const service of keptBy(owners, "argo-cd")) await tellPast(seed, service);
  }
  if (parent === "application") await client.create(argoApplication("shop", "applications", url));
  const inFlux = (apiVersion: string, kind: string, name: string, spec: object): KubeObject => ({
    ...{ apiVersion, kind, metadata: { name, namespace: "flux-system" } },
    spec,
  });
  await client.create(
    inFlux("source.toolkit.fluxcd.io/v1", "GitRepository", FLUX_SOURCE.name, {
      url: `${url}/${OWNER}/${REPOSITORY}`,
      ref: { branch: DEPLOY_BRANCH },
      interval: "1m0s",
    }),
  );
  const kustomization = (name: string, more: object) =>
    client.create(
      inFlux("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, {
        ...{ interval, prune: true, sourceRef: FLUX_SOURCE },
        ...more,
      }),
    );
  for (const service of keptBy(owners, "flux-kustomization")) {
    await kustomization(service, { path: `./${service}`, targetNamespace: NAMESPACE });
  }
  if (keptBy(owners, "flux-helm-release").length > 0) {
    await kustomization("releases", { path: "./releases" });
  }
}

/** An application's history: a sync for each delivery of the past. */
async function tellPast({ client, commits, url }: Seed, service: string): Promise<void> {
  const metadata = { namespace: "argocd", name: service };
  const all = (commits.get(service) ?? []).map(({ commit, at }, id) => ({
    id,
    revision: commit,
    deployStartedAt: kubeTime(at),
    deployedAt: kubeTime(at + 2_000),
    source: source(url, service),
    initiatedBy: { automated: true },
  }));
  const last = all.at(-1);
  if (!last) return;
  const { revision, deployStartedAt: startedAt, deployedAt: finishedAt } = last;
  await client.patch({ apiVersion: ARGO, kind: "Application", metadata }, "merge", {
    status: {
      history: all.slice(-10),
      operationState: {
        operation: { sync: { revision, prune: true }, initiatedBy: { automated: true } },
        phase: "Succeeded",
        message: "successfully synced (all tasks run)",
        startedAt,
        finishedAt,
        syncResult: { revision, source: source(url, service), resources: [] },
      },
    },
  });
}

/** The next revision of a release that nobody but Helm itself keeps. */
export async function recordHelmRelease(
  client: KubeClient,
  service: string,
  version: Version,
  at: Date,
): Promise<void> {
  const secrets = await client.list<KubeObject>("v1", "Secret");
  const earlier = secrets.filter(
    ({ metadata }) =>
      metadata.namespace === NAMESPACE &&
      metadata.labels?.owner === "helm" &&
      metadata.labels.name === service,
  );
  for (const one of earlier.filter(({ metadata }) => metadata.labels?.status === "deployed")) {
    await client.patch(one, "merge", { metadata: { labels: { status: "superseded" } } });
  }
  const deployed = kubeTime(at.getTime());
  const next = releaseSecret(
    {
      ...{ name: service, namespace: NAMESPACE, version: earlier.length + 1, status: "deployed" },
      description: earlier.length > 0 ? "Upgrade complete" : "Install complete",
      ...{ chartName: "service", chartVersion: "1.4.0" },
      values: { revision: version.sha },
      objects: [deploymentManifest(service, version)],
      ...{ firstDeployed: deployed, lastDeployed: deployed },
    },
    NAMESPACE,
  );
  await client.create(next);
}
