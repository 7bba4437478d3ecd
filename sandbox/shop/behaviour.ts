import { serviceNamed } from "./catalogue.ts";

/** What a commit's code does, read from its own files. */
export type CodeFacts = {
  /** The discount rules engine is in, and it stumbles over vouchers. */
  appliesDiscountRules: boolean;
  /** The listing leaves its first page out. */
  skipsFirstPage: boolean;
  /** Prices are read from a column that a later migration drops. */
  readsLegacyPrice: boolean;
  /** Orders are written with a currency, and only the euro is known. */
  writesCurrency: boolean;
  /** The card provider is sent a field that it doesn't take. */
  sendsMinorUnits: boolean;
  /** Every address is taken to have a post code. */
  needsPostCode: boolean;
  /** Highest migration of catalog's database that it brings along. */
  migration: number;
  /** Highest migration of checkout's database that it brings along. */
  orderMigration: number;
};

export type RunningVersion = { facts: CodeFacts; env: Record<string, string> };

export type World = {
  /** Share of customers who have the discount engine, 0 to 100. */
  discountPercent: number;
  /** Highest migration that catalog's database has. */
  schema: number;
  /** Highest migration that checkout's database has. */
  orderSchema: number;
};

/** The migration that drops the column of old prices. */
export const DROPS_LEGACY_PRICE = 7;
/** The migration that wants a currency with every order. */
export const WANTS_CURRENCY = 12;
/** Customers with vouchers are beyond this share of the rollout. */
const FIRST_VOUCHER_PERCENT = 25;

/** What makes requests of a version fail. */
export type Cause =
  | "missing-currency"
  | "unknown-currency"
  | "no-post-code"
  | "voucher"
  | "minor-units"
  | "provider-timeout"
  | "provider-down"
  | "legacy-price"
  | "first-page"
  | "slow-pages";

/** Share of requests that fail because of one cause. */
export type Fault = { cause: Cause; share: number };

/** What is wrong with one version of a service in this world; null when nothing is. */
export function faultOf(service: string, version: RunningVersion, world: World): Fault | null {
  const { facts, env } = version;
  switch (service) {
    case "checkout": {
      const hasCurrency = world.orderSchema >= WANTS_CURRENCY;
      if (hasCurrency !== facts.writesCurrency) return { cause: "missing-currency", share: 0.46 };
      if (facts.writesCurrency) return { cause: "unknown-currency", share: 0.12 };
      if (facts.needsPostCode) return { cause: "no-post-code", share: 0.19 };
      if (!facts.appliesDiscountRules) return null;
      const exposed = Math.max(0, world.discountPercent - FIRST_VOUCHER_PERCENT) / 75;
      return exposed > 0 ? { cause: "voucher", share: exposed * 0.17 } : null;
    }
    case "payments":
      if (facts.sendsMinorUnits) return { cause: "minor-units", share: 0.16 };
      if (Number(env.PROVIDER_TIMEOUT_MS) >= 1_000) return null;
      return { cause: "provider-timeout", share: 0.115 };
    case "catalog":
      if (facts.readsLegacyPrice && world.schema >= DROPS_LEGACY_PRICE) {
        return { cause: "legacy-price", share: 0.31 };
      }
      return facts.skipsFirstPage ? { cause: "first-page", share: 0.085 } : null;
    case "storefront":
      return Number(env.CACHE_SECONDS) === 0 ? { cause: "slow-pages", share: 0.09 } : null;
    default:
      return null;
  }
}

/** Share of requests that fail on one version of a service in this world. */
export function errorRatio(service: string, version: RunningVersion, world: World): number {
  return serviceNamed(service).base + (faultOf(service, version, world)?.share ?? 0);
}

/** What part of a dependency's failures customers see through the services above it. */
export function seenThrough(facts: CodeFacts): number {
  return facts.sendsMinorUnits ? 0.6 : 0.04;
}

/** Reads what a commit does from its files. `read` gives a file's text at that commit, or null. */
export async function factsOf(read: (path: string) => Promise<string | null>): Promise<CodeFacts> {
  const [engine, listing, price, journal, orders, provider, currency, address] = await Promise.all([
    read("services/checkout/src/discounts/engine.ts"),
    read("services/catalog/src/listing.ts"),
    read("services/catalog/src/price.ts"),
    read("services/catalog/db/journal.txt"),
    read("services/checkout/src/orders.ts"),
    read("services/payments/src/provider.ts"),
    read("services/checkout/db/migrations/0012_order_currency.sql"),
    read("services/checkout/src/address.ts"),
  ]);
  const migrations = (journal ?? "").match(/^\d{4}/gm) ?? [];
  return {
    appliesDiscountRules: engine !== null,
    skipsFirstPage: listing?.includes("from = page * size") ?? false,
    readsLegacyPrice: price?.includes("legacy_price") ?? false,
    writesCurrency: orders?.includes("currency") ?? false,
    needsPostCode: address?.includes("postCode.trim()") ?? false,
    sendsMinorUnits: provider?.includes("amount_minor") ?? false,
    migration: Math.max(0, ...migrations.map(Number)),
    orderMigration: currency === null ? WANTS_CURRENCY - 1 : WANTS_CURRENCY,
  };
}
