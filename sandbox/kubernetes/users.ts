import type { Caller } from "./access.ts";

const account = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`;

/**
 * The parties that write to a cluster, each under its own name, so that policies, managed fields and
 * refusals can tell them apart. Give one a token among the options, or a client by `clientAs`.
 */
export const USERS = {
  /** Our own service account, as deploy/kubernetes/base.yaml makes it. */
  knownGood: { user: account("known-good", "known-good"), rules: "known-good" },
  /** A person with kubectl who may do everything. */
  administrator: { user: "kubernetes-admin", groups: ["system:masters"], rules: "admin" },
  argoCd: { user: account("argocd", "argocd-application-controller"), rules: "admin" },
  kustomizeController: { user: account("flux-system", "kustomize-controller"), rules: "admin" },
  helmController: { user: account("flux-system", "helm-controller"), rules: "admin" },
} as const satisfies Record<string, Caller>;

/** The robot by which a team's pipeline delivers. */
export function deliveryRobot(team: string): Caller {
  return { user: account("delivery", `${team.toLowerCase()}-delivery`), rules: "admin" };
}
