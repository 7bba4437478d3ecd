import type { HistoryEntry } from "../github/seed-repository.ts";
import { createRandom } from "./random.ts";

/** Small works of four teams, in no order: [service, file, title]. */
const WORKS: [string, string, string][] = [
  ["storefront", "home", "Show deals of the week above the fold"],
  ["checkout", "cart", "Keep the cart for thirty days"],
  ["catalog", "search", "Find plurals when somebody types a singular"],
  ["payments", "receipt", "Send receipts in the customer's language"],
  ["storefront", "navigation", "Move help into the footer"],
  ["checkout", "address", "Accept Irish post codes"],
  ["catalog", "search", "Rank what is in stock first"],
  ["payments", "provider", "Log the provider's request id"],
  ["storefront", "home", "Load hero pictures last"],
  ["checkout", "cart", "Say how long a price is held"],
  ["payments", "receipt", "Round tax per line, not per order"],
  ["catalog", "search", "Forgive one typing mistake in five letters"],
  ["storefront", "navigation", "Make the menu usable with a keyboard"],
  ["checkout", "address", "Remember the last delivery address"],
  ["payments", "provider", "Tell a declined card from a broken line"],
  ["catalog", "search", "Drop empty categories from the facets"],
  ["storefront", "home", "Explain why there are cookies"],
  ["checkout", "cart", "Warn before an item sells out"],
  ["payments", "receipt", "Put the order number into the subject"],
  ["catalog", "search", "Cache facets for a minute"],
];
const AUTHORS = [
  { login: "ines", name: "Ines Costa" },
  { login: "tom", name: "Tom Okafor" },
  { login: "mira", name: "Mira Lindholm" },
  { login: "jun", name: "Jun Sato" },
  { login: "pia", name: "Pia Brandt" },
];
const METHODS: HistoryEntry["mergeMethod"][] = ["merge", "squash", "squash", "rebase", "merge"];
const DAY_MS = 86_400_000;

export type PastMerge = HistoryEntry & { service: string };

/**
 * Three months of ordinary merges that end some hours before `now`, five in a week, each touching one
 * service. The same seed gives the same past.
 */
export function pastMerges(now: number, days = 90): PastMerge[] {
  const random = createRandom(20261123);
  const merges: PastMerge[] = [];
  let number = 0;
  for (let day = days; day > 0.1; day -= 0.75) {
    if (random() > 0.55) continue;
    const [service, file, title] = WORKS[number % WORKS.length] ?? WORKS[0] ?? ["", "", ""];
    const round = Math.floor(number / WORKS.length);
    const mergedAt = now - day * DAY_MS - random() * 6 * 3_600_000;
    const openedAt = mergedAt - (1 + random() * 20) * 3_600_000;
    const author = AUTHORS[Math.floor(random() * AUTHORS.length)] ?? { login: "ines" };
    number += 1;
    merges.push({
      service,
      at: new Date(openedAt),
      mergedAt: new Date(mergedAt),
      title: round === 0 ? title : `${title}, step ${round + 1}`,
      body: `${title}. Tried on staging.`,
      author,
      labels: round === 0 ? [] : ["follow-up"],
      branch: `${service}/${slug(title)}-${round + 1}`,
      mergeMethod: METHODS[number % METHODS.length] ?? "squash",
      files: {
        [`services/${service}/src/${file}.ts`]: `// ${title}\nexport const step = ${number};\nexport const variant = ${Math.floor(random() * 90) + 10};\n`,
      },
    });
  }
  return merges;
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z]+/g, "-")
    .slice(0, 28)
    .replace(/-+$/, "");
}
