import type { Warning } from "@/lib/contracts/lever";
import type { ObservedPull } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { comparePaths } from "./github-commits";
import { Commits, Pulls } from "./github-schemas";
import { named } from "./revert-warnings";

/** Files and merges that are looked into: each costs a request. */
const MAX_FILES = 5;
const MAX_COMMITS = 8;
const MAX_TITLE = 60;

export type LaterChanges = {
  warnings: Warning[];
  checks: string[];
  /** "src/price.ts changed again since, by #12 “Raise the price again”", or null. */
  conflict: string | null;
};

async function commitsOf(client: GitHubClient, pull: ObservedPull, path: string) {
  const { owner, repo } = parseRepository(pull.repository);
  const what = `the commits of ${path} in ${pull.repository}`;
  const since = pull.mergedAt ?? undefined;
  const parameters = { owner, repo, sha: pull.base, path, since, per_page: MAX_COMMITS };
  const route = "GET /repos/{owner}/{repo}/commits";
  const { data } = await client.read(Commits, what, owner, route, parameters);
  return data.map(({ sha }) => sha).filter((sha) => sha !== pull.mergeCommit);
}

async function pullsOf(client: GitHubClient, pull: ObservedPull, sha: string) {
  const { owner, repo } = parseRepository(pull.repository);
  const what = `the pull requests of ${sha.slice(0, 7)} in ${pull.repository}`;
  const route = "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls";
  const { data } = await client.read(Pulls, what, owner, route, { owner, repo, commit_sha: sha });
  return data.filter(({ state, base }) => state === "merged" && base === pull.base);
}

function titled({ number, title }: { number: number; title: string }): string {
  const short = title.length <= MAX_TITLE ? title : `${title.slice(0, MAX_TITLE - 1)}…`;
  return `#${number} “${short}”`;
}

/**
 * By which merges these files changed since, in words: "by #12 “Raise the price again”"; empty when unknown.
 */
async function byWhichMerges(
  client: GitHubClient,
  pull: ObservedPull,
  paths: string[],
): Promise<string> {
  try {
    const read = paths.slice(0, MAX_FILES).map((path) => commitsOf(client, pull, path));
    const commits = [...new Set((await Promise.all(read)).flat())].slice(0, MAX_COMMITS);
    const found = await Promise.all(commits.map((sha) => pullsOf(client, pull, sha)));
    const others = new Map(
      found
        .flat()
        .filter(({ number }) => number !== pull.number)
        .map((other) => [other.number, other]),
    );
    const names = [...others.values()].sort((a, b) => a.number - b.number).map(titled);
    return names.length === 0 ? "" : `, by ${named(names)}`;
  } catch (error) {
    // What it would add is worth less than the warning itself.
    if (!(error instanceof SourceError) || error.code === "rate-limited") throw error;
    return "";
  }
}

function notOnBranch(sentence: string): LaterChanges {
  const warnings = [{ code: "not-on-branch", sentence, unsafe: true }];
  return { warnings, checks: [], conflict: null };
}

/** What became of a merged pull request's files on its base since. Throws SourceError. */
export async function laterChanges(
  client: GitHubClient,
  pull: ObservedPull,
): Promise<LaterChanges> {
  if (!pull.mergeCommit) return { warnings: [], checks: [], conflict: null };
  const short = pull.mergeCommit.slice(0, 7);
  let later: Awaited<ReturnType<typeof comparePaths>>;
  try {
    later = await comparePaths(client, pull.repository, pull.mergeCommit, pull.base);
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== "not-found") throw error;
    return notOnBranch(`Its merge commit ${short} is no longer in the repository.`);
  }
  if (later.status === "diverged" || later.status === "behind")
    return notOnBranch(
      `${pull.base} no longer contains its merge commit ${short}: there may be nothing to revert.`,
    );
  const touched = new Set(later.paths);
  const both = pull.files.map((file) => file.path).filter((path) => touched.has(path));
  if (both.length === 0) {
    const checks = ["None of its files changed since it was merged."];
    return { warnings: [], checks, conflict: null };
  }
  const conflict = `${named(both)} changed again since${await byWhichMerges(client, pull, both)}`;
  const sentence = `${conflict}: GitHub refuses a revert that conflicts.`;
  return {
    warnings: [{ code: "may-conflict", sentence, unsafe: false }],
    checks: [],
    conflict,
  };
}
