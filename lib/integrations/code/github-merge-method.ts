import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { type Commit, Commits, type Pull } from "./github-schemas";

/** How a pull request came onto its base: which commits it made there. */
export type MergedAs = {
  method: "merge" | "squash" | "rebase" | null;
  /** The base's commit just before the first of them; null when it couldn't be found. */
  before: string | null;
};

// GitHub lists at most 250 commits of a pull request.
const MAX_COMMIT_PAGES = 3;

/** A rebased commit keeps its message, author and author's time; a squash has the time of the merge. */
function isCopy(onBase: Commit, own: Commit): boolean {
  return (
    onBase.sha === own.sha ||
    (onBase.message.trim() === own.message.trim() &&
      onBase.authoredAt !== null &&
      onBase.authoredAt === own.authoredAt)
  );
}

/** Tells from the merge commit `tip`, the base's `log` behind it and the pull request's `own` commits. */
export function mergedAs(tip: string, log: Commit[], own: Commit[]): MergedAs {
  const bySha = new Map(log.map((commit) => [commit.sha, commit]));
  const last = bySha.get(tip);
  if (!last) return { method: null, before: null };
  if (last.parents.length > 1) return { method: "merge", before: last.parents[0] ?? null };

  let at: Commit | undefined = last;
  let before: string | null = last.parents[0] ?? null;
  let copies = 0;
  // From the end: commits that the base had already were left out by the rebase, so some may be missing.
  for (const commit of own.filter(({ parents }) => parents.length < 2).reverse()) {
    if (!at || !isCopy(at, commit)) continue;
    copies += 1;
    before = at.parents[0] ?? null;
    at = before === null ? undefined : bySha.get(before);
  }
  if (copies > 0) return { method: "rebase", before };
  return own.length > 0 ? { method: "squash", before } : { method: null, before: null };
}

/** Reads what `mergedAs` needs. Throws SourceError. */
export async function readMergedAs(
  client: GitHubClient,
  repository: string,
  pull: Pull,
): Promise<MergedAs> {
  const { mergeCommit } = pull;
  if (!mergeCommit) return { method: null, before: null };
  const { owner, repo } = parseRepository(repository);
  const what = `the commits of ${repository}#${pull.number}`;

  async function list(route: string, parameters: Record<string, unknown>, enough: number) {
    const commits: Commit[] = [];
    const query = { owner, repo, ...parameters };
    for await (const page of client.pages(Commits, what, owner, route, query, MAX_COMMIT_PAGES)) {
      commits.push(...page);
      if (commits.length >= enough) break;
    }
    return commits;
  }
  const logBehind = (count: number) => {
    const parameters = { sha: mergeCommit, per_page: Math.min(100, count) };
    return list("GET /repos/{owner}/{repo}/commits", parameters, count);
  };

  try {
    // One commit tells a merge, and that with the pull request's own tells a squash: most need no more.
    const tip = await logBehind(1);
    if ((tip[0]?.parents.length ?? 0) > 1) return mergedAs(mergeCommit, tip, []);
    const ownRoute = "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits";
    const own = await list(ownRoute, { pull_number: pull.number }, Number.POSITIVE_INFINITY);
    const first = mergedAs(mergeCommit, tip, own);
    if (first.method !== "rebase" || own.length < 2) return first;
    return mergedAs(mergeCommit, await logBehind(own.length), own);
  } catch (error) {
    // The branch was rewritten and the commit is gone: the merge is still a fact, its method isn't known.
    const gone = ["not-found", "invalid", "conflict"];
    if (!(error instanceof SourceError) || !gone.includes(error.code)) throw error;
    return { method: null, before: null };
  }
}
