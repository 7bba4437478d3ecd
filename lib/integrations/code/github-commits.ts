import type { Comparison } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { ComparePage, RepositoryFacts, ResolvedCommit } from "./github-schemas";

const MAX_PAGES = 10;

/** Names that git accepts and that can't leave their place in a path. */
export function isRef(ref: string): boolean {
  return ref.length > 0 && ref.length <= 255 && !/\.\.|^\.+$|^[-/]|[\s~^:?*[\\\p{Cc}]/u.test(ref);
}

/** The repository's own facts. Throws SourceError `not-found`. */
export async function readRepository(client: GitHubClient, repository: string) {
  const { owner, repo } = parseRepository(repository);
  const what = `repository ${repository}`;
  const route = "GET /repos/{owner}/{repo}";
  const { data, headers } = await client.read(RepositoryFacts, what, owner, route, { owner, repo });
  // Classic tokens say what they may do; other credentials send no such header.
  const scopes = headers["x-oauth-scopes"];
  return { ...data, scopes: typeof scopes === "string" ? scopes.split(/,\s*/) : null };
}

/** The first page of a comparison, with the paths that differ (at most 300). */
export async function comparePaths(
  client: GitHubClient,
  repository: string,
  base: string,
  head: string,
) {
  const { owner, repo } = parseRepository(repository);
  const parameters = { owner, repo, basehead: `${base}...${head}`, per_page: 1, page: 1 };
  const what = `what changed in ${repository} between ${base} and ${head}`;
  const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
  return (await client.read(ComparePage, what, owner, route, parameters)).data;
}

/** See CodeSource. Throws SourceError `not-found` when a commit is unknown. */
export async function compare(
  client: GitHubClient,
  repository: string,
  base: string,
  head: string,
): Promise<Comparison> {
  const { owner, repo } = parseRepository(repository);
  if (!isRef(base) || !isRef(head))
    throw new SourceError("invalid", "A commit or branch name to compare is not one git accepts.");
  const what = `the commits of ${repository} from ${base} to ${head}`;
  const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
  const parameters = { owner, repo, basehead: `${base}...${head}` };
  let status: Comparison["status"] = "identical";
  const commits: Comparison["commits"] = [];
  for await (const page of client.pages(ComparePage, what, owner, route, parameters, MAX_PAGES)) {
    status = page.status;
    for (const { sha, message, committedAt } of page.commits)
      if (committedAt) commits.push({ sha, message, at: committedAt });
    if (commits.length >= page.total) break;
  }
  return { status, commits: commits.slice(0, 1_000) };
}

/** See CodeSource. */
export async function resolveCommit(
  client: GitHubClient,
  repository: string,
  ref: string,
): Promise<string | null> {
  const { owner, repo } = parseRepository(repository);
  if (!isRef(ref)) return null;
  const parameters = { owner, repo, ref, headers: { accept: "application/vnd.github.sha" } };
  const route = "GET /repos/{owner}/{repo}/commits/{ref}";
  try {
    const what = `commit ${ref} of ${repository}`;
    return (await client.read(ResolvedCommit, what, owner, route, parameters)).data;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // 422: no such commit. 409: the repository is empty.
    if (error.code === "invalid" || error.code === "conflict") return null;
    if (error.code !== "not-found") throw error;
    // No such ref, or no such repository: the second is an error.
    await readRepository(client, repository);
    return null;
  }
}
