import { readFile } from "node:fs/promises";
import * as z from "zod";
import type { DeployGuard } from "@/lib/integrations/deploy-guard";
import type { DeploySource } from "@/lib/integrations/deploy-source";
import { connectWith, until } from "./contract-cluster";
import { serverOf } from "./contract-kubeconfig";
import { credentialsFrom } from "./kubernetes-credentials";
import { KubernetesSettings } from "./kubernetes-settings";
import { type Answer, type Transport, transportWith } from "./kubernetes-transport";

export type Json = Record<string, unknown>;

const MERGE = "application/merge-patch+json";
const Rule = z.object({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
});
const Token = z.object({ status: z.object({ token: z.string() }) });

/** The guard of a source that must have one. */
export function guardOf(source: DeploySource): DeployGuard {
  if (!source.guard) throw new Error("this source has no guard");
  return source.guard;
}

/** Anybody's bare access to the API, for hands that aren't ours. */
export class Hands {
  readonly #transport: Transport;

  constructor(settings: z.input<typeof KubernetesSettings>) {
    const parsed = KubernetesSettings.parse(settings);
    this.#transport = transportWith(credentialsFrom(parsed), 10_000);
  }

  send(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown, type?: string) {
    return this.#transport.send({ method, path, body, contentType: type ?? "application/json" });
  }

  async must(...request: Parameters<Hands["send"]>): Promise<Json> {
    const answer = await this.send(...request);
    if (answer.status < 300) return z.record(z.string(), z.unknown()).parse(answer.body);
    throw new Error(`${request[0]} ${request[1]}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  merge(path: string, body: Json, manager = "somebody"): Promise<Json> {
    return this.must("PATCH", `${path}?fieldManager=${manager}`, body, MERGE);
  }

  /** Another image for a Deployment's container, as `kubectl set image` asks for it. */
  setImage(namespace: string, name: string, image: string, query = ""): Promise<Answer> {
    return this.send(
      "PATCH",
      `/apis/apps/v1/namespaces/${namespace}/deployments/${name}${query}`,
      { spec: { template: { spec: { containers: [{ name: "app", image }] } } } },
      "application/strategic-merge-patch+json",
    );
  }
}

/** An account of its own in a cluster that makes accounts: `rules` hold in that namespace. */
export async function accountIn(
  admin: Hands,
  kubeconfig: string,
  namespace: string,
  name: string,
  rules: Json[],
): Promise<z.input<typeof KubernetesSettings>> {
  const named = { metadata: { name } };
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await admin.must("POST", accounts, named);
  await admin.must("POST", `${rbac}/roles`, { ...named, rules });
  await admin.must("POST", `${rbac}/rolebindings`, {
    ...named,
    subjects: [{ kind: "ServiceAccount", name, namespace }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
  });
  const made = await admin.must("POST", `${accounts}/${name}/token`, { spec: {} });
  const { server, caFile } = await serverOf(kubeconfig);
  const settings = { server, caFile, token: Token.parse(made).status.token };
  await untilKnown(new Hands(settings), namespace, rules[0]);
  return settings;
}

/** An API server learns of a role a moment after it was written. */
async function untilKnown(account: Hands, namespace: string, rule: Json | undefined) {
  const { apiGroups, resources, verbs } = Rule.parse(rule);
  const [group, resource, verb] = [apiGroups[0], resources[0], verbs[0]];
  const spec = { resourceAttributes: { namespace, group, resource, verb } };
  const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  await until("its role to be known", async () => {
    const { status } = await account.must("POST", path, { spec });
    return (status as Json).allowed === true ? true : null;
  });
}

/** What reads Deployments, and nothing else. */
export const READS_DEPLOYMENTS: Json[] = [
  {
    apiGroups: ["apps"],
    resources: ["deployments", "replicasets"],
    verbs: ["get", "list", "watch"],
  },
];

/** Kinds of owners that a cluster without their controllers doesn't know. */
const KINDS = [
  { group: "argoproj.io", version: "v1alpha1", kind: "Application", plural: "applications" },
  { group: "argoproj.io", version: "v1alpha1", kind: "ApplicationSet", plural: "applicationsets" },
  {
    group: "kustomize.toolkit.fluxcd.io",
    version: "v1",
    kind: "Kustomization",
    plural: "kustomizations",
  },
  { group: "helm.toolkit.fluxcd.io", version: "v2", kind: "HelmRelease", plural: "helmreleases" },
] as const;

/**
 * Makes sure that the cluster serves owners: kinds that it doesn't know are installed in their smallest
 * form. Gives back what takes those away again, or why it can't be done.
 */
export async function installOwnerKinds(
  admin: Hands,
): Promise<{ remove: () => Promise<void> } | { because: string }> {
  const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  const made: string[] = [];
  const remove = async () => {
    for (const name of made) await admin.send("DELETE", `${definitions}/${name}`);
  };
  for (const { group, version, kind, plural } of KINDS) {
    const list = `/apis/${group}/${version}/${plural}?limit=1`;
    if ((await admin.send("GET", list)).status === 200) continue;
    const name = `${plural}.${group}`;
    const schema = {
      openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    };
    const answer = await admin.send("POST", definitions, {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name },
      spec: {
        group,
        scope: "Namespaced",
        names: { plural, kind, listKind: `${kind}List`, singular: kind.toLowerCase() },
        versions: [
          { name: version, served: true, storage: true, schema, subresources: { status: {} } },
        ],
      },
    });
    if (answer.status >= 300) {
      await remove();
      return { because: `it neither serves ${name} nor takes its definition (${answer.status})` };
    }
    made.push(name);
    await until(`${name} to be served`, async () =>
      (await admin.send("GET", list)).status === 200 ? true : null,
    );
  }
  return { remove };
}

const MANIFEST = new URL("../../../deploy/kubernetes/freeze-policy.yaml", import.meta.url);
const Document = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });

/** Makes sure that the shipped freeze policy is installed, as `installOwnerKinds` does. */
export async function installFreezePolicy(
  admin: Hands,
): Promise<{ remove: () => Promise<void> } | { because: string }> {
  const { parseAllDocuments } = await import("yaml");
  const documents = parseAllDocuments(await readFile(MANIFEST, "utf8")).map((one) =>
    one.toJS(),
  ) as unknown[];
  const made: string[] = [];
  const remove = async () => {
    for (const path of made.reverse()) await admin.send("DELETE", path);
  };
  for (const document of documents) {
    const { data } = Document.safeParse(document);
    if (!data || !/^ValidatingAdmissionPolicy/.test(data.kind)) continue;
    const plural = `${data.kind.toLowerCase().replace(/y$/, "ie")}s`;
    const path = `/apis/admissionregistration.k8s.io/v1/${plural}`;
    if ((await admin.send("GET", `${path}/${data.metadata.name}`)).status === 200) continue;
    const answer = await admin.send("POST", path, document);
    if (answer.status >= 300) {
      await remove();
      return { because: `it doesn't take a ${data.kind} (${answer.status})` };
    }
    made.push(`${path}/${data.metadata.name}`);
  }
  return { remove };
}

/** A source that may do what a role in one namespace allows, and nothing else. */
export async function limitedSource(
  admin: Hands,
  target: { kubeconfig: string; given: string | null },
  namespace: string,
  name: string,
  rules: Json[],
): Promise<DeploySource> {
  const settings = target.given
    ? { kubeconfig: target.given }
    : await accountIn(admin, target.kubeconfig, namespace, name, rules);
  return connectWith({ ...settings, namespaces: [namespace], argoCdNamespace: namespace });
}
