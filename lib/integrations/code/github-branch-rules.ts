import * as z from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { Text, WebUrl } from "./github-schemas";

export type MergeMethod = "merge" | "squash" | "rebase";

/** What a branch asks of a merge, as everybody who may read is told. */
export type BranchRules = {
  /** Checks and statuses that have to pass; `appId` when only that App's count. */
  contexts: { name: string; appId: number | null }[];
  /** By rulesets alone: they have to pass on a branch that is up to date. */
  isStrict: boolean;
  /** Numbers of active rulesets that let nobody but bypass actors update the branch. */
  locks: number[];
  /** Numbers of active rulesets that send merges through the queue. */
  queues: number[];
  /** By rulesets alone: those of branch protection are told by GraphQL. */
  reviews: number;
  codeOwners: boolean;
  /** Null when rulesets leave every method. */
  methods: MergeMethod[] | null;
};

const Checks = z.object({
  strict_required_status_checks_policy: z.boolean().default(false),
  required_status_checks: z.array(
    z.object({ context: Text, integration_id: z.number().int().nullish() }),
  ),
});
const Reviews = z.object({
  required_approving_review_count: z.number().int().default(0),
  require_code_owner_review: z.boolean().default(false),
  allowed_merge_methods: z.array(z.enum(["merge", "squash", "rebase"])).nullish(),
});
const Rules = z.array(
  z.object({
    type: z.string(),
    ruleset_id: z.number().int().nullish(),
    parameters: z.unknown().optional(),
  }),
);
type Rule = z.output<typeof Rules>[number];

const Branch = z.object({
  protection: z
    .object({
      required_status_checks: z
        .object({
          enforcement_level: z.string().nullish(),
          contexts: z.array(Text).default([]),
          checks: z
            .array(z.object({ context: Text, app_id: z.number().int().nullish() }))
            .default([]),
        })
        .nullish(),
    })
    .nullish(),
});

const MAX_PAGES = 5;

/** Rules of active rulesets, each repository's and its organization's; none on servers without them. */
async function readRules(client: GitHubClient, repository: string, branch: string) {
  const { owner, repo } = parseRepository(repository);
  const what = `the rules of ${branch} in ${repository}`;
  const route = "GET /repos/{owner}/{repo}/rules/branches/{branch}";
  const rules: Rule[] = [];
  try {
    const pages = client.pages(Rules, what, owner, route, { owner, repo, branch }, MAX_PAGES);
    for await (const page of pages) rules.push(...page);
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== "not-found") throw error;
  }
  return rules;
}

async function readProtectedContexts(
  client: GitHubClient,
  repository: string,
  branch: string,
): Promise<BranchRules["contexts"]> {
  const { owner, repo } = parseRepository(repository);
  const what = `branch ${branch} in ${repository}`;
  const route = "GET /repos/{owner}/{repo}/branches/{branch}";
  const { data } = await client.read(Branch, what, owner, route, { owner, repo, branch });
  const required = data.protection?.required_status_checks;
  if (!required || required.enforcement_level === "off") return [];
  // -1 and nothing both mean: whoever reports it.
  const checks = required.checks.map(({ context, app_id }) => ({
    name: context,
    appId: app_id && app_id > 0 ? app_id : null,
  }));
  const told = new Set(checks.map(({ name }) => name));
  const rest = required.contexts.filter((name) => !told.has(name));
  return [...checks, ...rest.map((name) => ({ name, appId: null }))];
}

/** Reads protection and rulesets of a branch; repeated calls that find nothing new cost no rate limit. */
export async function readBranchRules(
  client: GitHubClient,
  repository: string,
  branch: string,
): Promise<BranchRules> {
  const [rules, contexts] = await Promise.all([
    readRules(client, repository, branch),
    readProtectedContexts(client, repository, branch),
  ]);
  const found: BranchRules = {
    contexts,
    isStrict: false,
    locks: [],
    queues: [],
    reviews: 0,
    codeOwners: false,
    methods: null,
  };
  const allow = (methods: MergeMethod[]) => {
    found.methods = (found.methods ?? methods).filter((method) => methods.includes(method));
  };
  for (const { type, ruleset_id: id, parameters } of rules) {
    if (type === "update" && id) found.locks.push(id);
    if (type === "merge_queue" && id) found.queues.push(id);
    if (type === "required_linear_history") allow(["squash", "rebase"]);
    if (type === "required_status_checks") {
      const asked = Checks.safeParse(parameters).data;
      found.isStrict ||= asked?.strict_required_status_checks_policy ?? false;
      for (const one of asked?.required_status_checks ?? [])
        found.contexts.push({ name: one.context, appId: one.integration_id ?? null });
    }
    if (type === "pull_request") {
      const asked = Reviews.safeParse(parameters).data;
      found.reviews = Math.max(found.reviews, asked?.required_approving_review_count ?? 0);
      found.codeOwners ||= asked?.require_code_owner_review ?? false;
      if (asked?.allowed_merge_methods) allow(asked.allowed_merge_methods);
    }
  }
  return found;
}

export const Ruleset = z
  .object({
    id: z.number().int(),
    name: Text,
    source: z.string().default(""),
    enforcement: z.enum(["disabled", "active", "evaluate"]),
    current_user_can_bypass: z.string().nullish(),
    conditions: z
      .object({
        ref_name: z
          .object({ include: z.array(z.string()), exclude: z.array(z.string()) })
          .partial()
          .nullish(),
      })
      .nullish(),
    rules: z.array(z.object({ type: z.string() })).nullish(),
    _links: z.object({ html: z.object({ href: WebUrl }).nullish() }).nullish(),
  })
  .transform((ruleset) => ({
    id: ruleset.id,
    name: ruleset.name,
    source: ruleset.source,
    enforcement: ruleset.enforcement,
    /** Null when the server doesn't say. */
    mayBypass: ruleset.current_user_can_bypass ? ruleset.current_user_can_bypass !== "never" : null,
    include: ruleset.conditions?.ref_name?.include ?? [],
    exclude: ruleset.conditions?.ref_name?.exclude ?? [],
    ruleTypes: (ruleset.rules ?? []).map(({ type }) => type),
    url: ruleset._links?.html?.href ?? null,
  }));
export type Ruleset = z.output<typeof Ruleset>;

/** A ruleset by its number, with whether our credentials pass it. Throws SourceError `not-found`. */
export async function readRuleset(
  client: GitHubClient,
  repository: string,
  id: number,
): Promise<Ruleset> {
  const { owner, repo } = parseRepository(repository);
  const route = "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}";
  const what = `ruleset ${id} of ${repository}`;
  return (await client.read(Ruleset, what, owner, route, { owner, repo, ruleset_id: id })).data;
}
