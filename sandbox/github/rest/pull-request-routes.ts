import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, invalid, notFound, paged, repositoryOf } from "../exchange.ts";
import { mergePullRequest } from "../merge-pull-request.ts";
import { requireWrite } from "../permissions.ts";
import type { MergeMethod, PullRequest } from "../pull-request.ts";
import { Refusal } from "../refusal.ts";
import type { Route } from "../router.ts";
import { updateBranch } from "../update-branch.ts";
import { commitView, fileView } from "./commit-view.ts";
import { commentView, fullPullRequestView, pullRequestView } from "./pull-request-view.ts";

const BASE = "/repos/:owner/:repo/pulls";
const ISSUE = "/repos/:owner/:repo/issues/:number";

/** The pull request that a path names. */
export function pullOf(exchange: Exchange): PullRequest {
  const pull = repositoryOf(exchange).pulls.get(Number(exchange.params.number));
  if (!pull) throw notFound();
  return pull;
}

function list(exchange: Exchange): Answer {
  const { query, site } = exchange;
  const repository = repositoryOf(exchange);
  const state = query.get("state") ?? "open";
  const sort = query.get("sort") ?? "created";
  if (!["open", "closed", "all"].includes(state)) throw invalid("PullRequest", "state", "invalid");
  if (!["created", "updated", "popularity", "long-running"].includes(sort))
    throw invalid("PullRequest", "sort", "invalid");
  // Newest first for the default sort, oldest first for the others, as documented.
  const usual = sort === "created" ? "desc" : "asc";
  const sign = (query.get("direction") ?? usual) === "desc" ? -1 : 1;
  const head = query.get("head")?.replace(/^[^:]*:/, "");
  const base = query.get("base");
  const by = (pull: PullRequest) =>
    sort === "updated"
      ? pull.updatedAt
      : sort === "popularity"
        ? pull.comments.length
        : pull.createdAt;
  const pulls = [...repository.pulls.values()]
    .filter((pull) => state === "all" || pull.state === state)
    .filter((pull) => !head || pull.headRef === head)
    .filter((pull) => !base || pull.baseRef === base)
    .sort((a, b) => sign * (by(a) - by(b) || a.number - b.number));
  return paged(exchange, pulls, (page) =>
    page.map((pull) => pullRequestView(site, repository, pull as PullRequest)),
  );
}

async function one(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const accept = String(exchange.headers.accept ?? "");
  if (/vnd\.github[\w.]*\.(diff|patch)/.test(accept)) {
    const { stdout } = await repository.git.run(["diff", "-M", pull.mergeBase, pull.headSha, "--"]);
    const type = "application/vnd.github.diff; charset=utf-8";
    return { text: stdout, headers: { "content-type": type } };
  }
  return { json: await fullPullRequestView(exchange.site, repository, pull) };
}

async function files(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const changed = await repository.history.diff(pull.mergeBase, pull.headSha);
  return paged(
    exchange,
    changed.map((file) => fileView(exchange.site, repository, file, pull.headSha)),
  );
}

async function commits(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const log = await repository.history.log(`${pull.mergeBase}..${pull.headSha}`);
  return paged(
    exchange,
    log.reverse().map((commit) => commitView(exchange.site, repository, commit)),
  );
}

async function merge(exchange: Exchange): Promise<Answer> {
  const { person } = requireWrite(exchange.caller);
  const { body } = exchange;
  const method = body.merge_method ?? "merge";
  if (method !== "merge" && method !== "squash" && method !== "rebase")
    throw invalid("PullRequest", "merge_method", "invalid");
  try {
    const merged = await mergePullRequest(repositoryOf(exchange), pullOf(exchange), {
      by: person,
      method: method as MergeMethod,
      headline: typeof body.commit_title === "string" ? body.commit_title : null,
      body: typeof body.commit_message === "string" ? body.commit_message : null,
      expectedHead: typeof body.sha === "string" ? body.sha : null,
    });
    const message = "Pull Request successfully merged";
    return { json: { sha: merged.merge?.sha, merged: true, message } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new HttpError(error.reason === "head-moved" ? 409 : 405, error.message);
  }
}

async function bringUpToDate(exchange: Exchange): Promise<Answer> {
  const { person } = requireWrite(exchange.caller);
  const { expected_head_sha: expected } = exchange.body;
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  try {
    const expectedHead = typeof expected === "string" ? expected : null;
    await updateBranch(repository, pull, { by: person, expectedHead });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new HttpError(422, error.message);
  }
  const url = `${exchange.site.url}/${repository.fullName}/pull/${pull.number}`;
  return { status: 202, json: { message: "Updating pull request branch.", url } };
}

async function update(exchange: Exchange): Promise<Answer> {
  requireWrite(exchange.caller);
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const { title, body, state } = exchange.body;
  if (title !== undefined && (typeof title !== "string" || title.trim() === ""))
    throw invalid("PullRequest", "title", "missing_field");
  if (state !== undefined && state !== "open" && state !== "closed")
    throw invalid("PullRequest", "state", "invalid");
  repository.edit(pull, {
    ...(typeof title === "string" ? { title } : {}),
    ...(typeof body === "string" || body === null ? { body } : {}),
  });
  if (state === "closed") repository.close(pull);
  if (state === "open" && pull.state === "closed") {
    if (pull.merge) throw invalid("PullRequest", "state", "invalid");
    repository.reopen(pull);
  }
  return { json: await fullPullRequestView(exchange.site, repository, pull) };
}

function comments(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  return paged(
    exchange,
    pull.comments.map((comment) => commentView(exchange.site, repository, pull, comment)),
  );
}

function addComment(exchange: Exchange): Answer {
  const { person } = requireWrite(exchange.caller);
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const { body } = exchange.body;
  if (typeof body !== "string" || body.trim() === "")
    throw invalid("IssueComment", "body", "missing_field");
  const comment = repository.comment(pull, person, body);
  const json = commentView(exchange.site, repository, pull, comment);
  return { status: 201, json, headers: { location: String(json.url) } };
}

/** Pull requests and their comments. */
export const pullRequestRoutes: Route[] = [
  { method: "GET", pattern: BASE, handle: list },
  { method: "GET", pattern: `${BASE}/:number`, handle: one },
  { method: "PATCH", pattern: `${BASE}/:number`, handle: update },
  { method: "GET", pattern: `${BASE}/:number/files`, handle: files },
  { method: "GET", pattern: `${BASE}/:number/commits`, handle: commits },
  { method: "PUT", pattern: `${BASE}/:number/merge`, handle: merge },
  { method: "PUT", pattern: `${BASE}/:number/update-branch`, handle: bringUpToDate },
  { method: "GET", pattern: `${ISSUE}/comments`, handle: comments },
  { method: "POST", pattern: `${ISSUE}/comments`, handle: addComment },
];
