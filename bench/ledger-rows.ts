import { type Random, seededRandom } from "./random.ts";

/** A row of the table "Change". */
export type LedgerRow = {
  id: string;
  kind: "deploy" | "flag" | "merge" | "config";
  source: string;
  naturalKey: string;
  services: string[];
  title: string;
  environment: string | null;
  at: string;
  completedAt: string | null;
  actor: string | null;
  url: string | null;
  details: object;
  subject: string;
  commit: string | null;
  linkedAt: string | null;
};

/** A row of the table "ChangeLink". */
export type LinkRow = { fromId: string; toId: string };

/** What a team of this size changes in a day: 100,000 Changes are a little over three years. */
export const CHANGES_A_DAY = 90;
const DAY_MS = 86_400_000;

/** The shop's services come first and often: they are what an incident page looks for. */
const SERVICES = [
  ...["storefront", "catalog", "checkout", "payments", "storefront", "checkout"],
  ...["search", "basket", "invoices", "shipping", "accounts", "mailer", "stock", "reviews"],
];
const PEOPLE = ["mira", "jun", "tom", "ines", "ade", "lotte", "sam", "priya", "noor", "emil"];
const WORDS = ["retry", "cache", "limit", "receipt", "address", "voucher", "timeout", "image"];
const VERBS = ["Shorten", "Measure", "Split", "Rename", "Batch", "Log", "Drop", "Guard"];

/**
 * The newest `count` Changes of a shop's ledger up to `until`, newest first: the same for the same
 * arguments, and a shorter ledger is the beginning of a longer one. Merges, the deploys that carry
 * them, flags going up in steps, and settings.
 */
export function* ledgerRows(
  count: number,
  until: number,
): Generator<{ row: LedgerRow; links: LinkRow[] }> {
  const random = seededRandom(20_240_607);
  /** Deploys that wait for the merges they carry, which are older and so come later. */
  const waiting = new Map<string, { id: string; left: number }>();
  let at = until;
  for (let index = 0; index < count; index += 1) {
    at -= ((0.2 + 1.6 * random.next()) * DAY_MS) / CHANGES_A_DAY;
    const service = random.pick(SERVICES);
    const common = { id: idOf(index), at: new Date(at).toISOString(), service, index };
    const draw = random.next();
    if (draw < 0.42) {
      const carrier = waiting.get(service);
      const row = mergeRow(random, common);
      if (carrier && carrier.left > 0) {
        carrier.left -= 1;
        yield { row, links: [{ fromId: carrier.id, toId: row.id }] };
      } else yield { row, links: [] };
    } else if (draw < 0.75) {
      waiting.set(service, { id: common.id, left: 1 + random.whole(3) });
      yield { row: deployRow(random, common), links: [] };
    } else if (draw < 0.92) yield { row: flagRow(random, common), links: [] };
    else yield { row: configRow(random, common), links: [] };
  }
}

export type Common = { id: string; at: string; service: string; index: number };

export function idOf(index: number): string {
  return `be4c4000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

export function mergeRow(random: Random, { id, at, service, index }: Common): LedgerRow {
  const commit = random.hex(40);
  const word = random.pick(WORDS);
  const number = 2_000_000 - index;
  const files = Array.from({ length: 1 + random.whole(6) }, (_, n) => ({
    path: `services/${service}/src/${word}-${n}.ts`,
    status: n === 0 ? "added" : "modified",
    additions: random.whole(80),
    deletions: random.whole(40),
  }));
  return {
    id,
    kind: "merge",
    source: "github",
    naturalKey: `shop/archive#${number}`,
    services: [service],
    title: `${random.pick(VERBS)} ${word} in ${service}`,
    environment: null,
    at,
    completedAt: at,
    actor: random.pick(PEOPLE),
    url: `https://code.shop.example/shop/archive/pull/${number}`,
    details: {
      kind: "merge",
      repository: "shop/archive",
      number,
      branch: `${service}/${word}-${number}`,
      base: "main",
      method: random.pick(["merge", "squash", "rebase"]),
      mergeCommit: commit,
      headCommit: random.hex(40),
      files,
      labels: random.next() < 0.3 ? ["follow-up"] : [],
      flagKeys: [],
      mentions: Array.from({ length: 4 + random.whole(12) }, () => `${word}-${random.hex(4)}`),
      revertOf: null,
      restorationId: null,
    },
    subject: `shop/archive#${number}`,
    commit,
    linkedAt: null,
  };
}

