import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, notFound, repositoryOf } from "../exchange.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { mergePullRequest } from "../merge-pull-request.ts";
import type { PullRequest } from "../pull-request.ts";
import { Refusal } from "../refusal.ts";
import { html } from "./html.ts";
import { page, timeTag } from "./page.ts";

type Act = (repository: HostedRepository, pull: PullRequest, login: string) => unknown;

/** A click on a pull request's page; refused by the rules it answers 409 with their words. */
function click(act: Act): (exchange: Exchange) => Promise<Answer> {
  return async (exchange) => {
    const repository = repositoryOf(exchange);
    const pull = repository.pulls.get(Number(exchange.params.number));
    if (!pull) throw notFound();
    // There is no session here to protect, but another site's page still has no business here.
    const { origin } = exchange.headers;
    if (origin && origin !== exchange.site.url) throw notFound();
    const login = String(exchange.body.login ?? repository.owner);
    const users = exchange.site.oauth?.users.map((user) => user.login) ?? [];
    if (![...users, repository.owner].includes(login)) throw notFound();
    try {
      await act(repository, pull, login);
    } catch (error) {
      if (error instanceof Refusal) throw new HttpError(409, error.message);
      throw error;
    }
    return { status: 303, headers: { location: `/${repository.fullName}/pull/${pull.number}` } };
  };
}

const merge: Act = (repository, pull, login) => {
  const by = repository.accounts.person(login);
  return mergePullRequest(repository, pull, { by, method: "merge", force: true });
};

const approve: Act = (repository, pull, login) => {
  if (pull.state !== "open") throw new Refusal("invalid", "The pull request is closed.");
  if (pull.author.login === login)
    throw new Refusal("invalid", "Can not approve your own pull request");
  repository.review(pull, repository.accounts.person(login), "APPROVED");
};

function queuePage(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const { queue } = repository;
  if (!queue.settings || exchange.params.branch !== repository.defaultBranch) throw notFound();
  const rows = queue.entries.map((entry) => {
    const { pull, group } = entry;
    const seconds = queue.secondsTo(queue.positionOf(entry));
    const commit =
      group &&
      html` · <a href="/${repository.fullName}/commit/${group.head}"><code>${group.head.slice(0, 7)}</code></a>`;
    return html`<li>${queue.positionOf(entry)}. <a href="/${repository.fullName}/pull/${pull.number}">${pull.title}</a> <span class="quiet">#${pull.number} · ${entry.state.toLowerCase().replace("_", " ")}${entry.jump && " · jumped"} · ${entry.by.login} ${timeTag(entry.enqueuedAt)} · about ${seconds} s${commit}</span></li>`;
  });
  const body = html`<h1>Merge queue of ${repository.defaultBranch}</h1>${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : html`<p class="quiet">It is empty.</p>`}`;
  return page(`Merge queue · ${repository.fullName}`, body, repository);
}

const PULL = "/:owner/:repo/pull/:number";

/** What people click about merging, and the merge queue. */
export const mergePages = [
  { method: "POST", pattern: `${PULL}/merge`, handle: click(merge) },
  { method: "POST", pattern: `${PULL}/approve`, handle: click(approve) },
  {
    method: "POST",
    pattern: `${PULL}/enqueue`,
    handle: click((repository, pull, login) =>
      repository.queue.enqueue(pull, repository.accounts.person(login)),
    ),
  },
  {
    method: "POST",
    pattern: `${PULL}/dequeue`,
    handle: click((repository, pull, login) =>
      repository.queue.dequeue(pull, repository.accounts.person(login)),
    ),
  },
  { method: "GET", pattern: "/:owner/:repo/queue/*branch", handle: queuePage },
];
