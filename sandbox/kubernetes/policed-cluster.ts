import type { ApiClient } from "./api-client.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";
import { USERS } from "./users.ts";

const GROUP = "/apis/admissionregistration.k8s.io/v1";
export const POLICIES = `${GROUP}/validatingadmissionpolicies`;
export const BINDINGS = `${GROUP}/validatingadmissionpolicybindings`;
export const MAPS = "/api/v1/namespaces/shop/configmaps";
export const DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/checkout";
export const MERGE = "application/merge-patch+json";

export type Spec = Record<string, unknown>;

/** Constraints that cover resources of one group, named with commas between them. */
export function rule(plural: string, operations = ["*"], group = "") {
  const resources = plural.split(",");
  return {
    resourceRules: [{ apiGroups: [group], apiVersions: ["v1"], operations, resources }],
  };
}

export type PolicedCluster = {
  cluster: KubernetesSandbox;
  admin: ApiClient;
  /** Puts a policy "p" and its binding "b" in force; throws when one of them isn't taken. */
  enforce(policy: Spec, binding?: Spec): Promise<void>;
};

/** A cluster with one Deployment, for tests of admission policies; they are about ConfigMaps unless said. */
export async function startPolicedCluster(): Promise<PolicedCluster> {
  const cluster = await startKubernetes({ tokens: {}, podReadyMs: 5 });
  const admin = cluster.clientAs(USERS.administrator, "kubectl/v1");
  const containers = [{ name: "web", image: "shop/checkout:1" }];
  cluster.seed({
    namespace: "shop",
    name: "checkout",
    replicas: 1,
    selector: { app: "checkout" },
    history: [{ template: { spec: { containers } }, at: new Date() }],
  });
  const make = async (path: string, name: string, spec: Spec) => {
    const { status, text } = await admin.send("POST", path, { body: { metadata: { name }, spec } });
    if (status !== 201) throw new Error(text);
  };
  return {
    cluster,
    admin,
    enforce: async (policy, binding = {}) => {
      await make(POLICIES, "p", { matchConstraints: rule("configmaps"), ...policy });
      await make(BINDINGS, "b", { policyName: "p", validationActions: ["Deny"], ...binding });
    },
  };
}
