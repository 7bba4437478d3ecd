/** Files whose text decides how the shop behaves; everything else in the repository is scenery. */
export const LISTING_GOOD = `import { query } from "./database";

/** One page of products, the first page being 1. */
export async function listProducts(page: number, size: number) {
  const from = (page - 1) * size;
  return query("select * from products order by rank offset $1 limit $2", [from, size]);
}
`;

export const LISTING_BAD = `import { query } from "./database";

/** One page of products, read ahead so that the next click is instant. */
export async function listProducts(page: number, size: number) {
  const from = page * size;
  const rows = await query("select * from products order by rank offset $1 limit $2", [from, size * 2]);
  return { page: rows.slice(0, size), ahead: rows.slice(size) };
}
`;

export const PRICE_LEGACY = `import { query } from "./database";

/** The price of a product, the old column first where it is filled. */
export async function priceOf(id: string) {
  const [row] = await query("select coalesce(legacy_price, price) as price from products where id = $1", [id]);
  return row?.price ?? null;
}
`;

export const PRICE_NEW = `import { query } from "./database";

/** The price of a product in minor units. */
export async function priceOf(id: string) {
  const [row] = await query("select price from products where id = $1", [id]);
  return row?.price ?? null;
}
`;

export const JOURNAL = `0001 products
0002 product rank
0003 categories
0004 prices in minor units
0005 product images
0006 search index
`;

export const ENGINE = `import { isEnabled } from "../flags";
import type { Cart } from "../cart";

/** Discounts by rules instead of by hand. */
export function discountFor(cart: Cart): number {
  if (!isEnabled("discount-engine", cart.customer)) return cart.manualDiscount;
  return cart.rules.reduce((sum, rule) => sum + rule.apply(cart), 0);
}
`;

export const ENGINE_WITH_VOUCHERS = `import { isEnabled } from "../flags";
import type { Cart } from "../cart";
import { voucherRule } from "../pricing/rules";

/** Discounts by rules instead of by hand; a voucher is a rule like any other. */
export function discountFor(cart: Cart): number {
  if (!isEnabled("discount-engine", cart.customer)) return cart.manualDiscount;
  const rules = [...cart.rules, voucherRule(cart.voucher.code)];
  return rules.reduce((sum, rule) => sum + rule.apply(cart), 0);
}
`;

export const ORDERS = `import { query } from "./database";
import type { Cart } from "./cart";

/** Writes an order down; everything is paid in euro. */
export async function placeOrder(cart: Cart) {
  return query("insert into orders (items) values ($1) returning id", [cart.items]);
}
`;

export const ORDERS_WITH_CURRENCY = `import { query } from "./database";
import type { Cart } from "./cart";

const known = new Set(["EUR"]);

/** Writes an order down with the currency it is paid in. */
export async function placeOrder(cart: Cart & { currency: string }) {
  if (!known.has(cart.currency)) throw new Error(\`unknown currency \${cart.currency}\`);
  return query("insert into orders (items, currency) values ($1, $2) returning id", [cart.items, cart.currency]);
}
`;

export const PROVIDER_MINOR_UNITS = `export const retries = 2;

/** What the card provider is asked. */
export const chargeOf = (cents: number) => ({ amount_minor: cents });
`;

export const ADDRESS_TIDIED = `import type { Address } from "./cart";

export const countries = [1, 44, 49, 353];

/** The address as the carrier wants it, its post code without blanks. */
export function tidied(address: Address): Address {
  return { ...address, postCode: address.postCode.trim().toUpperCase() };
}
`;

/** The first commit. */
export const ROOT_FILES: Record<string, string> = {
  ".github/CODEOWNERS": `# The last line that matches a file says who owns it.
/services/storefront/  @shop/web
/services/catalog/     @shop/discovery
/services/checkout/    @shop/payments
/services/payments/    @shop/payments
`,
  "README.md": "# Shop\n\nStorefront, catalog, checkout and payments in one repository.\n",
  "services/storefront/src/home.ts": 'export const title = "Shop";\n',
  "services/storefront/src/navigation.ts": 'export const items = ["home", "deals"];\n',
  "services/catalog/src/listing.ts": LISTING_GOOD,
  "services/catalog/src/price.ts": PRICE_LEGACY,
  "services/catalog/src/search.ts": "export const boost = 1;\n",
  "services/catalog/db/journal.txt": JOURNAL,
  "services/catalog/db/migrations/0006_search_index.sql":
    "create index products_search on products using gin (to_tsvector('english', name));\n",
  "services/checkout/src/cart.ts": "export type Cart = { items: string[] };\n",
  "services/checkout/src/orders.ts": ORDERS,
  "services/checkout/db/migrations/0011_orders.sql":
    "create table orders (id bigint generated always as identity primary key, items text[] not null);\n",
  "services/checkout/src/address.ts": "export const countries = [1, 44, 49];\n",
  "services/payments/src/provider.ts": "export const retries = 2;\n",
  "services/payments/src/receipt.ts": "export const paper = false;\n",
};
