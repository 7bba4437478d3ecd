import { ADDRESS_TIDIED } from "../repository-files.ts";
import type { Scenario } from "./scenario.ts";

/** A bad release of a service that Argo CD keeps: a rollback by hand lasts five seconds. */
export const gitops: Scenario = {
  name: "gitops",
  story:
    "Checkout was released with two merges; one takes every address to have a post code. Argo CD keeps Checkout as git declares it, so a rollback by hand is taken back in five seconds: pause it, roll back, hold the other teams’ deliveries, then revert the merge.",
  service: "checkout",
  alert: {
    name: "CheckoutErrors",
    summary: "Checkout fails where addresses have no post code: postCode is undefined",
  },
  merges: [
    {
      service: "checkout",
      title: "Say when a parcel will arrive",
      body: "Two days from now, unless it is a Friday.",
      author: { login: "jun", name: "Jun Sato" },
      branch: "checkout/arrival",
      method: "squash",
      files: { "services/checkout/src/arrival.ts": "export const days = 2;\n" },
      mergedMinutesAgo: 54,
    },
    {
      service: "checkout",
      title: "Tidy post codes up before they are sent to the carrier",
      body: "The carrier refuses blanks.",
      author: { login: "mira", name: "Mira Lindholm" },
      branch: "checkout/tidy-post-codes",
      method: "squash",
      files: { "services/checkout/src/address.ts": ADDRESS_TIDIED },
      mergedMinutesAgo: 31,
    },
  ],
  releases: [{ service: "checkout", minutesAgo: 12 }],
  owners: {
    checkout: "argo-cd",
    catalog: "flux-kustomization",
    payments: "flux-helm-release",
    storefront: "helm",
  },
  crashes: ["checkout"],
  podStopMs: 3_000,
  competingMs: 90_000,
};
