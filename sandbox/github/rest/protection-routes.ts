import { contextsOf, isProtecting } from "../branch-rules.ts";
import { CHECK_NAMES } from "../check-board.ts";
import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, notFound, paged, repositoryOf } from "../exchange.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { requireAdministration } from "../permissions.ts";
import type { Route } from "../router.ts";
import type { Site } from "../site.ts";
import { commitView } from "./commit-view.ts";

const BASE = "/repos/:owner/:repo";
const BRANCH = `${BASE}/branches/*branch`;

const apiOf = (site: Site, repository: HostedRepository, branch: string) =>
  `${site.apiUrl}/repos/${repository.fullName}/branches/${branch}`;

function isGuarded(repository: HostedRepository, branch: string): boolean {
  return branch === repository.defaultBranch && isProtecting(repository.rules.protection);
}

/** What everybody who may read sees of a branch's protection: that there is one, and its contexts. */
function shortProtection(repository: HostedRepository, branch: string): Record<string, unknown> {
  const { protection } = repository.rules;
  const enabled = isGuarded(repository, branch);
  const contexts = enabled ? contextsOf(protection, CHECK_NAMES) : [];
  const everybody = protection.admins ? "everyone" : "non_admins";
  return {
    enabled,
    required_status_checks: {
      enforcement_level: contexts.length > 0 ? everybody : "off",
      contexts,
      checks: contexts.map((context) => ({ context, app_id: null })),
    },
  };
}

/** The short form of `branch` as lists and webhooks hold it. */
export function shortBranchView(
  site: Site,
  repository: HostedRepository,
  branch: string,
  sha: string,
): Record<string, unknown> {
  const url = `${site.apiUrl}/repos/${repository.fullName}/commits/${sha}`;
  const isRuled = repository.rules.rulesetsOf(branch).length > 0;
  const guarded = isGuarded(repository, branch) || isRuled;
  return { name: branch, commit: { sha, url }, protected: guarded };
}

async function headOf(exchange: Exchange): Promise<{ branch: string; sha: string }> {
  const branch = exchange.params.branch ?? "";
  const isName = !/^-|\.\.|[\s~^:?*[\\]/.test(branch);
  const sha = isName ? await repositoryOf(exchange).git.head(branch) : null;
  if (!sha) throw new HttpError(404, "Branch not found");
  return { branch, sha };
}

async function one(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { site } = exchange;
  const { branch, sha } = await headOf(exchange);
  const api = apiOf(site, repository, branch);
  const html = `${site.url}/${repository.fullName}/tree/${branch}`;
  return {
    json: {
      ...shortBranchView(site, repository, branch, sha),
      commit: commitView(site, repository, await repository.history.commit(sha)),
      _links: { self: api, html },
      protection: shortProtection(repository, branch),
      protection_url: `${api}/protection`,
    },
  };
}

async function list(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const format = "--format=%(refname:lstrip=2) %(objectname)";
  const { stdout } = await repository.git.run(["for-each-ref", format, "refs/heads"]);
  const asked = exchange.query.get("protected");
  const views = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" ") as [string, string])
    .map(([name, sha]) => shortBranchView(exchange.site, repository, name, sha))
    .filter((view) => asked === null || String(view.protected) === asked);
  return paged(exchange, views);
}

function checksView(exchange: Exchange, branch: string): Record<string, unknown> | null {
  const repository = repositoryOf(exchange);
  const contexts = contextsOf(repository.rules.protection, CHECK_NAMES);
  if (contexts.length === 0) return null;
  const url = `${apiOf(exchange.site, repository, branch)}/protection/required_status_checks`;
  return {
    url,
    strict: repository.rules.protection.strict,
    contexts,
    contexts_url: `${url}/contexts`,
    checks: contexts.map((context) => ({ context, app_id: null })),
  };
}

/** The protection that an administrator may look at; 404 where there is none. */
async function guardedBranch(exchange: Exchange): Promise<string> {
  requireAdministration(exchange.caller, "read");
  const { branch } = await headOf(exchange);
  if (!isGuarded(repositoryOf(exchange), branch)) throw new HttpError(404, "Branch not protected");
  return branch;
}

async function protection(exchange: Exchange): Promise<Answer> {
  const branch = await guardedBranch(exchange);
  const repository = repositoryOf(exchange);
  const { reviews, codeOwners, admins } = repository.rules.protection;
  const url = `${apiOf(exchange.site, repository, branch)}/protection`;
  const checks = checksView(exchange, branch);
  const off = { enabled: false };
  return {
    json: {
      url,
      ...(checks ? { required_status_checks: checks } : {}),
      ...(reviews > 0 || codeOwners
        ? {
            required_pull_request_reviews: {
              url: `${url}/required_pull_request_reviews`,
              dismiss_stale_reviews: false,
              require_code_owner_reviews: codeOwners,
              require_last_push_approval: false,
              required_approving_review_count: reviews,
            },
          }
        : {}),
      enforce_admins: { url: `${url}/enforce_admins`, enabled: admins },
      required_signatures: { url: `${url}/required_signatures`, enabled: false },
      required_linear_history: off,
      allow_force_pushes: off,
      allow_deletions: off,
      block_creations: off,
      required_conversation_resolution: off,
      lock_branch: off,
      allow_fork_syncing: off,
    },
  };
}

async function requiredChecks(exchange: Exchange): Promise<Answer> {
  const json = checksView(exchange, await guardedBranch(exchange));
  if (!json) throw new HttpError(404, "Required status checks not enabled");
  return { json };
}

/** Rules of active rulesets for a branch. Protection is told by its own route alone. */
function rules(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const branch = exchange.params.branch ?? "";
  if (branch === "") throw notFound();
  const found = repository.rules.rulesetsOf(branch).flatMap(({ id, rules: own }) =>
    own.map((rule) => ({
      ...rule,
      ruleset_source_type: "Repository",
      ruleset_source: repository.fullName,
      ruleset_id: id,
    })),
  );
  return paged(exchange, found);
}

/** Branches, and what a merge into them needs. */
export const protectionRoutes: Route[] = [
  { method: "GET", pattern: `${BASE}/rules/branches/*branch`, handle: rules },
  { method: "GET", pattern: `${BASE}/branches`, handle: list },
  {
    method: "GET",
    pattern: `${BRANCH}/protection/required_status_checks`,
    handle: requiredChecks,
  },
  { method: "GET", pattern: `${BRANCH}/protection`, handle: protection },
  { method: "GET", pattern: BRANCH, handle: one },
];
