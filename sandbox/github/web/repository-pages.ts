import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, notFound, repositoryOf } from "../exchange.ts";
import { type Commit, EMPTY_TREE } from "../git-history.ts";
import { type HostedRepository, Refusal } from "../hosted-repository.ts";
import { mergePullRequest } from "../merge-pull-request.ts";
import type { MergeMethod, PullRequest } from "../pull-request.ts";
import { reviewDecision } from "../pull-request.ts";
import { type Html, html } from "./html.ts";
import { diffView, page, timeTag } from "./page.ts";

function stateOf(pull: PullRequest): "Merged" | "Open" | "Closed" {
  return pull.merge ? "Merged" : pull.state === "open" ? "Open" : "Closed";
}

function commitRow(repository: HostedRepository, commit: Commit): Html {
  const [subject] = commit.message.split("\n");
  return html`<li><a href="/${repository.fullName}/commit/${commit.sha}">${subject}</a><br>
<span class="quiet">${commit.author.name} · ${timeTag(Date.parse(commit.committer.date))} · <code>${commit.sha.slice(0, 7)}</code></span></li>`;
}

function pullRow(repository: HostedRepository, pull: PullRequest): Html {
  return html`<li><a href="/${repository.fullName}/pull/${pull.number}">${pull.title}</a> <span class="quiet">#${pull.number} · ${stateOf(pull)} · ${pull.author.login} · ${timeTag(pull.updatedAt)}</span></li>`;
}

async function home(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const log = await repository.history.log(await repository.tip(), { limit: 20 });
  const pulls = [...repository.pulls.values()].reverse();
  const open = pulls.filter((pull) => pull.state === "open");
  const closed = pulls.filter((pull) => pull.state === "closed").slice(0, 20);
  const body = html`<h1>${repository.fullName}</h1><p>${repository.description}</p><p><a href="/${repository.fullName}/issues">Issues (${[...repository.issues.all.values()].filter(({ state }) => state === "open").length} open)</a></p>
<h2>Open pull requests</h2>${open.length > 0 ? html`<ul class="rows">${open.map((pull) => pullRow(repository, pull))}</ul>` : html`<p class="quiet">None are open.</p>`}
<h2>Recently merged or closed</h2><ul class="rows">${closed.map((pull) => pullRow(repository, pull))}</ul>
<h2>Commits on ${repository.defaultBranch}</h2><ul class="rows">${log.map((commit) => commitRow(repository, commit))}</ul>`;
  return page(repository.fullName, body, repository);
}

function mergeBox(repository: HostedRepository, pull: PullRequest, state: string): Html | null {
  if (pull.state !== "open") return null;
  const ready = state === "CLEAN" || state === "UNSTABLE";
  const why: Record<string, string> = {
    BLOCKED: "Waiting for its checks and reviews.",
    DIRTY: "This branch has conflicts that must be resolved.",
    DRAFT: "This pull request is still a draft.",
  };
  return html`<h2>Merge</h2><form method="post" action="/${repository.fullName}/pull/${pull.number}/merge">
<button ${ready ? "" : "disabled"}>Merge pull request</button> <span class="quiet">${why[state]}</span></form>`;
}

async function pullPage(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const pull = repository.pulls.get(Number(exchange.params.number));
  if (!pull) throw notFound();
  const { history } = repository;
  const [files, commits, state] = await Promise.all([
    history.diff(pull.mergeBase, pull.headSha),
    history.log(`${pull.mergeBase}..${pull.headSha}`),
    repository.mergeState(pull),
  ]);
  const runs = repository.checks.runs(pull.headSha);
  const merged = pull.merge
    ? html`, merged by ${pull.merge.by.login} ${timeTag(pull.merge.at)} (${pull.merge.method}) as <a href="/${repository.fullName}/commit/${pull.merge.sha}"><code>${pull.merge.sha.slice(0, 7)}</code></a>`
    : null;
  const word = stateOf(pull);
  const decision = reviewDecision(pull, repository.protection.reviews);
  const body = html`<h1>${pull.title} <span class="quiet">#${pull.number}</span></h1>
<p><span class="state ${word.toLowerCase()}">${word}</span> ${pull.author.login} wants <code>${pull.headRef}</code> in <code>${pull.baseRef}</code>, opened ${timeTag(pull.createdAt)}${merged}
${pull.labels.map((label) => html` <span class="label">${label}</span>`)}</p>
<div class="body">${pull.body || html`<span class="quiet">No description.</span>`}</div>
${mergeBox(repository, pull, state)}
${pull.autoMerge && html`<p>Auto-merge (${pull.autoMerge.method}) was turned on by ${pull.autoMerge.by.login}.</p>`}
<h2>Checks</h2><ul class="rows">${runs.map((run) => html`<li>${run.name} <span class="${run.conclusion ?? "quiet"}">${run.conclusion ?? run.status.replace("_", " ")}</span></li>`)}<li>Review <span class="quiet">${decision?.toLowerCase().replace("_", " ") ?? "not required"}</span></li></ul>
${pull.comments.length > 0 && html`<h2>Comments</h2>${pull.comments.map((comment) => html`<p class="quiet">${comment.author.login} ${timeTag(comment.at)}</p><div class="body">${comment.body}</div>`)}`}
<h2>Commits</h2><ul class="rows">${commits.reverse().map((commit) => commitRow(repository, commit))}</ul>
<h2>${files.length} changed ${files.length === 1 ? "file" : "files"}</h2>${diffView(files)}`;
  return page(`${pull.title} · #${pull.number}`, body, repository);
}

