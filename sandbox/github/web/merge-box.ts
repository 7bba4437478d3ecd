import { allContexts } from "../branch-rules.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { contextState, mergeSentence, nameOf, reviewDecision } from "../merge-rules.ts";
import type { PullRequest } from "../pull-request.ts";
import type { Site } from "../site.ts";
import { type Html, html } from "./html.ts";

const WHY: Record<string, string> = {
  DIRTY: "This branch has conflicts that must be resolved.",
  DRAFT: "This pull request is still a draft.",
};

/** What stands in the way of a merge, and the buttons for it. Null once it is closed. */
export async function mergeBox(
  repository: HostedRepository,
  pull: PullRequest,
): Promise<Html | null> {
  if (pull.state !== "open") return null;
  const { queue } = repository;
  const self = `/${repository.fullName}/pull/${pull.number}`;
  const entry = queue.entryOf(pull);
  if (entry)
    return html`<h2>Merge</h2><p>Number ${queue.positionOf(entry)} of the <a href="/${repository.fullName}/queue/${pull.baseRef}">merge queue</a>: ${entry.state.toLowerCase().replace("_", " ")}.</p>
<form method="post" action="${self}/dequeue"><button>Remove from the queue</button></form>`;
  const state = await repository.mergeState(pull);
  const isReady = state === "CLEAN" || state === "UNSTABLE";
  const isQueued = queue.settings !== null;
  const way = isQueued ? { queuedBy: pull.author } : {};
  const why =
    WHY[state] ?? (await mergeSentence(repository, pull, way))?.replaceAll(/\n+/g, " ").trim();
  return html`<h2>Merge</h2><form method="post" action="${self}/${isQueued ? "enqueue" : "merge"}">
<button ${isReady ? "" : "disabled"}>${isQueued ? "Merge when ready" : "Merge pull request"}</button> <span class="quiet">${why}</span></form>`;
}

/** Check runs and statuses of a commit, with what is required and missing. */
export function checkRows(repository: HostedRepository, sha: string, branch: string): Html {
  const required = allContexts(repository.rules.requirements(branch));
  const mark = (name: string) =>
    required.some((one) => one.toLowerCase() === name.toLowerCase()) &&
    html` <span class="label">required</span>`;
  const runs = repository.checks
    .runs(sha)
    .map(
      (run) =>
        html`<li>${run.name}${mark(run.name)} <span class="${run.conclusion ?? "quiet"}">${run.conclusion ?? run.status.replace("_", " ")}</span></li>`,
    );
  const statuses = repository.statuses.latest(sha).map((status) => {
    const kind = status.state === "error" ? "failure" : status.state;
    const more = status.targetUrl && html` <a href="${status.targetUrl}">details</a>`;
    return html`<li>${status.context}${mark(status.context)} <span class="${kind}">${status.state}</span> <span class="quiet">${status.description} · ${status.creator.login}</span>${more}</li>`;
  });
  const missing = required
    .filter((name) => contextState(repository, sha, name) === "expected")
    .map((name) => html`<li>${name}${mark(name)} <span class="quiet">expected</span></li>`);
  return html`${runs}${statuses}${missing}`;
}

/** Where the reviews stand, who is asked, and a button to approve as each person who may sign in. */
export async function reviewBox(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
): Promise<Html> {
  const decision = await reviewDecision(repository, pull);
  const asked = pull.reviewRequests.map(({ of }) => nameOf(of)).join(", ");
  const given = pull.reviews.map(
    (review) =>
      html`<li>${review.author.login} <span class="quiet">${review.state.toLowerCase().replace("_", " ")}</span></li>`,
  );
  const people = site.oauth?.users.map(({ login }) => login) ?? [repository.owner];
  const buttons = people
    .filter((login) => login !== pull.author.login)
    .map((login) => html`<button name="login" value="${login}">Approve as ${login}</button> `);
  return html`<h2>Review</h2><ul class="rows"><li>Review <span class="quiet">${decision?.toLowerCase().replace("_", " ") ?? "not required"}${asked && ` · asked of ${asked}`}</span></li>${given}</ul>
${pull.state === "open" && html`<form method="post" action="/${repository.fullName}/pull/${pull.number}/approve"><p>${buttons}</p></form>`}`;
}
