import type { Answer, Exchange } from "../exchange.ts";
import { notFound, repositoryOf } from "../exchange.ts";
import type { Issue } from "../issue-board.ts";
import { html } from "./html.ts";
import { page, timeTag } from "./page.ts";

function issueOf(exchange: Exchange): Issue {
  const issue = repositoryOf(exchange).issues.all.get(Number(exchange.params.number));
  if (!issue) throw notFound();
  return issue;
}

function issueList(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const issues = [...repository.issues.all.values()].reverse();
  const rows = issues.map(
    (issue) =>
      html`<li><a href="/${repository.fullName}/issues/${issue.number}">${issue.title}</a> <span class="quiet">#${issue.number} · ${issue.state} · ${issue.author.login} · ${timeTag(issue.updatedAt)}</span></li>`,
  );
  const body = html`<h1>Issues</h1>${rows.length > 0 ? html`<ul class="rows">${rows}</ul>` : html`<p class="quiet">There are none.</p>`}`;
  return page(`Issues · ${repository.fullName}`, body, repository);
}

function issuePage(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const issue = issueOf(exchange);
  const isOpen = issue.state === "open";
  const self = `/${repository.fullName}/issues/${issue.number}`;
  const closed = issue.closedAt
    ? html`, closed ${timeTag(issue.closedAt)} by ${issue.closedBy?.login} as ${(issue.reason ?? "").replace("_", " ")}`
    : null;
  const button = (turn: string, label: string) =>
    html`<form method="post" action="${self}/${turn}" style="display:inline"><button>${label}</button></form> `;
  const body = html`<h1>${issue.title} <span class="quiet">#${issue.number}</span></h1>
<p><span class="state ${isOpen ? "open" : "merged"}">${isOpen ? "Open" : "Closed"}</span> ${issue.author.login} opened it ${timeTag(issue.createdAt)}${closed}
${issue.labels.map((label) => html` <span class="label">${label}</span>`)}</p>
<div class="body">${issue.body || html`<span class="quiet">No description.</span>`}</div>
<p>${isOpen ? [button("close", "Close as completed"), button("drop", "Close as not planned")] : button("reopen", "Reopen issue")}</p>`;
  return page(`${issue.title} · #${issue.number}`, body, repository);
}

const TURNS = {
  close: ["closed", "completed"],
  drop: ["closed", "not_planned"],
  reopen: ["open", "reopened"],
} as const;

function turn(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const issue = issueOf(exchange);
  const [state, reason] = TURNS[exchange.params.turn as keyof typeof TURNS] ?? [];
  const { origin } = exchange.headers;
  // There is no session here to protect, but another site's page still has no business here.
  if (!state || (origin && origin !== exchange.site.url)) throw notFound();
  repository.issues.turn(issue, repository.accounts.person(repository.owner), state, reason);
  return { status: 303, headers: { location: `/${repository.fullName}/issues/${issue.number}` } };
}

const BASE = "/:owner/:repo/issues";

/** The repository's issues for people who follow a link, with what a person does to them. */
export const issuePages = [
  { method: "GET", pattern: BASE, handle: issueList },
  { method: "GET", pattern: `${BASE}/:number`, handle: issuePage },
  { method: "POST", pattern: `${BASE}/:number/:turn`, handle: turn },
];
