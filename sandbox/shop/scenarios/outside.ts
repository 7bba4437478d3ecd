import type { Scenario } from "./scenario.ts";

/** Nothing was changed: the card provider is down. */
export const outside: Scenario = {
  name: "outside",
  story:
    "The card provider is down. Nobody changed anything, so no lever helps: nothing should be recommended. It ends when the provider comes back.",
  service: "payments",
  alert: { name: "PaymentsErrors", summary: "The card provider answers 503" },
  merges: [],
  releases: [],
  outage: { service: "payments", minutesAgo: 8, ratio: 0.22 },
};
