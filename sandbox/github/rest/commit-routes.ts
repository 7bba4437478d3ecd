import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, linkHeader, notFound, paged, pageOf, repositoryOf } from "../exchange.ts";
import { EMPTY_TREE } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { PullRequest } from "../pull-request.ts";
import type { Route } from "../router.ts";
import { checkRunView } from "./check-view.ts";
import { commitView, fileView, statsView } from "./commit-view.ts";
import { pullRequestView } from "./pull-request-view.ts";

const BASE = "/repos/:owner/:repo";

/** The commit that a branch or an id names, or GitHub's refusal. */
export async function resolve(repository: HostedRepository, ref: string): Promise<string> {
  const sha = await repository.git.resolve(ref);
  if (sha) return sha;
  if (/^[0-9a-f]{40}$/.test(ref)) throw new HttpError(422, `No commit found for SHA: ${ref}`);
  throw notFound();
}

async function list(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { query, site } = exchange;
  const ref = query.get("sha") ?? repository.defaultBranch;
  const tip = await repository.git.resolve(ref);
  if (!tip) throw notFound();
  const author = query.get("author") ?? undefined;
  const filter = {
    path: query.get("path") ?? undefined,
    since: query.get("since") ?? undefined,
    until: query.get("until") ?? undefined,
    author: author ? (repository.accounts.find(author)?.email ?? author) : undefined,
  };
  const { page, perPage } = pageOf(exchange);
  const [total, commits] = await Promise.all([
    repository.history.count(tip, filter),
    repository.history.log(tip, { ...filter, skip: (page - 1) * perPage, limit: perPage }),
  ]);
  return {
    json: commits.map((commit) => commitView(site, repository, commit)),
    headers: linkHeader(exchange, total),
  };
}

async function one(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { history } = repository;
  const sha = await resolve(repository, exchange.params.ref ?? "");
  const accept = String(exchange.headers.accept ?? "");
  if (/vnd\.github[\w.]*\.sha/.test(accept))
    return { text: sha, headers: { "content-type": "application/vnd.github.sha; charset=utf-8" } };
  const commit = await history.commit(sha);
  const files = await history.diff(commit.parents[0] ?? EMPTY_TREE, sha);
  return {
    json: {
      ...commitView(exchange.site, repository, commit),
      stats: statsView(files),
      files: files.map((file) => fileView(exchange.site, repository, file, sha)),
    },
  };
}

/** Whether a pull request brought a commit: by its branch, or by what merging made of it. */
function carries(pull: PullRequest, sha: string, parents: Map<string, string[]>): boolean {
  const chains = [[pull.headSha, pull.mergeBase]];
  if (pull.merge?.method === "rebase") chains.push([pull.merge.sha, pull.merge.onto]);
  if (pull.merge?.sha === sha) return true;
  // Branches here are lines of commits off the base, so first parents lead all the way.
  return chains.some(([from = "", to]) => {
    for (let at: string | undefined = from; at && at !== to; at = parents.get(at)?.[0])
      if (at === sha) return true;
    return false;
  });
}

async function pullsOf(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const sha = await resolve(repository, exchange.params.ref ?? "");
  const parents = await repository.history.parents();
  const found = [...repository.pulls.values()].filter((pull) => carries(pull, sha, parents));
  return paged(
    exchange,
    found.map((pull) => pullRequestView(exchange.site, repository, pull)),
  );
}

async function checkRuns(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const sha = await resolve(repository, exchange.params.ref ?? "");
  const runs = repository.checks
    .runs(sha)
    .filter((run) => (exchange.query.get("check_name") ?? run.name) === run.name)
    .filter((run) => (exchange.query.get("status") ?? run.status) === run.status)
    .map((run) => checkRunView(exchange.site, repository, run));
  return paged(exchange, runs, (list) => ({ total_count: runs.length, check_runs: list }));
}

async function compare(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { site } = exchange;
  const { git, history } = repository;
  const [baseName, headName] = (exchange.params.basehead ?? "").split("...");
  if (!baseName || !headName) throw notFound();
  const local = (name: string) => name.replace(/^[^:]+:/, "");
  const [base, head] = await Promise.all([
    git.resolve(local(baseName)),
    git.resolve(local(headName)),
  ]);
  if (!base || !head) throw notFound();
  const mergeBase = await git.mergeBase(base, head);
  if (!mergeBase)
    throw new HttpError(404, `No common ancestor between ${baseName} and ${headName}.`);
  const [ahead, behind, files] = await Promise.all([
    history.log(`${base}..${head}`),
    history.count(`${head}..${base}`),
    history.diff(mergeBase, head),
  ]);
  const state =
    base === head
      ? "identical"
      : behind === 0
        ? "ahead"
        : ahead.length === 0
          ? "behind"
          : "diverged";
  const commits = ahead.reverse();
  const { page, perPage } = pageOf(exchange, 100);
  // Without paging GitHub lists the first 250 commits; the files always come with the first page.
  const paging = exchange.query.has("page") || exchange.query.has("per_page");
  const shown = paging
    ? commits.slice((page - 1) * perPage, page * perPage)
    : commits.slice(0, 250);
  const name = encodeURIComponent(`${baseName}...${headName}`);
  const web = `${site.url}/${repository.fullName}/compare/${name}`;
  return {
    headers: paging ? linkHeader(exchange, commits.length, 100) : {},
    json: {
      url: `${site.apiUrl}/repos/${repository.fullName}/compare/${name}`,
      html_url: web,
      permalink_url: `${site.url}/${repository.fullName}/compare/${base.slice(0, 7)}...${head.slice(0, 7)}`,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: commitView(site, repository, await history.commit(base)),
      merge_base_commit: commitView(site, repository, await history.commit(mergeBase)),
      status: state,
      ahead_by: commits.length,
      behind_by: behind,
      total_commits: commits.length,
      commits: shown.map((commit) => commitView(site, repository, commit)),
      files:
        page === 1 ? files.slice(0, 300).map((file) => fileView(site, repository, file, head)) : [],
    },
  };
}

/** Commits, what they carry, and how two of them differ. */
export const commitRoutes: Route[] = [
  { method: "GET", pattern: `${BASE}/compare/*basehead`, handle: compare },
  { method: "GET", pattern: `${BASE}/commits`, handle: list },
  { method: "GET", pattern: `${BASE}/commits/*ref/pulls`, handle: pullsOf },
  { method: "GET", pattern: `${BASE}/commits/*ref/check-runs`, handle: checkRuns },
  { method: "GET", pattern: `${BASE}/commits/*ref`, handle: one },
];
