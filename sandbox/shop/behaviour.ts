import { serviceNamed } from "./catalogue.ts";

/** What a commit's code does, read from its own files. */
export type CodeFacts = {
  /** The discount rules engine is in, and it stumbles over vouchers. */
  appliesDiscountRules: boolean;
  /** The listing leaves its first page out. */
  skipsFirstPage: boolean;
  /** Prices are read from a column that a later migration drops. */
  readsLegacyPrice: boolean;
  /** Highest migration it brings along. */
  migration: number;
};

export type RunningVersion = { facts: CodeFacts; env: Record<string, string> };

export type World = {
  /** Share of customers who have the discount engine, 0 to 100. */
  discountPercent: number;
  /** Highest migration that was ever applied. */
  schema: number;
};

/** The migration that drops the column of old prices. */
export const DROPS_LEGACY_PRICE = 7;
/** Customers with vouchers are beyond this share of the rollout. */
const FIRST_VOUCHER_PERCENT = 25;

/** Share of requests that fail on one version of a service in this world. */
export function errorRatio(service: string, version: RunningVersion, world: World): number {
  const { base } = serviceNamed(service);
  const { facts, env } = version;
  switch (service) {
    case "checkout": {
      if (!facts.appliesDiscountRules) return base;
      const exposed = Math.max(0, world.discountPercent - FIRST_VOUCHER_PERCENT) / 75;
      return base + exposed * 0.17;
    }
    case "payments":
      return Number(env.PROVIDER_TIMEOUT_MS) < 1_000 ? base + 0.115 : base;
    case "catalog": {
      if (facts.readsLegacyPrice && world.schema >= DROPS_LEGACY_PRICE) return base + 0.31;
      return facts.skipsFirstPage ? base + 0.085 : base;
    }
    default:
      return base;
  }
}

/** Reads what a commit does from its files. `read` gives a file's text at that commit, or null. */
export async function factsOf(read: (path: string) => Promise<string | null>): Promise<CodeFacts> {
  const [engine, listing, price, journal] = await Promise.all([
    read("services/checkout/src/discounts/engine.ts"),
    read("services/catalog/src/listing.ts"),
    read("services/catalog/src/price.ts"),
    read("services/catalog/db/journal.txt"),
  ]);
  const migrations = (journal ?? "").match(/^\d{4}/gm) ?? [];
  return {
    appliesDiscountRules: engine !== null,
    skipsFirstPage: listing?.includes("from = page * size") ?? false,
    readsLegacyPrice: price?.includes("legacy_price") ?? false,
    migration: Math.max(0, ...migrations.map(Number)),
  };
}
