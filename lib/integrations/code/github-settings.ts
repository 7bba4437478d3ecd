import * as z from "zod";

const httpUrl = z
  .url({ protocol: /^https?$/, error: "an http or https address" })
  .refine((value) => !/^[^/]*\/\/[^/]*@/.test(value), "an address without a user name or password")
  .transform((value) => value.replace(/\/+$/, ""));

const FreezeSettings = z.object({
  by: z
    .enum(["status", "ruleset", "off"])
    .default("status")
    .describe(
      "How a freeze holds merges back: `status` turns the required status red on every open pull request; `ruleset` makes one ruleset active that lets nobody but the source's own account update the branch; `off` leaves GitHub alone.",
    ),
  context: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .default("known-good/freeze")
    .describe("Name of the status, which the branch must require."),
  ruleset: z
    .string()
    .trim()
    .min(1)
    .default("Known Good freeze of {branch}")
    .describe(
      "Name of the ruleset; `{branch}` stands for the branch. Made by an administrator, or by the first freeze.",
    ),
});

const RevertSettings = z.object({
  label: z
    .string()
    .trim()
    .max(50)
    .default("known-good")
    .describe("Label that opened reverts get, made when it doesn't exist; empty for none."),
  merge: z
    .enum(["auto", "now", "by-hand"])
    .default("auto")
    .describe(
      "How an opened revert gets merged: `auto` by auto-merge or at the front of the merge queue; `now` without the queue where the credentials may pass it; `by-hand` by people. Never before what the branch requires is there.",
    ),
});

/** What the configuration file says about a GitHub source. */
export const GitHubSettings = z
  .object({
    apiUrl: httpUrl
      .default("https://api.github.com")
      .describe(
        "Base address of the REST API. For GitHub Enterprise Server: https://<host>/api/v3.",
      ),
    webUrl: httpUrl
      .optional()
      .describe("Address of the pages people open; derived from apiUrl when left out."),
    token: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe(
        "A token with read access to contents, pull requests, checks and statuses; with write access to contents and pull requests it can also open reverts, with write access to statuses freezes, with write access to issues follow-ups.",
      ),
    appId: z
      .union([z.string().regex(/^\d+$/), z.number().int().positive()])
      .transform(String)
      .optional()
      .describe("Id of a GitHub App to act as, instead of a token."),
    privateKey: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe("Private key of the GitHub App (PEM; line breaks may be written as \\n)."),
    installationId: z.coerce
      .number()
      .int()
      .positive()
      .optional()
      .describe("Installation of the App; found by the repository's owner when left out."),
    webhookSecret: z
      .string()
      .min(1)
      .optional()
      .meta({ secret: true })
      .describe("Secret that GitHub signs webhooks with; without it webhooks are refused."),
    timeoutSeconds: z
      .number()
      .positive()
      .max(120)
      .default(10)
      .describe("How long one request may take."),
    freeze: FreezeSettings.prefault({}).describe("How freezes hold merges back."),
    revert: RevertSettings.prefault({}).describe("What becomes of a revert once it is open."),
  })
  .refine((settings) => settings.token || (settings.appId && settings.privateKey), {
    error: "either token, or appId and privateKey",
  });
export type GitHubSettings = z.infer<typeof GitHubSettings>;

/** Origin (and path) of GitHub's pages for an API address. */
export function webUrlOf(settings: GitHubSettings): string {
  if (settings.webUrl) return settings.webUrl;
  const api = new URL(settings.apiUrl);
  if (api.hostname === "api.github.com") return "https://github.com";
  // Enterprise Cloud with data residency: api.<name>.ghe.com serves <name>.ghe.com.
  if (/^api\.[^.]+\.ghe\.com$/.test(api.hostname)) return `https://${api.hostname.slice(4)}`;
  return `${api.origin}${api.pathname.replace(/\/(api\/v3)?\/?$/, "")}`;
}

/** GraphQL's address: beside `/api/v3` on Enterprise Server, below the API's base elsewhere. */
export function graphqlUrlOf(settings: GitHubSettings): string {
  return /\/api\/v3$/.test(settings.apiUrl)
    ? settings.apiUrl.replace(/\/v3$/, "/graphql")
    : `${settings.apiUrl}/graphql`;
}
