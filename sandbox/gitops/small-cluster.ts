import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type KubernetesSandbox, startKubernetes } from "../kubernetes/start-kubernetes.ts";
import { USERS } from "../kubernetes/users.ts";
import { gitSource } from "./git-source.ts";
import { KubeClient, type KubeObject } from "./kube-client.ts";
import { startGitops } from "./start-gitops.ts";

export type SmallCluster = {
  kubernetes: KubernetesSandbox;
  /** An administrator with kubectl. */
  kubectl: KubeClient;
  /** Known Good's own account. */
  knownGood: KubeClient;
  /** What the controllers told. */
  told: string[];
  /** Commits files onto the branch `main` and tells the controllers of the push. */
  commit(files: Record<string, string>): string;
  imageOf(name: string): Promise<string>;
  stop(): Promise<void>;
};

const BRANCH = "main";

/** For tests: a cluster with the namespaces argocd, flux-system and shop, git, and all controllers. */
export async function startSmallCluster(
  options: { selfHealMs?: number } = {},
): Promise<SmallCluster> {
  const dir = mkdtempSync(join(tmpdir(), "gitops-"));
  const git = (args: string[], input?: string) =>
    execFileSync("git", ["-C", dir, ...args], { input, encoding: "utf8" }).trim();
  git(["init", "--bare", "--quiet", "."]);
  const kubernetes = await startKubernetes({
    podReadyMs: 30,
    tokens: {
      admin: USERS.administrator,
      "known-good": USERS.knownGood,
      argo: USERS.argoCd,
      sets: {
        user: "system:serviceaccount:argocd:argocd-applicationset-controller",
        rules: "admin",
      },
      kustomize: USERS.kustomizeController,
      helm: USERS.helmController,
      source: { user: "system:serviceaccount:flux-system:source-controller", rules: "admin" },
    },
  });
  const kubectl = new KubeClient(kubernetes.url, "admin", "kubectl-patch");
  for (const name of ["argocd", "flux-system", "shop"]) {
    await kubectl.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  const listeners = new Set<() => void>();
  const told: string[] = [];
  const gitops = startGitops({
    kubernetes,
    tokens: {
      argo: "argo",
      applicationSets: "sets",
      kustomize: "kustomize",
      helm: "helm",
      source: "source",
    },
    git: gitSource(
      () => dir,
      (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    ),
    selfHealMs: options.selfHealMs ?? 200,
    report: (sentence) => told.push(sentence),
  });
  const knownGood = new KubeClient(kubernetes.url, "known-good", "known-good");
  let isBegun = false;
  return {
    kubernetes,
    kubectl,
    knownGood,
    told,
    commit(files) {
      const changes = Object.entries(files).map(
        ([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`,
      );
      const from = isBegun ? `from refs/heads/${BRANCH}^0\n` : "";
      const head = `commit refs/heads/${BRANCH}\ncommitter Robot <robot@shop.example> now\ndata 6\nDeploy\n`;
      git(["fast-import", "--quiet", "--date-format=now"], `${head}${from}${changes.join("")}`);
      isBegun = true;
      for (const listener of listeners) listener();
      return git(["rev-parse", BRANCH]);
    },
    async imageOf(name) {
      const metadata = { namespace: "shop", name };
      const live = await kubectl.get({ apiVersion: "apps/v1", kind: "Deployment", metadata });
      const { spec } = (live ?? {}) as { spec?: { template: Template } };
      return spec?.template.spec.containers[0]?.image ?? "";
    },
    async stop() {
      gitops.stop();
      kubectl.stop();
      knownGood.stop();
      await kubernetes.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

type Template = { spec: { containers: { image: string }[] } };

/** A Deployment's manifest, as a repository holds it. */
export function deploymentYaml(name: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: ${image}
          env: [{ name: MODE, value: production }]
`;
}

/** Somebody sets another image by hand. */
export async function setImage(client: KubeClient, name: string, image: string): Promise<void> {
  const containers = [{ name, image }];
  await client.patch(
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { namespace: "shop", name } },
    "strategic-merge",
    { spec: { template: { spec: { containers } } } },
  );
}

/** An Application for a folder of the repository. */
export function application(name: string, path: string, syncPolicy: object): KubeObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name, namespace: "argocd" },
    spec: {
      project: "default",
      source: { repoURL: "https://git.example/shop/deploy.git", path, targetRevision: BRANCH },
      destination: { server: "https://kubernetes.default.svc", namespace: "shop" },
      syncPolicy,
    },
  };
}
