import { ORDERS_WITH_CURRENCY } from "../repository-files.ts";
import type { Scenario } from "./scenario.ts";

/** A release brought a column that has to be filled; the version before doesn't know it. */
export const schemaTrap: Scenario = {
  name: "schema-trap",
  story:
    "Checkout was released with a merge that makes every order name its currency, and gets it wrong outside the euro. The version before can’t write orders any more: the column has no default. Migrate down first, then go back.",
  service: "checkout",
  alert: { name: "CheckoutErrors", summary: "Orders outside the euro fail: unknown currency" },
  merges: [
    {
      service: "checkout",
      title: "Name the currency of every order",
      body: "Orders carry their currency; until now everything was taken to be euro.",
      author: { login: "jun", name: "Jun Sato" },
      branch: "checkout/order-currency",
      method: "squash",
      labels: ["migration"],
      files: {
        "services/checkout/src/orders.ts": ORDERS_WITH_CURRENCY,
        "services/checkout/db/migrations/0012_order_currency.sql": [
          "begin;",
          "-- Those there are were all paid in euro.",
          "alter table orders add column currency char(3) not null default 'EUR';",
          "-- From now on checkout fills it in.",
          "alter table orders alter column currency drop default;",
          "commit;",
          "",
        ].join("\n"),
        "services/checkout/db/migrations/0012_order_currency.down.sql":
          "alter table orders drop column currency;\n",
      },
      mergedMinutesAgo: 41,
    },
  ],
  releases: [{ service: "checkout", minutesAgo: 11 }],
};
