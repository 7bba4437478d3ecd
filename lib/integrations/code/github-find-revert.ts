import { type GitHubClient, parseRepository } from "./github-client";
import { type Pull, Pulls } from "./github-schemas";

// The newest 300 pull requests: a revert is looked for minutes after it was opened, or still open.
const MAX_PAGES = 3;

/** The line in a revert's body that ties it to one Restoration. */
export function markOf(restorationId: string): string {
  return `Known-Good-Restoration: ${restorationId}`;
}

function hasLine(body: string, line: string): boolean {
  return body.split(/\r?\n/).some((each) => each.trim() === line);
}

/** Whether a body says that it reverts this number, as GitHub's own text does. */
function saysItReverts(repository: string, number: number, body: string): boolean {
  return [...body.matchAll(/^\s*reverts\s+([\w.-]+\/[\w.-]+)?#(\d+)\b/gim)].some(
    ([, name, digits]) =>
      Number(digits) === number &&
      (name === undefined || name.toLowerCase() === repository.toLowerCase()),
  );
}

/**
 * Whether `candidate` is a revert of the pull request. Branches of forks never are: anybody could offer
 * one under a name that looks right.
 */
export function isRevertOf(
  repository: string,
  of: { number: number; title: string | null; base: string | null },
  candidate: Pull,
): boolean {
  if (candidate.isFromFork || candidate.number === of.number) return false;
  if (of.base !== null && candidate.base !== of.base) return false;
  return (
    candidate.branch.startsWith(`revert-${of.number}-`) ||
    saysItReverts(repository, of.number, candidate.body) ||
    (of.title !== null && candidate.title === `Revert "${of.title}"`)
  );
}

/** The newest pull requests of a repository, in pages. */
export function newestPulls(client: GitHubClient, repository: string): AsyncGenerator<Pull[]> {
  const { owner, repo } = parseRepository(repository);
  const parameters = { owner, repo, state: "all", sort: "created", direction: "desc" };
  const what = `the pull requests of ${repository}`;
  return client.pages(Pulls, what, owner, "GET /repos/{owner}/{repo}/pulls", parameters, MAX_PAGES);
}

/** The open or merged revert that carries the Restoration's mark, or null. */
export async function findMarkedRevert(
  client: GitHubClient,
  repository: string,
  number: number,
  restorationId: string,
): Promise<Pull | null> {
  const mark = markOf(restorationId);
  for await (const page of newestPulls(client, repository)) {
    const found = page.find(
      (pull) =>
        pull.state !== "closed" &&
        hasLine(pull.body, mark) &&
        isRevertOf(repository, { number, title: null, base: null }, pull),
    );
    if (found) return found;
  }
  return null;
}

/** Reverts of a pull request that are open, or merged since it was. The open one first. */
export async function findReverts(
  client: GitHubClient,
  repository: string,
  of: Pull,
): Promise<{ open: Pull | null; merged: Pull | null }> {
  let merged: Pull | null = null;
  for await (const page of newestPulls(client, repository)) {
    for (const pull of page) {
      if (!isRevertOf(repository, of, pull)) continue;
      if (pull.state === "open") return { open: pull, merged };
      const isSince = (pull.mergedAt ?? "") > (of.mergedAt ?? "");
      if (pull.state === "merged" && isSince) merged ??= pull;
    }
    // Nothing older than the pull request itself can revert it.
    if (page.some((pull) => pull.number <= of.number)) break;
  }
  return { open: null, merged };
}
