import { ENGINE_WITH_VOUCHERS } from "../repository-files.ts";
import type { Scenario } from "./scenario.ts";

/** A flag was opened to everybody; customers with vouchers can't check out. */
export const retoggle: Scenario = {
  name: "retoggle",
  story:
    "The discount engine was opened from 25 % to 100 % of customers, and those with vouchers can’t check out. Its flag guards it: set it back.",
  service: "checkout",
  alert: { name: "CheckoutErrors", summary: "Checkout fails for customers with a voucher" },
  merges: [
    {
      service: "checkout",
      title: "Apply discount rules to vouchers",
      body: "Vouchers become rules like any other, behind `discount-engine`.",
      author: { login: "mira", name: "Mira Lindholm" },
      branch: "checkout/voucher-rules",
      method: "squash",
      files: {
        "services/checkout/src/discounts/engine.ts": ENGINE_WITH_VOUCHERS,
        "services/checkout/src/pricing/rules.ts":
          'import { isEnabled } from "../flags";\n\n/** Only asked for behind "discount-engine". */\nexport const voucherRule = (code: string) => ({ apply: () => (isEnabled("discount-engine") ? code.length : 0) });\n',
      },
      mergedMinutesAgo: 58,
    },
  ],
  releases: [{ service: "checkout", minutesAgo: 44 }],
  rollout: { flag: "discount-engine", percent: 100, minutesAgo: 12.8, by: "growth" },
};
