import { Service } from "@/lib/contracts/service";

export const NAMESPACE = "shop";
export const REPOSITORY = "acme/shop";
export const FLAG = "new-basket";
/** Planted in a Pod template: it must never be read anywhere but there. */
export const CANARY = "canary-7f3d9a-do-not-show";
/** Accounts of this loopback world; they open nothing else. */
export const TOKENS = {
  cluster: "kg-cluster",
  clusterAdmin: "kg-cluster-admin",
  /** May roll back, and read no configuration. */
  rollouts: "kg-rollouts",
  flags: "*:*.kg-flags",
  code: "kg-code",
  webhook: "kg-webhook",
};
export type Addresses = { kubernetes: string; github: string; unleash: string; prometheus: string };

/** The service of the world, as the configuration file would say it. */
export function checkoutService(): Service {
  return Service.parse({
    name: "checkout",
    title: "Checkout",
    team: "Payments",
    deployments: [{ source: "cluster", namespace: NAMESPACE, name: "checkout" }],
    repository: {
      source: "code",
      name: REPOSITORY,
      branch: "main",
      paths: [],
      migrations: ["migrations/"],
    },
    flags: { source: "flags", project: "default", environment: "production" },
    signal: {
      source: "signals",
      title: "Failed requests",
      query: 'errors:ratio{service="checkout"}',
      unit: "ratio",
      threshold: 0.02,
      verifyForSeconds: 30,
    },
    dependsOn: [],
    origin: "file",
  });
}
