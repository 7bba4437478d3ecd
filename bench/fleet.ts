/**
 * A cluster and a code host with fifty services, as a process of its own: the freeze policy installed as
 * an administrator does, the owners of Argo CD and Flux as objects without their controllers, open pull
 * requests into a branch that requires the freeze's status. Sends its addresses to its parent, and how
 * many requests it was sent since a moment whenever it is told one (epoch milliseconds).
 */
import { startGithub } from "../sandbox/github/start-github.ts";
import { TRACKING_ID } from "../sandbox/gitops/argo-application.ts";
import { KubeClient, type KubeObject } from "../sandbox/gitops/kube-client.ts";
import { createApiClient } from "../sandbox/kubernetes/api-client.ts";
import { installFreezePolicy } from "../sandbox/kubernetes/install-freeze-policy.ts";
import { startKubernetes } from "../sandbox/kubernetes/start-kubernetes.ts";
import { USERS } from "../sandbox/kubernetes/users.ts";
import { TOKENS } from "../sandbox/shop/tokens.ts";
import {
  ARGO_NAMESPACE,
  FLEET,
  FLEET_REPOSITORY,
  FLUX_NAMESPACE,
  type FleetService,
  FREEZE_CONTEXT,
  OPEN_PULLS,
} from "./fleet-plan.ts";

const { owner, name: repo, branch } = FLEET_REPOSITORY;
const RELEASED_AT = new Date(Date.now() - 3_600_000);

const kubernetes = await startKubernetes({
  tokens: { [TOKENS.cluster]: USERS.knownGood, [TOKENS.clusterAdmin]: USERS.administrator },
});
for (const service of FLEET) {
  const labels = { "app.kubernetes.io/name": service.name };
  kubernetes.seed({
    namespace: service.namespace,
    name: service.name,
    replicas: 1,
    selector: labels,
    ...marksOf(service),
    history: [1, 2].map((version) => ({
      template: {
        metadata: { labels },
        spec: { containers: [{ name: service.name, image: `fleet/${service.name}:v${version}` }] },
      },
      at: new Date(RELEASED_AT.getTime() + version * 600_000),
    })),
  });
}
await installFreezePolicy(createApiClient(kubernetes.url, TOKENS.clusterAdmin));
const administrator = new KubeClient(kubernetes.url, TOKENS.clusterAdmin, "kubectl");
for (const name of [ARGO_NAMESPACE, FLUX_NAMESPACE]) {
  await administrator.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
}
for (const service of FLEET) await administrator.create(ownerOf(service));
administrator.stop();

const github = await startGithub({
  tokens: { [TOKENS.code]: { login: "known-good-bot", permissions: "write" } },
  checksMs: 100,
  rateLimit: 1_000_000,
  protection: { contexts: [FREEZE_CONTEXT] },
});
await github.seed({
  ...{ owner, repo, defaultBranch: branch, history: [] },
  files: { "README.md": "# Everything that the fleet runs\n" },
});
for (let number = 1; number <= OPEN_PULLS; number += 1) {
  await github.openPullRequest({
    title: `Change ${number} of another team`,
    author: { login: `author-${number}` },
    branch: `change-${number}`,
    files: { [`services/change-${number}.txt`]: "changed\n" },
  });
}

process.on("message", (since: number) => {
  const requests = [...kubernetes.requests, ...github.requests];
  process.send?.({ calls: requests.filter(({ at }) => at >= since).length });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ kubernetes: kubernetes.url, github: github.url });

function marksOf({ name, namespace, keptBy }: FleetService) {
  if (keptBy === "argo-cd") {
    const annotations = { [TRACKING_ID]: `${name}:apps/Deployment:${namespace}/${name}` };
    return { annotations, manager: "argocd-controller" };
  }
  const labels = {
    "kustomize.toolkit.fluxcd.io/name": name,
    "kustomize.toolkit.fluxcd.io/namespace": FLUX_NAMESPACE,
  };
  return { labels, manager: "kustomize-controller" };
}

function ownerOf({ name, namespace, keptBy }: FleetService): KubeObject {
  if (keptBy === "argo-cd") {
    return {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Application",
      metadata: { name, namespace: ARGO_NAMESPACE },
      spec: {
        project: "default",
        source: { repoURL: `https://git.example/${owner}/${repo}.git`, path: name },
        destination: { server: "https://kubernetes.default.svc", namespace },
        syncPolicy: { automated: { enabled: true, prune: true, selfHeal: true } },
      },
    };
  }
  return {
    apiVersion: "kustomize.toolkit.fluxcd.io/v1",
    kind: "Kustomization",
    metadata: { name, namespace: FLUX_NAMESPACE },
    spec: {
      ...{ interval: "1m0s", prune: true, path: `./${name}`, targetNamespace: namespace },
      sourceRef: { kind: "GitRepository", name: "deploy" },
    },
  };
}
