import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, invalid, notFound, repositoryOf } from "../exchange.ts";
import { isLockedFor, ruleSentence } from "../merge-rules.ts";
import { requireWrite } from "../permissions.ts";
import type { Route } from "../router.ts";
import { nodeId } from "./person-view.ts";

const BASE = "/repos/:owner/:repo/git";

function refView(exchange: Exchange, name: string, sha: string): Record<string, unknown> {
  const api = `${exchange.site.apiUrl}/repos/${repositoryOf(exchange).fullName}`;
  return {
    ref: `refs/${name}`,
    node_id: nodeId("Ref", name),
    url: `${api}/git/refs/${name}`,
    object: { type: "commit", sha, url: `${api}/git/commits/${sha}` },
  };
}

async function one(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const name = exchange.params.ref ?? "";
  if (!/^(heads|tags|pull)\/[^\s~^:?*[\\]+$/.test(name) || name.includes("..")) throw notFound();
  const args = ["rev-parse", "--verify", "--quiet", `refs/${name}`];
  const { code, stdout } = await repository.git.run(args, {}, 128);
  if (code !== 0) throw notFound();
  return { json: refView(exchange, name, stdout.trim()) };
}

/** A push by way of the interface: forwards alone unless forced, and never against the rules. */
async function move(exchange: Exchange): Promise<Answer> {
  const { person } = requireWrite(exchange.caller);
  const repository = repositoryOf(exchange);
  const { git } = repository;
  const branch = /^heads\/(.+)$/.exec(exchange.params.ref ?? "")?.[1] ?? "";
  const { sha, force } = exchange.body;
  if (typeof sha !== "string" || !/^[0-9a-f]{40}$/.test(sha))
    throw invalid("Reference", "sha", "invalid");
  return repository.exclusive(async () => {
    const before = await git.head(branch);
    if (!before) throw new HttpError(422, "Reference does not exist");
    if (!(await git.resolve(sha))) throw new HttpError(422, "Object does not exist");
    const broken = pushSentences(exchange, branch);
    if (broken.length > 0) throw new HttpError(422, ruleSentence(broken));
    if (force !== true && !(await git.isAncestor(before, sha)))
      throw new HttpError(422, "Update is not a fast forward");
    await git.moveRef(`refs/heads/${branch}`, sha, before);
    repository.pushedAt = repository.now();
    repository.emit("push", { ref: `refs/heads/${branch}`, before, after: sha, by: person });
    repository.checks.start(sha);
    repository.queue.wake();
    return { json: refView(exchange, `heads/${branch}`, sha) };
  });
}

/** What stands against somebody's push to a branch; a bypass for pull requests alone doesn't help. */
function pushSentences(exchange: Exchange, branch: string): string[] {
  const { rules } = repositoryOf(exchange);
  const { person } = requireWrite(exchange.caller);
  const types = rules
    .rulesetsOf(branch)
    .filter((ruleset) => rules.bypass(ruleset, person) !== "always")
    .flatMap((ruleset) => ruleset.rules.map(({ type }) => type));
  const plain = rules.requirements(branch, person).some(({ from }) => from === "protection");
  const isLocked = types.includes("update") || isLockedFor(repositoryOf(exchange), branch, person);
  return [
    ...(isLocked ? ["Cannot update this protected ref."] : []),
    ...(plain || types.includes("pull_request")
      ? ["Changes must be made through a pull request."]
      : []),
    ...(types.includes("non_fast_forward") && exchange.body.force === true
      ? ["Cannot force-push to this branch"]
      : []),
  ];
}

/** Refs: where branches point, and moving them. */
export const refRoutes: Route[] = [
  { method: "GET", pattern: `${BASE}/ref/*ref`, handle: one },
  { method: "PATCH", pattern: `${BASE}/refs/*ref`, handle: move },
];