async function mergeByHand(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const pull = repository.pulls.get(Number(exchange.params.number));
  if (!pull) throw notFound();
  // There is no session here to protect, but another site's page still has no business merging.
  const { origin } = exchange.headers;
  if (origin && origin !== exchange.site.url) throw notFound();
  const method: MergeMethod = "merge";
  const by = repository.accounts.person(repository.owner);
  try {
    await mergePullRequest(repository, pull, { by, method, force: true });
  } catch (error) {
    if (error instanceof Refusal) throw new HttpError(409, error.message);
    throw error;
  }
  return { status: 303, headers: { location: `/${repository.fullName}/pull/${pull.number}` } };
}

async function commitPage(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const sha = await repository.git.resolve(exchange.params.sha ?? "");
  if (!sha) throw notFound();
  const commit = await repository.history.commit(sha);
  const [subject = "", ...rest] = commit.message.split("\n");
  const files = await repository.history.diff(commit.parents[0] ?? EMPTY_TREE, sha);
  const body = html`<h1>${subject}</h1><p class="quiet">${commit.author.name} · ${timeTag(Date.parse(commit.committer.date))} · <code>${sha}</code></p>
${rest.join("").trim() && html`<div class="body">${rest.join("\n").trim()}</div>`}
<h2>${files.length} changed ${files.length === 1 ? "file" : "files"}</h2>${diffView(files)}`;
  return page(subject, body, repository);
}

async function comparePage(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { git, history } = repository;
  const [baseName = "", headName = ""] = (exchange.params.basehead ?? "").split("...");
  const [base, head] = await Promise.all([git.resolve(baseName), git.resolve(headName)]);
  const fork = base && head ? await git.mergeBase(base, head) : null;
  if (!base || !head || !fork) throw notFound();
  const [log, files] = await Promise.all([
    history.log(`${base}..${head}`, { limit: 250 }),
    history.diff(fork, head),
  ]);
  const body = html`<h1>${baseName}…${headName}</h1>
<h2>${log.length} ${log.length === 1 ? "commit" : "commits"}</h2><ul class="rows">${log.map((commit) => commitRow(repository, commit))}</ul>
<h2>${files.length} changed ${files.length === 1 ? "file" : "files"}</h2>${diffView(files)}`;
  return page(`${baseName}…${headName}`, body, repository);
}

async function blobPage(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { ref = "", path = "" } = exchange.params;
  const sha = await repository.git.resolve(ref);
  const text = sha ? await repository.git.readFile(sha, path) : null;
  if (text === null) throw notFound();
  const lines = text.split("\n").map((one) => html`<span>${one}</span>`);
  const body = html`<h1>${path}</h1><p class="quiet">at <code>${ref}</code></p><section class="file"><pre>${lines}</pre></section>`;
  return page(path, body, repository);
}

const BASE = "/:owner/:repo";

/** Pages of the repository for people who follow a link. */
export const repositoryPages = [
  { method: "GET", pattern: BASE, handle: home },
  { method: "GET", pattern: `${BASE}/pulls`, handle: home },
  { method: "GET", pattern: `${BASE}/commits`, handle: home },
  { method: "GET", pattern: `${BASE}/commits/:branch`, handle: home },
  { method: "GET", pattern: `${BASE}/pull/:number`, handle: pullPage },
  { method: "GET", pattern: `${BASE}/pull/:number/:tab`, handle: pullPage },
  { method: "POST", pattern: `${BASE}/pull/:number/merge`, handle: mergeByHand },
  { method: "GET", pattern: `${BASE}/commit/:sha`, handle: commitPage },
  { method: "GET", pattern: `${BASE}/compare/*basehead`, handle: comparePage },
  { method: "GET", pattern: `${BASE}/blob/:ref/*path`, handle: blobPage },
];
