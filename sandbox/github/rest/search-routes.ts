import type { Answer, Exchange } from "../exchange.ts";
import { invalid, paged } from "../exchange.ts";
import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { PullRequest } from "../pull-request.ts";
import type { Route } from "../router.ts";
import type { Site } from "../site.ts";
import { nodeId, personView } from "./person-view.ts";
import { labelView } from "./pull-request-view.ts";

/** `issue`: the same number seen as an issue. */
export function issueView(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
): Record<string, unknown> {
  const repositoryUrl = `${site.apiUrl}/repos/${repository.fullName}`;
  const api = `${repositoryUrl}/issues/${pull.number}`;
  const html = `${site.url}/${repository.fullName}/pull/${pull.number}`;
  return {
    url: api,
    repository_url: repositoryUrl,
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: html,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.number),
    number: pull.number,
    title: pull.title,
    user: personView(site, pull.author),
    labels: pull.labels.map((name) => labelView(site, repository, name)),
    state: pull.state,
    state_reason: null,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: pull.comments.length,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.updatedAt),
    closed_at: pull.closedAt === null ? null : isoTime(pull.closedAt),
    author_association: "MEMBER",
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: `${repositoryUrl}/pulls/${pull.number}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: pull.merge ? isoTime(pull.merge.at) : null,
    },
    body: pull.body,
    performed_via_github_app: null,
  };
}

type Test = (pull: PullRequest) => boolean;

const never: Test = () => false;
const always: Test = () => true;

function stateTest(value: string): Test {
  if (value === "pr" || value === "pull-request") return always;
  if (value === "open" || value === "closed") return (pull) => pull.state === value;
  if (value === "merged") return (pull) => pull.merge !== null;
  if (value === "unmerged") return (pull) => pull.merge === null;
  if (value === "draft") return (pull) => pull.draft;
  return never;
}

/** `>=2026-01-01`, `<…`, `a..b` or a day, against a time. */
function dateTest(value: string, timeOf: (pull: PullRequest) => number | null): Test {
  const range = /^(.+)\.\.(.+)$/.exec(value);
  const compare = /^(>=|<=|>|<)?(.+)$/.exec(value);
  const day = 86_400_000;
  return (pull) => {
    const at = timeOf(pull);
    if (at === null || !compare) return false;
    if (range) {
      const [, from = "", to = ""] = range;
      return at >= Date.parse(from) && at < Date.parse(to) + (to.length === 10 ? day : 1000);
    }
    const [, sign, text = ""] = compare;
    const bound = Date.parse(text);
    if (sign === ">=") return at >= bound;
    if (sign === "<=") return at <= bound;
    if (sign === ">") return at > bound;
    if (sign === "<") return at < bound;
    return at >= bound && at < bound + day;
  };
}

function qualifierTest(repository: HostedRepository, name: string, value: string): Test {
  const lower = value.toLowerCase();
  switch (name) {
    case "repo":
      return lower === repository.fullName.toLowerCase() ? always : never;
    case "user":
    case "org":
      return lower === repository.owner.toLowerCase() ? always : never;
    case "is":
    case "type":
    case "state":
      return stateTest(lower);
    case "head":
      return (pull) => pull.headRef.startsWith(value);
    case "base":
      return (pull) => pull.baseRef === value;
    case "author":
      return (pull) => pull.author.login.toLowerCase() === lower.replace(/^app\//, "");
    case "label":
      return (pull) => pull.labels.some((label) => label.toLowerCase() === lower);
    case "merged":
      return dateTest(value, (pull) => pull.merge?.at ?? null);
    case "created":
      return dateTest(value, (pull) => pull.createdAt);
    case "updated":
      return dateTest(value, (pull) => pull.updatedAt);
    default:
      return never;
  }
}

/** The pull requests that a query of GitHub's search language finds. */
export function searchPulls(repository: HostedRepository, text: string): PullRequest[] {
  const tests: Test[] = [];
  const words: string[] = [];
  let fields = ["title", "body", "comments"];
  for (const [, minus, name, quoted, plain] of text.matchAll(
    /(-?)(?:([a-z-]+):)?(?:"([^"]*)"|(\S+))/gi,
  )) {
    const value = quoted ?? plain ?? "";
    if (name?.toLowerCase() === "in") fields = value.toLowerCase().split(",");
    else if (name && !/^https?$/i.test(name)) {
      const test = qualifierTest(repository, name.toLowerCase(), value);
      tests.push(minus ? (pull) => !test(pull) : test);
    } else words.push(`${name ? `${name}:` : ""}${value}`.toLowerCase());
  }
  const haystack = (pull: PullRequest) =>
    [
      fields.includes("title") ? pull.title : "",
      fields.includes("body") ? (pull.body ?? "") : "",
      fields.includes("comments") ? pull.comments.map(({ body }) => body).join("\n") : "",
    ]
      .join("\n")
      .toLowerCase();
  return [...repository.pulls.values()]
    .filter((pull) => tests.every((test) => test(pull)))
    .filter((pull) => words.every((word) => haystack(pull).includes(word)));
}

function search(exchange: Exchange): Answer {
  const { site, query } = exchange;
  const text = query.get("q") ?? "";
  if (text.trim() === "") throw invalid("Search", "q", "missing");
  const { repository } = site;
  const sort = query.get("sort");
  const sign = query.get("order") === "asc" ? 1 : -1;
  const found = repository && exchange.caller ? searchPulls(repository, text) : [];
  found.sort((a, b) =>
    sort === "updated" ? sign * (a.updatedAt - b.updatedAt) : sign * (a.createdAt - b.createdAt),
  );
  const items = repository
    ? found.map((pull) => ({ ...issueView(site, repository, pull), score: 1 }))
    : [];
  return paged(exchange, items, (list) => ({
    total_count: items.length,
    incomplete_results: false,
    search_type: "lexical",
    items: list,
  }));
}

export const searchRoutes: Route[] = [{ method: "GET", pattern: "/search/issues", handle: search }];
