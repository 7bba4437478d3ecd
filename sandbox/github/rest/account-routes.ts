import type { Caller } from "../accounts.ts";
import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, notFound } from "../exchange.ts";
import { isoTime } from "../git-history.ts";
import type { Route } from "../router.ts";
import type { Site } from "../site.ts";
import { nodeId, personView, profileView } from "./person-view.ts";
import { repositoryView } from "./repository-view.ts";

const EVENTS = [
  "check_run",
  "issues",
  "merge_group",
  "pull_request",
  "pull_request_review",
  "push",
  "status",
];

function user(exchange: Exchange): Caller {
  const { caller } = exchange;
  if (!caller) throw new HttpError(401, "Requires authentication");
  if (caller.kind !== "user") throw new HttpError(403, "Resource not accessible by integration");
  return caller;
}

function appOf(exchange: Exchange): NonNullable<Site["app"]> {
  const { app } = exchange.site;
  if (exchange.caller?.kind !== "app" || !app)
    throw new HttpError(401, "A JSON web token could not be decoded");
  return app;
}

function permissionsOf(app: NonNullable<Site["app"]>): Record<string, string> {
  const level = app.permissions ?? "write";
  return {
    checks: "read",
    contents: level,
    issues: level,
    metadata: "read",
    pull_requests: level,
    statuses: "read",
    ...app.grants,
  };
}

/** `integration`. */
function appView(site: Site, app: NonNullable<Site["app"]>): Record<string, unknown> {
  const owner = site.repository?.owner ?? "sandbox";
  const since = isoTime(site.repository?.createdAt ?? site.now());
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId("App", app.id),
    owner: personView(site, site.accounts.person(owner)),
    name: app.slug,
    description: null,
    external_url: site.url,
    html_url: `${site.url}/apps/${app.slug}`,
    created_at: since,
    updated_at: since,
    permissions: permissionsOf(app),
    events: EVENTS,
    installations_count: 1,
  };
}