export function deployRow(random: Random, { id, at, service, index }: Common): LedgerRow {
  const commit = random.hex(40);
  const revision = 1_000_000 - index;
  const deployment = `${service}-worker`;
  const image = `registry.shop.example/${deployment}`;
  return {
    id,
    kind: "deploy",
    source: "cluster",
    naturalKey: `archive-${deployment}:${revision}`,
    services: [service],
    title: `${deployment} ${revision - 1} → ${revision}`,
    environment: null,
    at,
    completedAt: new Date(Date.parse(at) + 20_000 + random.whole(60_000)).toISOString(),
    actor: null,
    url: null,
    details: {
      kind: "deploy",
      namespace: "shop",
      deployment,
      uid: `archive-${deployment}`,
      revision,
      previousRevision: revision - 1,
      images: [
        {
          container: "app",
          image: `${image}:${commit.slice(0, 12)}`,
          digest: `sha256:${random.hex(64)}`,
          was: `${image}:${random.hex(12)}`,
        },
      ],
      changeCause: `Merge pull request #${2_000_000 - index}`,
      commit,
      commitFrom: "image-tag",
      previousCommit: random.hex(40),
      templateChanges: [`image of app: ${random.hex(12)} → ${commit.slice(0, 12)}`],
      templateHash: random.hex(64),
      rollout: "complete",
      returnsTo: null,
      restorationId: null,
    },
    subject: `shop/${deployment}`,
    commit,
    linkedAt: at,
  };
}

export function flagRow(random: Random, { id, at, service, index }: Common): LedgerRow {
  const key = `${service}-${random.pick(WORDS)}`;
  const from = random.pick([0, 1, 5, 10, 25, 50]);
  const strategy = (rollout: number) => ({
    enabled: true,
    strategies: [
      {
        id: `archive-${key}`,
        name: "flexibleRollout",
        disabled: false,
        parameters: { rollout: String(rollout), stickiness: "default", groupId: key },
        constraints: [],
        segments: [],
        variants: [],
      },
    ],
    variants: [],
  });
  return {
    id,
    kind: "flag",
    source: "unleash",
    naturalKey: `archive-${index}`,
    services: [service],
    title: `${key} on for ${from} % → on for ${from * 2} %`,
    environment: "production",
    at,
    completedAt: at,
    actor: random.pick(PEOPLE),
    url: null,
    details: {
      kind: "flag",
      project: "default",
      key,
      environment: "production",
      action: "strategy",
      before: strategy(from),
      after: strategy(from * 2),
      restorationId: null,
    },
    subject: `archive/${key}`,
    commit: null,
    linkedAt: null,
  };
}

export function configRow(random: Random, { id, at, service, index }: Common): LedgerRow {
  const keys = [random.pick(WORDS).toUpperCase(), random.pick(WORDS).toUpperCase()];
  return {
    id,
    kind: "config",
    source: "cluster",
    naturalKey: `archive-config-${index}`,
    services: [service],
    title: `ConfigMap ${service}-settings`,
    environment: null,
    at,
    completedAt: at,
    actor: null,
    url: null,
    details: { kind: "config", namespace: "shop", object: `ConfigMap/${service}-settings`, keys },
    subject: `shop/${service}-settings`,
    commit: null,
    linkedAt: null,
  };
}
