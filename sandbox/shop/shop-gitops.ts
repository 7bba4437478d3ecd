import type { GithubSandbox } from "../github/start-github.ts";
import { gitSource } from "../gitops/git-source.ts";
import { KubeClient } from "../gitops/kube-client.ts";
import { startGitops } from "../gitops/start-gitops.ts";
import type { KubernetesSandbox } from "../kubernetes/start-kubernetes.ts";
import { beginDeployBranch, keptBy } from "./deploy-branch.ts";
import { isWell } from "./follow-delivery.ts";
import type { PastRelease } from "./past.ts";
import type { Owner } from "./scenarios/scenario.ts";
import { type ArgoParent, applicationFiles, recordHelmRelease, seedOwners } from "./seed-owners.ts";
import { TOKENS } from "./tokens.ts";

export type ShopGitops = { stop(): void };

type Options = {
  kubernetes: KubernetesSandbox;
  github: GithubSandbox;
  owners: Record<string, Owner>;
  releases: readonly PastRelease[];
  selfHealMs?: number | undefined;
  interval?: string | undefined;
  parent?: ArgoParent | undefined;
  report: (sentence: string) => void;
};

const READY_WITHIN_MS = 15_000;

/** Gives the shop's services their owners: the branch that declares them, its objects, the controllers. */
export async function startShopGitops(options: Options): Promise<ShopGitops> {
  const { kubernetes, github, owners, releases, report } = options;
  const { selfHealMs, interval = "1m0s", parent = "none" } = options;
  const client = new KubeClient(kubernetes.url, TOKENS.clusterAdmin, "kubectl-client-side-apply");
  const files = parent === "application" ? applicationFiles(owners, github.url) : {};
  const commits = await beginDeployBranch(github, owners, releases, files);
  await seedOwners({ client, owners, url: github.url, commits, parent, interval });
  const helm = new KubeClient(kubernetes.url, TOKENS.delivery, "helm");
  for (const service of keptBy(owners, "helm")) {
    for (const release of releases.filter((one) => one.service === service)) {
      await recordHelmRelease(helm, service, release, new Date(release.at));
    }
  }
  const controllers = startGitops({
    kubernetes,
    tokens: {
      argo: TOKENS.argo,
      applicationSets: TOKENS.argoSets,
      kustomize: TOKENS.kustomize,
      helm: TOKENS.helm,
      source: TOKENS.fluxSource,
    },
    git: gitSource(
      () => github.repositoryDir,
      (listener) => github.on("push", listener),
    ),
    ...(selfHealMs !== undefined && { selfHealMs }),
    report,
  });
  await untilSettled(client, owners);
  client.stop();
  helm.stop();
  return controllers;
}

/** Waits until every owner has looked at what it keeps once, and found it as declared. */
async function untilSettled(client: KubeClient, owners: Record<string, Owner>): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  const isSettled = async () => {
    const all = await Promise.all(
      Object.entries(owners).map(([service, owner]) =>
        owner === "helm" ? true : isWell(client, service, owner),
      ),
    );
    return all.every(Boolean);
  };
  while (!(await isSettled())) {
    if (Date.now() > until) throw new Error("The shop’s GitOps controllers didn’t settle in time.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
