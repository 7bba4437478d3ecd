import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, invalid, paged, repositoryOf } from "../exchange.ts";
import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { requireStatuses } from "../permissions.ts";
import type { Route } from "../router.ts";
import type { Site } from "../site.ts";
import { type CommitStatus, MAX_STATUSES, type StatusState } from "../status-board.ts";
import { resolve } from "./commit-routes.ts";
import { nodeId, personView } from "./person-view.ts";
import { minimalRepositoryView } from "./repository-view.ts";

const BASE = "/repos/:owner/:repo";
const STATES: readonly unknown[] = ["error", "failure", "pending", "success"];
const MAX_DESCRIPTION = 140;

/** `simple-commit-status`: one among those of a commit. */
export function simpleStatusView(
  site: Site,
  repository: HostedRepository,
  status: CommitStatus,
): Record<string, unknown> {
  const at = isoTime(status.at);
  return {
    url: `${site.apiUrl}/repos/${repository.fullName}/statuses/${status.sha}`,
    avatar_url: `${site.url}/avatars/${encodeURIComponent(status.creator.login)}`,
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: at,
    updated_at: at,
  };
}

/** `status`. */
function statusView(
  site: Site,
  repository: HostedRepository,
  status: CommitStatus,
): Record<string, unknown> {
  const creator = personView(site, status.creator);
  return { ...simpleStatusView(site, repository, status), creator };
}

function words(value: unknown, field: string, limit: number): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string") throw invalid("Status", field, "invalid");
  if (value.length > limit) {
    const message = `${field} is too long (maximum is ${limit} characters)`;
    const errors = [{ resource: "Status", field, code: "custom", message }];
    throw new HttpError(422, "Validation Failed", { errors });
  }
  return value;
}

function webAddress(value: unknown): string | null {
  const text = words(value, "target_url", 2048);
  if (text !== null && !/^https?:\/\//i.test(text)) {
    const message = "target_url must use http(s) scheme";
    const errors = [{ resource: "Status", field: "target_url", code: "custom", message }];
    throw new HttpError(422, "Validation Failed", { errors });
  }
  return text;
}

async function post(exchange: Exchange): Promise<Answer> {
  const { person } = requireStatuses(exchange.caller);
  const repository = repositoryOf(exchange);
  const { body, params, site } = exchange;
  const sha = params.sha ?? "";
  if (!/^[0-9a-f]{40}$/.test(sha) || !(await repository.git.resolve(sha)))
    throw new HttpError(422, `No commit found for SHA: ${sha}`);
  if (!STATES.includes(body.state)) throw invalid("Status", "state", "inclusion");
  const context = words(body.context, "context", 255) ?? "default";
  const known = repository.statuses.all(sha).filter((status) => status.context === context);
  if (known.length >= MAX_STATUSES)
    throw new HttpError(422, "Validation Failed", {
      errors: [
        {
          resource: "Status",
          field: "base",
          code: "custom",
          message: "This SHA and context has reached the maximum number of statuses.",
        },
      ],
    });
  const status = repository.statuses.post({
    sha,
    state: body.state as StatusState,
    context,
    description: words(body.description, "description", MAX_DESCRIPTION),
    targetUrl: webAddress(body.target_url),
    creator: person,
  });
  const json = statusView(site, repository, status);
  return { status: 201, json, headers: { location: String(json.url) } };
}

async function list(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const sha = await resolve(repository, exchange.params.ref ?? "");
  const all = repository.statuses.all(sha);
  return paged(
    exchange,
    all.map((status) => statusView(exchange.site, repository, status)),
  );
}

async function combined(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { site } = exchange;
  const sha = await resolve(repository, exchange.params.ref ?? "");
  const latest = repository.statuses.latest(sha);
  const api = `${site.apiUrl}/repos/${repository.fullName}/commits/${sha}`;
  const views = latest.map((status) => simpleStatusView(site, repository, status));
  return paged(exchange, views, (statuses) => ({
    // Where nobody has said anything GitHub says "pending".
    state: repository.statuses.state(sha) ?? "pending",
    statuses,
    sha,
    total_count: latest.length,
    repository: minimalRepositoryView(site, repository),
    commit_url: api,
    url: `${api}/status`,
  }));
}

/** Commit statuses, the older kind of check, which anything that can send a request can post. */
export const statusRoutes: Route[] = [
  { method: "POST", pattern: `${BASE}/statuses/:sha`, handle: post },
  { method: "GET", pattern: `${BASE}/commits/*ref/statuses`, handle: list },
  { method: "GET", pattern: `${BASE}/commits/*ref/status`, handle: combined },
];
