import type { Scenario } from "./scenario.ts";

/** A rollout without new code: somebody turned a cache off. */
export const configuration: Scenario = {
  name: "configuration",
  story:
    "Storefront’s cache was turned off by hand: the same code, another setting, and pages take too long to build. There is no pull request to revert; going back brings the setting back.",
  service: "storefront",
  alert: { name: "StorefrontErrors", summary: "Pages time out while they are built" },
  merges: [],
  releases: [
    {
      service: "storefront",
      minutesAgo: 9,
      env: { CACHE_SECONDS: "0" },
      byHand: "kubectl set env deployment/storefront CACHE_SECONDS=0",
    },
  ],
};
