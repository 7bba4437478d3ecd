import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, invalid, notFound, paged, repositoryOf } from "../exchange.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Issue } from "../issue-board.ts";
import { requireWrite } from "../permissions.ts";
import type { PullRequest } from "../pull-request.ts";
import type { Route } from "../router.ts";
import { labelView } from "./pull-request-view.ts";

const BASE = "/repos/:owner/:repo";
const OF_ISSUE = `${BASE}/issues/:number/labels`;

type Either = Issue | PullRequest;

function eitherOf(exchange: Exchange): Either {
  const repository = repositoryOf(exchange);
  const number = Number(exchange.params.number);
  const found = repository.pulls.get(number) ?? repository.issues.all.get(number);
  if (!found) throw notFound();
  return found;
}

/** Every label there is, by what carries it now or was given it here before. */
function known(repository: HostedRepository): string[] {
  const all = [...repository.pulls.values(), ...repository.issues.all.values()];
  return [...new Set([...repository.labels, ...all.flatMap(({ labels }) => labels)])].sort();
}

function views(exchange: Exchange, names: string[]): Answer {
  const repository = repositoryOf(exchange);
  return paged(
    exchange,
    names.map((name) => labelView(exchange.site, repository, name)),
  );
}

function put(exchange: Exchange, either: Either, label: string, isOn: boolean): void {
  const { person } = requireWrite(exchange.caller);
  const repository = repositoryOf(exchange);
  if ("headRef" in either) {
    repository.label(either, label, person, isOn);
    return;
  }
  either.labels = either.labels.filter((name) => name !== label);
  if (isOn) either.labels.push(label);
}

/** Labels that nobody has made yet are made, as GitHub does; case makes no difference. */
function add(exchange: Exchange): Answer {
  requireWrite(exchange.caller);
  const repository = repositoryOf(exchange);
  const either = eitherOf(exchange);
  const { labels } = exchange.body;
  if (!Array.isArray(labels) || labels.length === 0)
    throw invalid("Label", "name", "missing_field");
  const names = labels.map((one) => String((one as { name?: unknown }).name ?? one).trim());
  for (const name of names) {
    if (name === "") throw invalid("Label", "name", "missing_field");
    if (name.length > 50) throw invalid("Label", "name", "invalid");
  }
  for (const name of names) {
    const same = known(repository).find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
    repository.labels.add(same);
    put(exchange, either, same, true);
  }
  return views(exchange, either.labels);
}

function remove(exchange: Exchange): Answer {
  requireWrite(exchange.caller);
  const either = eitherOf(exchange);
  const name = exchange.params.name?.toLowerCase();
  const label = either.labels.find((one) => one.toLowerCase() === name);
  if (!label) throw new HttpError(404, "Label does not exist");
  put(exchange, either, label, false);
  return views(exchange, either.labels);
}

/** Labels of the repository, and of an issue or pull request. */
export const labelRoutes: Route[] = [
  {
    method: "GET",
    pattern: `${BASE}/labels`,
    handle: (exchange) => views(exchange, known(repositoryOf(exchange))),
  },
  {
    method: "GET",
    pattern: OF_ISSUE,
    handle: (exchange) => views(exchange, eitherOf(exchange).labels),
  },
  { method: "POST", pattern: OF_ISSUE, handle: add },
  { method: "DELETE", pattern: `${OF_ISSUE}/:name`, handle: remove },
];