/** `installation`. */
function installationView(site: Site, app: NonNullable<Site["app"]>): Record<string, unknown> {
  const account = site.accounts.person(site.repository?.owner ?? "sandbox");
  const api = `${site.apiUrl}/app/installations/${app.installationId}`;
  const since = isoTime(site.repository?.createdAt ?? site.now());
  return {
    id: app.installationId,
    // The published list of installations wants an account to be a user and an enterprise at once.
    account: {
      ...personView(site, account),
      name: account.name,
      slug: account.login,
      created_at: since,
      updated_at: since,
    },
    repository_selection: "selected",
    access_tokens_url: `${api}/access_tokens`,
    repositories_url: `${site.apiUrl}/installation/repositories`,
    html_url: `${site.url}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: "Organization",
    permissions: permissionsOf(app),
    events: EVENTS,
    created_at: since,
    updated_at: since,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

function accessToken(exchange: Exchange): Answer {
  const { site, params, body } = exchange;
  const app = appOf(exchange);
  if (Number(params.id) !== app.installationId) throw notFound();
  const expiresAt = site.now() + 3_600_000;
  const asked = (body.permissions ?? {}) as Record<string, unknown>;
  const granted = permissionsOf(app);
  for (const [name, level] of Object.entries(asked)) {
    if (!granted[name] || (level === "write" && granted[name] !== "write"))
      throw new HttpError(422, "The permissions requested are not granted to this installation.");
  }
  const permissions = Object.keys(asked).length > 0 ? (asked as Record<string, string>) : granted;
  const token = site.accounts.issue(
    "ghs",
    {
      kind: "installation",
      person: site.accounts.person(`${app.slug}[bot]`, { appId: app.id }),
      permission: permissions.pull_requests === "write" ? "write" : "read",
      scopes: null,
      grants: permissions,
    },
    expiresAt,
  );
  return {
    status: 201,
    json: {
      token,
      expires_at: isoTime(expiresAt),
      permissions,
      repository_selection: "selected",
      ...(site.repository && body.repositories
        ? { repositories: [repositoryView(site, site.repository)] }
        : {}),
    },
  };
}

function root({ site }: Exchange): Answer {
  const api = site.apiUrl;
  const page = "{?page,per_page,sort,order}";
  return {
    json: {
      current_user_url: `${api}/user`,
      current_user_authorizations_html_url: `${site.url}/settings/connections/applications{/client_id}`,
      authorizations_url: `${api}/authorizations`,
      code_search_url: `${api}/search/code?q={query}${page}`,
      commit_search_url: `${api}/search/commits?q={query}${page}`,
      emails_url: `${api}/user/emails`,
      emojis_url: `${api}/emojis`,
      events_url: `${api}/events`,
      feeds_url: `${api}/feeds`,
      followers_url: `${api}/user/followers`,
      following_url: `${api}/user/following{/target}`,
      gists_url: `${api}/gists{/gist_id}`,
      issue_search_url: `${api}/search/issues?q={query}${page}`,
      issues_url: `${api}/issues`,
      keys_url: `${api}/user/keys`,
      label_search_url: `${api}/search/labels?q={query}&repository_id={repository_id}${page}`,
      notifications_url: `${api}/notifications`,
      organization_url: `${api}/orgs/{org}`,
      organization_repositories_url: `${api}/orgs/{org}/repos{?type,page,per_page,sort}`,
      organization_teams_url: `${api}/orgs/{org}/teams`,
      public_gists_url: `${api}/gists/public`,
      rate_limit_url: `${api}/rate_limit`,
      repository_url: `${api}/repos/{owner}/{repo}`,
      repository_search_url: `${api}/search/repositories?q={query}${page}`,
      current_user_repositories_url: `${api}/user/repos{?type,page,per_page,sort}`,
      starred_url: `${api}/user/starred{/owner}{/repo}`,
      starred_gists_url: `${api}/gists/starred`,
      user_url: `${api}/users/{user}`,
      user_organizations_url: `${api}/user/orgs`,
      user_repositories_url: `${api}/users/{user}/repos{?type,page,per_page,sort}`,
      user_search_url: `${api}/search/users?q={query}${page}`,
    },
  };
}

function rateLimit({ site, caller }: Exchange): Answer {
  const key = caller?.key ?? "anonymous";
  const [core, search, graphql] = (["core", "search", "graphql"] as const).map((resource) =>
    site.limiter.look(key, resource),
  );
  return { json: { resources: { core, search, graphql }, rate: core } };
}

/** The site, the caller, and the App. */
export const accountRoutes: Route[] = [
  { method: "GET", pattern: "/", handle: root },
  {
    method: "GET",
    pattern: "/meta",
    handle: () => ({
      json: { verifiable_password_authentication: false, installed_version: "3.19.0" },
    }),
  },
  { method: "GET", pattern: "/rate_limit", handle: rateLimit },
  {
    method: "GET",
    pattern: "/user",
    handle: (exchange) => {
      const since = exchange.site.repository?.createdAt ?? 0;
      return { json: profileView(exchange.site, user(exchange).person, since) };
    },
  },
  {
    method: "GET",
    pattern: "/user/emails",
    handle: (exchange) => {
      const { email, verified } = user(exchange).person;
      return { json: [{ email, primary: true, verified, visibility: "private" }] };
    },
  },
  {
    method: "GET",
    pattern: "/app",
    handle: (exchange) => ({ json: appView(exchange.site, appOf(exchange)) }),
  },
  {
    method: "GET",
    pattern: "/app/installations",
    handle: (exchange) => ({ json: [installationView(exchange.site, appOf(exchange))] }),
  },
  {
    method: "GET",
    pattern: "/repos/:owner/:repo/installation",
    handle: (exchange) => ({ json: installationView(exchange.site, appOf(exchange)) }),
  },
  { method: "POST", pattern: "/app/installations/:id/access_tokens", handle: accessToken },
];
