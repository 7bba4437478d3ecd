import { ApplicationSetController } from "./application-set-controller.ts";
import { ArgoController } from "./argo-controller.ts";
import type { GitSource } from "./git-source.ts";
import { HelmController } from "./helm-controller.ts";
import { KubeClient } from "./kube-client.ts";
import { KustomizeController } from "./kustomize-controller.ts";
import { SourceController } from "./source-controller.ts";

export type GitopsOptions = {
  /** The cluster's API, where every controller goes as its own account. */
  kubernetes: { url: string };
  tokens: {
    argo: string;
    applicationSets: string;
    kustomize: string;
    helm: string;
    source: string;
  };
  git: GitSource;
  /** How long Argo CD leaves a difference alone; 5,000 ms unless told. */
  selfHealMs?: number;
  /** How often Argo CD asks git without being told; 120,000 ms unless told. */
  pollMs?: number;
  now?: () => number;
  /** Told whenever a controller changed something, or was refused. */
  report?: (sentence: string) => void;
};

export type GitopsSandbox = { stop(): void };

/** Starts small controllers of Argo CD and Flux that really keep the cluster as git declares it. */
export function startGitops(options: GitopsOptions): GitopsSandbox {
  const { kubernetes, tokens, git, now = Date.now, report = () => undefined } = options;
  const { selfHealMs = 5_000, pollMs = 120_000 } = options;
  const as = (token: string, manager: string) => ({
    client: new KubeClient(kubernetes.url, token, manager),
    git,
    now,
    report,
  });
  const controllers = [
    new ArgoController({ ...as(tokens.argo, "argocd-controller"), selfHealMs, pollMs }),
    new ApplicationSetController(as(tokens.applicationSets, "argocd-applicationset-controller")),
    new SourceController(as(tokens.source, "source-controller")),
    new KustomizeController(as(tokens.kustomize, "kustomize-controller")),
    new HelmController(as(tokens.helm, "helm-controller")),
  ];
  return {
    stop: () => {
      for (const one of controllers) one.stop();
    },
  };
}
