import { JOURNAL, LISTING_BAD, PRICE_NEW } from "../repository-files.ts";
import type { Scenario } from "./scenario.ts";

/** Two merges went out together: one dropped a column, the other loses the first page. */
export const revert: Scenario = {
  name: "revert",
  story:
    "Catalog was released with two merges. One dropped a column that the revision before still reads, so going back makes it worse; the other loses the first page of every listing. Revert that one.",
  service: "catalog",
  alert: { name: "CatalogErrors", summary: "Listings lose their first page" },
  merges: [
    {
      service: "catalog",
      title: "Drop the legacy price column",
      body: "Nothing reads it since last month’s price change.",
      author: { login: "pia", name: "Pia Brandt" },
      branch: "catalog/drop-legacy-price",
      method: "merge",
      labels: ["migration"],
      files: {
        "services/catalog/src/price.ts": PRICE_NEW,
        "services/catalog/db/migrations/0007_drop_legacy_price.sql":
          "alter table products drop column legacy_price;\n",
        "services/catalog/db/journal.txt": `${JOURNAL}0007 drop legacy price\n`,
      },
      mergedMinutesAgo: 62,
    },
    {
      service: "catalog",
      title: "Read the next page of a listing ahead",
      body: "The next click is instant.",
      author: { login: "ines", name: "Ines Costa" },
      branch: "catalog/read-ahead",
      method: "squash",
      files: { "services/catalog/src/listing.ts": LISTING_BAD },
      mergedMinutesAgo: 38,
    },
  ],
  releases: [{ service: "catalog", minutesAgo: 16 }],
};
