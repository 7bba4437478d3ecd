import { stringify } from "yaml";
import {
  ENVIRONMENT,
  NAMESPACE,
  OWNER,
  PROJECT,
  REPOSITORY,
  SERVICES,
  SIGNAL_METRIC,
} from "./catalogue.ts";

export type Addresses = {
  kubernetes: string;
  github: string;
  unleash: string;
  prometheus: string;
};

/** The shop's known-good.yaml: what a team of this shape would write. Secrets are named, not held. */
export function configYaml(addresses: Addresses, verifyFor: string): string {
  return stringify({
    sources: {
      cluster: {
        product: "kubernetes",
        server: addresses.kubernetes,
        token: { env: "CLUSTER_TOKEN" },
        secrets: "follow",
      },
      unleash: {
        product: "unleash",
        url: addresses.unleash,
        token: { env: "UNLEASH_TOKEN" },
        propagationSeconds: 5,
      },
      github: {
        product: "github",
        apiUrl: `${addresses.github}/api/v3`,
        token: { env: "GITHUB_TOKEN" },
        webhookSecret: { env: "GITHUB_WEBHOOK_SECRET" },
      },
      prometheus: { product: "prometheus", url: addresses.prometheus },
    },
    services: Object.fromEntries(
      SERVICES.map((service) => [
        service.name,
        {
          title: service.title,
          team: service.team,
          deployments: [{ source: "cluster", namespace: NAMESPACE, name: service.name }],
          repository: {
            source: "github",
            name: `${OWNER}/${REPOSITORY}`,
            paths: [`services/${service.name}/`],
            migrations: [`services/${service.name}/db/migrations/`],
          },
          ...flagsOf(service.name),
          signal: {
            source: "prometheus",
            title: `Failed requests of ${service.title}`,
            query: `${SIGNAL_METRIC}{service="${service.name}"}`,
            unit: "ratio",
            threshold: service.threshold,
            verifyFor,
          },
          dependsOn: service.dependsOn,
          ...(service.drills ? { drills: true } : {}),
        },
      ]),
    ),
  });
}

const KEYS: Record<string, string[]> = {
  checkout: ["discount-engine", "express-checkout"],
  storefront: ["new-navigation"],
  catalog: ["search-synonyms"],
};

function flagsOf(service: string): object {
  const keys = KEYS[service];
  if (!keys) return {};
  return { flags: { source: "unleash", project: PROJECT, environment: ENVIRONMENT, keys } };
}
