import { parse, stringify } from "yaml";
import type { GithubSandbox } from "../github/start-github.ts";
import { imageOf, NAMESPACE, OWNER, REPOSITORY, SERVICES, serviceNamed } from "./catalogue.ts";
import type { PastRelease } from "./past.ts";
import { podTemplate } from "./pod-template.ts";
import type { Owner } from "./scenarios/scenario.ts";

/** The branch that declares what runs; deliveries are commits on it. */
export const DEPLOY_BRANCH = "production";
export const ROBOT = { login: "shop-delivery", name: "Delivery robot" };

export type Version = {
  sha: string;
  env: Record<string, string>;
  changeCause: string;
};

/** Whether a service's deliveries are commits that a controller carries out. */
export function isByGit(owner: Owner | undefined): owner is Exclude<Owner, "helm"> {
  return owner !== undefined && owner !== "helm";
}

/** Where git declares a service. */
export function declaredIn(service: string, owner: Owner): string {
  return owner === "flux-helm-release" ? `releases/${service}.yaml` : `${service}/deployment.yaml`;
}

/** The Deployment of a version, as a manifest. */
export function deploymentManifest(service: string, version: Version) {
  const { team } = serviceNamed(service);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: service,
      namespace: NAMESPACE,
      labels: { "app.kubernetes.io/name": service, team: team.toLowerCase() },
      annotations: { "kubernetes.io/change-cause": version.changeCause },
    },
    spec: {
      selector: { matchLabels: { "app.kubernetes.io/name": service } },
      template: podTemplate(service, version.sha, version.env),
    },
  };
}

function releaseManifest(service: string, version: Version) {
  return {
    apiVersion: "helm.toolkit.fluxcd.io/v2",
    kind: "HelmRelease",
    metadata: { name: service, namespace: "flux-system" },
    spec: {
      interval: "1m0s",
      releaseName: service,
      targetNamespace: NAMESPACE,
      chart: {
        spec: {
          chart: "./charts/service",
          sourceRef: { kind: "GitRepository", name: "deploy", namespace: "flux-system" },
        },
      },
      upgrade: { remediation: { retries: -1 } },
      values: {
        team: serviceNamed(service).team.toLowerCase(),
        image: imageOf(service, version.sha),
        revision: version.sha,
        changeCause: version.changeCause,
        env: Object.entries(version.env).map(([name, value]) => ({ name, value })),
      },
    },
  };
}

/** A chart for a service without settings and keys, of the same Pod template as everybody's. */
const CHART = {
  "charts/service/Chart.yaml": "apiVersion: v2\nname: service\nversion: 1.4.0\n",
  "charts/service/values.yaml": "env: []\n",
  "charts/service/templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    app.kubernetes.io/name: {{ .Release.Name }}
    team: {{ .Values.team }}
  annotations:
    kubernetes.io/change-cause: {{ toJson .Values.changeCause }}
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{ .Release.Name }}
      annotations:
        org.opencontainers.image.revision: {{ toJson .Values.revision }}
    spec:
      containers:
        - name: {{ .Release.Name }}
          image: {{ toJson .Values.image }}
          env: {{ toJson .Values.env }}
          ports: [{ containerPort: 8080, protocol: TCP }]
          resources:
            requests: { cpu: 100m, memory: 128Mi }
            limits: { memory: 256Mi }
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 5 }
`,
};

function written(service: string, owner: Owner, version: Version): string {
  const object =
    owner === "flux-helm-release"
      ? releaseManifest(service, version)
      : deploymentManifest(service, version);
  return stringify(object, { lineWidth: 0 });
}

/** What a branch declares of a service now. */
function versionIn(text: string, owner: Owner): Version {
  if (owner === "flux-helm-release") {
    const { values } = (parse(text) as ReturnType<typeof releaseManifest>).spec;
    const env = Object.fromEntries(values.env.map(({ name, value }) => [name, value]));
    return { sha: values.revision, env, changeCause: values.changeCause };
  }
  const { metadata, spec } = parse(text) as ReturnType<typeof deploymentManifest>;
  const [container] = spec.template.spec.containers;
  const env = (container?.env ?? []).map(({ name, value }) => [name, value ?? ""]);
  return {
    sha: spec.template.metadata?.annotations?.["org.opencontainers.image.revision"] ?? "",
    env: Object.fromEntries(env),
    changeCause: metadata.annotations["kubernetes.io/change-cause"],
  };
}

/** Writes the branch with the releases of the past that git keeps; answers each service's commits. */
export async function beginDeployBranch(
  github: GithubSandbox,
  owners: Record<string, Owner>,
  releases: readonly PastRelease[],
  more: Record<string, string>,
): Promise<Map<string, { commit: string; at: number }[]>> {
  const commits = new Map<string, { commit: string; at: number }[]>();
  const own = releases.filter(({ service }) => isByGit(owners[service]));
  const inOrder = own.toSorted((a, b) => a.at - b.at);
  let scenery: Record<string, string> = {
    "README.md": `# What runs in production\n\nWritten by the delivery of ${OWNER}/${REPOSITORY}.\n`,
    ...CHART,
    ...more,
  };
  for (const release of inOrder) {
    const owner = owners[release.service];
    if (!owner) continue;
    const { service, at } = release;
    const path = declaredIn(service, owner);
    const commit = await github.push({
      branch: DEPLOY_BRANCH,
      message: `Deploy ${service} ${release.sha.slice(0, 7)}`,
      files: { ...scenery, [path]: written(service, owner, release) },
      author: ROBOT,
      at: new Date(at),
    });
    scenery = {};
    commits.set(service, [...(commits.get(service) ?? []), { commit, at }]);
  }
  return commits;
}

/**
 * Delivers by a commit of the delivery robot: another commit of the code (null: as it is), settings that
 * change. Answers the commit on the branch and that of the code.
 */
export async function commitDelivery(
  github: GithubSandbox,
  owner: Owner,
  delivery: { service: string; sha: string | null; env: Record<string, string>; cause: string },
): Promise<{ commit: string; sha: string }> {
  const { service, env, cause } = delivery;
  const path = declaredIn(service, owner);
  const head = await github.head(DEPLOY_BRANCH);
  const text = head && (await github.commitTree(head, path));
  if (!text) throw new Error(`git declares no ${service} on ${DEPLOY_BRANCH}`);
  const before = versionIn(text, owner);
  const sha = delivery.sha ?? before.sha;
  const version = { sha, env: { ...before.env, ...env }, changeCause: cause };
  const commit = await github.push({
    branch: DEPLOY_BRANCH,
    message: `Deploy ${service} ${sha.slice(0, 7)}\n\n${cause}`,
    files: { [path]: written(service, owner, version) },
    author: ROBOT,
  });
  return { commit, sha };
}

/** Services that some owner of this kind keeps. */
export function keptBy(owners: Record<string, Owner>, kind: Owner): string[] {
  return SERVICES.map(({ name }) => name).filter((name) => owners[name] === kind);
}
