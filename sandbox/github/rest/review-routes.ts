import type { Owner } from "../code-owners.ts";
import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, notFound, paged, repositoryOf } from "../exchange.ts";
import { readCodeOwners } from "../merge-rules.ts";
import { requireWrite } from "../permissions.ts";
import type { Review } from "../pull-request.ts";
import { requestReview, withdrawRequest } from "../review-requests.ts";
import type { Route } from "../router.ts";
import { personView } from "./person-view.ts";
import { pullOf } from "./pull-request-routes.ts";
import { pullRequestView, reviewView } from "./pull-request-view.ts";
import { teamView } from "./team-view.ts";

const BASE = "/repos/:owner/:repo";
const PULL = `${BASE}/pulls/:number`;

const STATES: Record<string, Review["state"]> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

function list(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  return paged(
    exchange,
    pull.reviews.map((review) => reviewView(exchange.site, repository, pull, review)),
  );
}

function unprocessable(...errors: string[]): HttpError {
  return new HttpError(422, "Unprocessable Entity", { errors });
}

function review(exchange: Exchange): Answer {
  const { caller, site } = exchange;
  // Whoever may read may review; it counts for a required review only when they may write.
  if (caller?.kind === "installation") requireWrite(caller);
  if (!caller || caller.kind === "app") throw notFound();
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const { event, body, commit_id: commit } = exchange.body;
  const state = STATES[String(event)];
  if (!state) throw unprocessable("Variable $event was provided invalid value");
  const text = typeof body === "string" ? body : "";
  if (state !== "APPROVED" && text.trim() === "")
    throw unprocessable("Variable $body of type String! was provided invalid value");
  if (commit !== undefined && commit !== pull.headSha)
    throw unprocessable("The commit_id is not the head of the pull request.");
  if (caller.person === pull.author && state !== "COMMENTED")
    throw unprocessable(
      state === "APPROVED"
        ? "Can not approve your own pull request"
        : "Can not request changes on your own pull request",
    );
  const given = repository.review(pull, caller.person, state, text);
  return { json: reviewView(site, repository, pull, given) };
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whom a body asks for; everybody has to be there and none may be the author, or nobody is asked. */
function wanted(exchange: Exchange): Owner[] {
  const { accounts, owner, name } = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const stranger = new HttpError(
    422,
    `Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ${owner}/${name} repository.`,
  );
  const people = names(exchange.body.reviewers).map((login): Owner => {
    const person = accounts.find(login);
    if (!person || person.type === "Bot") throw stranger;
    if (person === pull.author)
      throw new HttpError(422, "Review cannot be requested from pull request author.");
    return { kind: "person", person };
  });
  const teams = names(exchange.body.team_reviewers).map((slug): Owner => {
    const team = accounts.teams.get(slug.toLowerCase());
    if (!team) throw stranger;
    return { kind: "team", team };
  });
  return [...people, ...teams];
}

function ask(exchange: Exchange, isOn: boolean): Answer {
  const { person } = requireWrite(exchange.caller);
  const repository = repositoryOf(exchange);
  const pull = pullOf(exchange);
  const asked = wanted(exchange);
  if (pull.state !== "open" && isOn)
    throw new HttpError(422, "Reviews cannot be requested of a closed pull request.");
  for (const owner of asked)
    if (isOn) requestReview(repository, pull, owner, person);
    else withdrawRequest(repository, pull, owner, person);
  return { status: isOn ? 201 : 200, json: pullRequestView(exchange.site, repository, pull) };
}

function requested(exchange: Exchange): Answer {
  const repository = repositoryOf(exchange);
  const { site } = exchange;
  const asked = pullOf(exchange).reviewRequests.map(({ of }) => of);
  return {
    json: {
      users: asked.flatMap((of) => (of.kind === "person" ? [personView(site, of.person)] : [])),
      teams: asked.flatMap((of) =>
        of.kind === "team" ? [teamView(site, repository, of.team)] : [],
      ),
    },
  };
}

async function ownerErrors(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const ref = exchange.query.get("ref") ?? repository.defaultBranch;
  const sha = await repository.git.resolve(ref);
  const file = sha && (await readCodeOwners(repository, sha));
  if (!file) throw notFound();
  return { json: { errors: file.errors } };
}

/** Reviews, who is asked for one, and who owns which files. */
export const reviewRoutes: Route[] = [
  { method: "GET", pattern: `${PULL}/reviews`, handle: list },
  { method: "POST", pattern: `${PULL}/reviews`, handle: review },
  { method: "GET", pattern: `${PULL}/requested_reviewers`, handle: requested },
  {
    method: "POST",
    pattern: `${PULL}/requested_reviewers`,
    handle: (exchange) => ask(exchange, true),
  },
  {
    method: "DELETE",
    pattern: `${PULL}/requested_reviewers`,
    handle: (exchange) => ask(exchange, false),
  },
  { method: "GET", pattern: `${BASE}/codeowners/errors`, handle: ownerErrors },
];
