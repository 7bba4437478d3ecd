/** Tokens of the sandbox's accounts; they open nothing but this loopback world. */
export const TOKENS = {
  cluster: "sandbox-cluster-token",
  clusterAdmin: "sandbox-cluster-admin-token",
  delivery: "sandbox-delivery-token",
  argo: "sandbox-argocd-token",
  argoSets: "sandbox-argocd-applicationset-token",
  kustomize: "sandbox-kustomize-token",
  helm: "sandbox-helm-token",
  fluxSource: "sandbox-source-token",
  flags: "*:*.sandbox-unleash-admin-token",
  code: "sandbox-github-token",
  webhook: "sandbox-webhook-secret",
  signInId: "sandbox-sign-in",
  signInSecret: "sandbox-sign-in-secret",
};
