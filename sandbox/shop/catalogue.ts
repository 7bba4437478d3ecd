/** The shop: four services of one team of teams, in one repository and one namespace. */
export type ShopService = {
  name: string;
  title: string;
  team: string;
  replicas: number;
  dependsOn: string[];
  /** Revision number of the oldest release that the cluster still keeps. */
  firstRevision: number;
  /** Settings that live in the Deployment, not in the repository. */
  env: Record<string, string>;
  /** Settings that its pods take as a whole from a ConfigMap and from a Secret of its name. */
  settings?: Record<string, string>;
  keys?: Record<string, string>;
  /** Fewest and most pods of its autoscaler. */
  scales?: { min: number; max: number };
  /** Share of failed requests when all is well. */
  base: number;
  threshold: number;
  /** Its team lets drills be held on it. */
  drills?: boolean;
};

export const NAMESPACE = "shop";
export const OWNER = "shop";
export const REPOSITORY = "storefront-monorepo";
export const PROJECT = "default";
export const ENVIRONMENT = "production";

export const SERVICES: ShopService[] = [
  {
    name: "storefront",
    title: "Storefront",
    team: "Web",
    replicas: 3,
    scales: { min: 3, max: 8 },
    dependsOn: ["catalog", "checkout"],
    firstRevision: 79,
    env: { CATALOG_URL: "http://catalog", CHECKOUT_URL: "http://checkout", CACHE_SECONDS: "30" },
    base: 0.003,
    threshold: 0.02,
    drills: true,
  },
  {
    name: "catalog",
    title: "Catalog",
    team: "Discovery",
    replicas: 2,
    dependsOn: [],
    firstRevision: 52,
    env: { PAGE_SIZE: "24", DATABASE_URL: "postgres://catalog:s3cr3t@db/catalog" },
    base: 0.004,
    threshold: 0.02,
    drills: true,
  },
  {
    name: "checkout",
    title: "Checkout",
    team: "Payments",
    replicas: 4,
    dependsOn: ["payments"],
    firstRevision: 14,
    env: {
      PAYMENTS_URL: "http://payments",
      TIMEOUT_MS: "3000",
      SESSION_SECRET: "k7Qm-do-not-show",
    },
    settings: { ORDER_TIMEOUT_MS: "4000", RECEIPT_LANGUAGE: "en" },
    keys: { PAYMENTS_API_KEY: "q9Zt-do-not-show" },
    base: 0.005,
    threshold: 0.02,
  },
  {
    name: "payments",
    title: "Payments",
    team: "Payments",
    replicas: 3,
    dependsOn: [],
    firstRevision: 9,
    env: { PROVIDER_TIMEOUT_MS: "5000", PROVIDER_RETRIES: "2" },
    base: 0.002,
    threshold: 0.02,
  },
];

/** The metric that a recording rule keeps for every service. */
export const SIGNAL_METRIC = "service:request_errors:ratio_rate1m";

export function serviceNamed(name: string): ShopService {
  const service = SERVICES.find((candidate) => candidate.name === name);
  if (!service) throw new Error(`The shop has no service "${name}".`);
  return service;
}

export function imageOf(service: string, sha: string): string {
  return `registry.shop.example/${service}:${sha.slice(0, 12)}`;
}

/** Teams of the shop's organization, by which its CODEOWNERS says who owns what. */
export const TEAMS = [
  { slug: "web", name: "Web", members: ["mira", "tom"] },
  { slug: "discovery", name: "Discovery", members: ["jun", "pia"] },
  { slug: "payments", name: "Payments", members: ["ines", "pia"] },
];

/** Engineers of the shop who may sign in, and act, with the sandbox's GitHub. */
export const PEOPLE = [
  { login: "mira", name: "Mira Lindholm" },
  { login: "ines", name: "Ines Costa" },
];
