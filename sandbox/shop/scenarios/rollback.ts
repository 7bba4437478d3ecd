import type { Scenario } from "./scenario.ts";

/** A release of three merges also shortened a timeout; the provider can't answer in time. */
export const rollback: Scenario = {
  name: "rollback",
  story:
    "Payments was released with three merges and a timeout cut from 5,000 ms to 500 ms in the same rollout. No single pull request holds it: go back to the revision before, which brings the timeout back too.",
  service: "payments",
  alert: { name: "PaymentsErrors", summary: "Card payments time out" },
  merges: [
    {
      service: "payments",
      title: "Batch receipts every five seconds",
      body: "Fewer mails to the mail service.",
      author: { login: "jun", name: "Jun Sato" },
      branch: "payments/batch-receipts",
      method: "merge",
      files: { "services/payments/src/receipt.ts": "export const batchSeconds = 5;\n" },
      mergedMinutesAgo: 71,
    },
    {
      service: "payments",
      title: "Retry a declined card once",
      body: "The provider asks for it.",
      author: { login: "tom", name: "Tom Okafor" },
      branch: "payments/retry-declined",
      method: "squash",
      files: { "services/payments/src/retry.ts": "export const declinedRetries = 1;\n" },
      mergedMinutesAgo: 49,
    },
    {
      service: "payments",
      title: "Measure the provider's answers",
      body: "A histogram, to choose a tighter timeout later.",
      author: { login: "ines", name: "Ines Costa" },
      branch: "payments/measure-provider",
      method: "rebase",
      files: {
        "services/payments/src/provider.ts":
          "export const retries = 2;\nexport const histogram = true;\n",
      },
      mergedMinutesAgo: 33,
    },
  ],
  releases: [{ service: "payments", minutesAgo: 14, env: { PROVIDER_TIMEOUT_MS: "500" } }],
};
