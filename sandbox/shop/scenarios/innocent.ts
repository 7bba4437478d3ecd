import { PROVIDER_MINOR_UNITS } from "../repository-files.ts";
import type { Scenario } from "./scenario.ts";

/** Checkout fails and was deployed last; payments, below it, did it. */
export const innocent: Scenario = {
  name: "innocent",
  story:
    "Checkout fails, and checkout was deployed last. It is innocent: seconds before, payments went out with amounts in a field that the card provider doesn’t take. Roll back payments.",
  service: "checkout",
  alert: {
    name: "CheckoutErrors",
    summary: "Paying fails: the card provider answers 400, unknown field amount_minor",
  },
  merges: [
    {
      service: "payments",
      title: "Send amounts to the provider in minor units",
      body: "No more rounding on their side.",
      author: { login: "tom", name: "Tom Okafor" },
      branch: "payments/minor-units",
      method: "squash",
      files: { "services/payments/src/provider.ts": PROVIDER_MINOR_UNITS },
      mergedMinutesAgo: 34,
    },
    {
      service: "checkout",
      title: "Remember which delivery was chosen last",
      body: "One choice less.",
      author: { login: "mira", name: "Mira Lindholm" },
      branch: "checkout/remember-delivery",
      method: "squash",
      files: { "services/checkout/src/delivery.ts": "export const remembers = true;\n" },
      mergedMinutesAgo: 29,
    },
  ],
  releases: [
    { service: "payments", minutesAgo: 10.6 },
    { service: "checkout", minutesAgo: 10.3 },
  ],
};
