import type { Answer, Exchange } from "../exchange.ts";
import { notFound, repositoryOf } from "../exchange.ts";
import { type Commit, EMPTY_TREE } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { PullRequest } from "../pull-request.ts";
import { type Html, html } from "./html.ts";
import { checkRows, mergeBox, reviewBox } from "./merge-box.ts";
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
  const body = html`<h1>${repository.fullName}</h1><p>${repository.description}</p><p><a href="/${repository.fullName}/issues">Issues (${[...repository.issues.all.values()].filter(({ state }) => state === "open").length} open)</a>${repository.queue.settings && html` · <a href="/${repository.fullName}/queue/${repository.defaultBranch}">Merge queue (${repository.queue.entries.length})</a>`}</p>
<h2>Open pull requests</h2>${open.length > 0 ? html`<ul class="rows">${open.map((pull) => pullRow(repository, pull))}</ul>` : html`<p class="quiet">None are open.</p>`}
<h2>Recently merged or closed</h2><ul class="rows">${closed.map((pull) => pullRow(repository, pull))}</ul>
<h2>Commits on ${repository.defaultBranch}</h2><ul class="rows">${log.map((commit) => commitRow(repository, commit))}</ul>`;
  return page(repository.fullName, body, repository);
}

async function pullPage(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const pull = repository.pulls.get(Number(exchange.params.number));
  if (!pull) throw notFound();
  const { history } = repository;
  const [files, commits, merging, reviewing] = await Promise.all([
    history.diff(pull.mergeBase, pull.headSha),
    history.log(`${pull.mergeBase}..${pull.headSha}`),
    mergeBox(repository, pull),
    reviewBox(exchange.site, repository, pull),
  ]);
  const merged = pull.merge
    ? html`, merged by ${pull.merge.by.login} ${timeTag(pull.merge.at)} (${pull.merge.method}) as <a href="/${repository.fullName}/commit/${pull.merge.sha}"><code>${pull.merge.sha.slice(0, 7)}</code></a>`
    : null;
  const word = stateOf(pull);
  const body = html`<h1>${pull.title} <span class="quiet">#${pull.number}</span></h1>
<p><span class="state ${word.toLowerCase()}">${word}</span> ${pull.author.login} wants <code>${pull.headRef}</code> in <code>${pull.baseRef}</code>, opened ${timeTag(pull.createdAt)}${merged}
${pull.labels.map((label) => html` <span class="label">${label}</span>`)}</p>
<div class="body">${pull.body || html`<span class="quiet">No description.</span>`}</div>
${merging}
${pull.autoMerge && html`<p>Auto-merge (${pull.autoMerge.method}) was turned on by ${pull.autoMerge.by.login}.</p>`}
<h2>Checks</h2><ul class="rows">${checkRows(repository, pull.headSha, pull.baseRef)}</ul>
${reviewing}
${pull.comments.length > 0 && html`<h2>Comments</h2>${pull.comments.map((comment) => html`<p class="quiet">${comment.author.login} ${timeTag(comment.at)}</p><div class="body">${comment.body}</div>`)}`}
<h2>Commits</h2><ul class="rows">${commits.reverse().map((commit) => commitRow(repository, commit))}</ul>
<h2>${files.length} changed ${files.length === 1 ? "file" : "files"}</h2>${diffView(files)}`;
  return page(`${pull.title} · #${pull.number}`, body, repository);
}

async function commitPage(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const sha = await repository.git.resolve(exchange.params.sha ?? "");
  if (!sha) throw notFound();
  const commit = await repository.history.commit(sha);
  const [subject = "", ...rest] = commit.message.split("\n");
  const files = await repository.history.diff(commit.parents[0] ?? EMPTY_TREE, sha);
  const body = html`<h1>${subject}</h1><p class="quiet">${commit.author.name} · ${timeTag(Date.parse(commit.committer.date))} · <code>${sha}</code></p>
<h2>Checks</h2><ul class="rows">${checkRows(repository, sha, "")}</ul>
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
  { method: "GET", pattern: `${BASE}/commit/:sha`, handle: commitPage },
  { method: "GET", pattern: `${BASE}/compare/*basehead`, handle: comparePage },
  { method: "GET", pattern: `${BASE}/blob/:ref/*path`, handle: blobPage },
];
