import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, invalid, notFound, paged, repositoryOf } from "../exchange.ts";
import type { Issue, IssueReason } from "../issue-board.ts";
import { requireWrite } from "../permissions.ts";
import type { PullRequest } from "../pull-request.ts";
import type { Route } from "../router.ts";
import { ownIssueView } from "./issue-view.ts";
import { issueView } from "./search-routes.ts";

const BASE = "/repos/:owner/:repo/issues";
const REASONS: readonly unknown[] = ["completed", "not_planned", "duplicate", "reopened"];

/** GitHub keeps issues and pull requests under one row of numbers, and lists them together. */
type Either = Issue | PullRequest;
const isPull = (one: Either): one is PullRequest => "headRef" in one;

function view(exchange: Exchange, one: Either): Record<string, unknown> {
  const repository = repositoryOf(exchange);
  return isPull(one)
    ? issueView(exchange.site, repository, one)
    : ownIssueView(exchange.site, repository, one);
}

function refuseIfOff(exchange: Exchange): void {
  if (!repositoryOf(exchange).issues.isOn)
    throw new HttpError(410, "Issues has been disabled in this repository.");
}

function list(exchange: Exchange): Answer {
  const { query } = exchange;
  const repository = repositoryOf(exchange);
  refuseIfOff(exchange);
  const state = query.get("state") ?? "open";
  const sort = query.get("sort") ?? "created";
  if (!["open", "closed", "all"].includes(state)) throw invalid("Issue", "state", "invalid");
  if (!["created", "updated", "comments"].includes(sort)) throw invalid("Issue", "sort", "invalid");
  const since = query.get("since");
  if (since !== null && Number.isNaN(Date.parse(since))) throw invalid("Issue", "since", "invalid");
  const labels = (query.get("labels") ?? "").split(",").filter(Boolean);
  const creator = query.get("creator")?.toLowerCase();
  const sign = query.get("direction") === "asc" ? 1 : -1;
  const by = (one: Either) => (sort === "updated" ? one.updatedAt : one.createdAt);
  const all: Either[] = [...repository.issues.all.values(), ...repository.pulls.values()];
  const found = all
    .filter((one) => state === "all" || one.state === state)
    .filter((one) => since === null || one.updatedAt >= Date.parse(since))
    .filter((one) => labels.every((label) => one.labels.includes(label)))
    .filter((one) => !creator || one.author.login.toLowerCase() === creator)
    .sort((a, b) => sign * (by(a) - by(b) || a.number - b.number));
  return paged(exchange, found, (page) => page.map((one) => view(exchange, one as Either)));
}

function eitherOf(exchange: Exchange): Either {
  const repository = repositoryOf(exchange);
  const number = Number(exchange.params.number);
  const found = repository.issues.all.get(number) ?? repository.pulls.get(number);
  if (!found) throw notFound();
  if (!isPull(found)) refuseIfOff(exchange);
  return found;
}

function create(exchange: Exchange): Answer {
  refuseIfOff(exchange);
  const { person } = requireWrite(exchange.caller);
  const repository = repositoryOf(exchange);
  const { title, body, labels } = exchange.body;
  if (typeof title !== "string" && typeof title !== "number")
    throw invalid("Issue", "title", "missing_field");
  const text = String(title).trim();
  if (text === "") throw invalid("Issue", "title", "missing_field");
  if (text.length > 256) throw invalid("Issue", "title", "custom");
  if (typeof body === "string" && body.length > 65_536) throw invalid("Issue", "body", "custom");
  const names = Array.isArray(labels)
    ? labels.map((one) => (one as { name?: unknown }).name ?? one)
    : [];
  const issue = repository.issues.open({
    title: text,
    body: typeof body === "string" ? body : null,
    author: person,
    labels: names.map(String),
  });
  const json = view(exchange, issue);
  return { status: 201, json, headers: { location: String(json.url) } };
}

function update(exchange: Exchange): Answer {
  const { person } = requireWrite(exchange.caller);
  const { issues } = repositoryOf(exchange);
  const issue = eitherOf(exchange);
  // A pull request's words are changed as the pull request's own.
  if (isPull(issue)) throw notFound();
  const { title, body, state, state_reason: reason } = exchange.body;
  if (title !== undefined && (typeof title !== "string" || title.trim() === ""))
    throw invalid("Issue", "title", "missing_field");
  if (state !== undefined && state !== "open" && state !== "closed")
    throw invalid("Issue", "state", "invalid");
  if (reason !== undefined && reason !== null && !REASONS.includes(reason))
    throw invalid("Issue", "state_reason", "invalid");
  issues.edit(issue, person, {
    ...(typeof title === "string" ? { title } : {}),
    ...(typeof body === "string" || body === null ? { body } : {}),
  });
  if (state) issues.turn(issue, person, state, (reason as IssueReason | undefined) ?? null);
  return { json: view(exchange, issue) };
}

/** Issues, and the issue that stands behind each pull request. */
export const issueRoutes: Route[] = [
  { method: "GET", pattern: BASE, handle: list },
  { method: "POST", pattern: BASE, handle: create },
  {
    method: "GET",
    pattern: `${BASE}/:number`,
    handle: (exchange) => ({ json: view(exchange, eitherOf(exchange)) }),
  },
  { method: "PATCH", pattern: `${BASE}/:number`, handle: update },
];
