import * as z from "zod";
import { beganAt, LastCommit, ROLLUP, type Rollup } from "./github-checks";
import { type GitHubClient, parseRepository } from "./github-client";
import { parseAnswer } from "./github-errors";

const QUERY = `query($owner: String!, $repo: String!, $branch: String!) {
  repository(owner: $owner, name: $repo) {
    pullRequests(states: MERGED, baseRefName: $branch, first: 20, orderBy: {field: UPDATED_AT, direction: DESC}) {
      nodes { commits(last: 1) { nodes { commit { ${ROLLUP} } } } }
    }
  }
}`;

const Answer = z
  .object({
    repository: z
      .object({
        pullRequests: z.object({
          nodes: z.array(z.object({ commits: LastCommit }).nullable()).nullable(),
        }),
      })
      .nullish(),
  })
  .nullish();

/** How long checks took, of so many merges; null when no merge tells. */
export type UsualTime = { ms: number; n: number } | null;

/** How long the named checks usually take from the first's start to the last's end; all when none is named. */
export type CheckTimes = (
  repository: string,
  branch: string,
  names: readonly string[],
) => Promise<UsualTime>;

const KEEP_MS = 10 * 60_000;

function lasted(rollup: Rollup, names: readonly string[]): number | null {
  // Of statuses only the last time that they were posted is told, which may be days after the first.
  const all = (rollup?.checks ?? []).filter(({ startedAt }) => startedAt !== null);
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const named = all.filter(({ name }) => wanted.has(name.toLowerCase()));
  // Checks have other names on older merges: then all of them are what there was to wait for.
  const checks = named.length > 0 ? named : all;
  const start = beganAt(checks);
  const ends = checks.flatMap(({ endedAt }) => endedAt ?? []).sort();
  const end = ends.at(-1);
  if (!start || !end || checks.some(({ isOver }) => !isOver)) return null;
  return Math.max(0, Date.parse(end) - Date.parse(start));
}

export function median(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[half - 1], sorted[half]];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

/** Reads the last merges into a branch, and keeps what they tell for ten minutes. Throws SourceError. */
export function createCheckTimes(client: GitHubClient): CheckTimes {
  const kept = new Map<string, { at: number; rollups: Promise<Rollup[]> }>();

  async function read(repository: string, branch: string): Promise<Rollup[]> {
    const { owner, repo } = parseRepository(repository);
    const what = `how long checks take in ${repository}`;
    const variables = { owner, repo, branch };
    const answer = await client.graphql(what, owner, QUERY, variables, { mutation: false });
    const found = parseAnswer(Answer, answer.data, what)?.repository?.pullRequests.nodes ?? [];
    return found.flatMap((pull) => (pull ? [pull.commits] : []));
  }

  return async (repository, branch, names) => {
    const key = `${repository.toLowerCase()} ${branch}`;
    const now = client.now().getTime();
    let known = kept.get(key);
    if (!known || now - known.at > KEEP_MS) {
      known = { at: now, rollups: read(repository, branch) };
      kept.set(key, known);
      known.rollups.catch(() => kept.delete(key));
    }
    const times = (await known.rollups).flatMap((rollup) => lasted(rollup, names) ?? []);
    const ms = median(times);
    return ms === null ? null : { ms, n: times.length };
  };
}

/** "the last 12 merges into main" */
export function usualFrom(usual: UsualTime, branch: string): string | null {
  if (!usual) return null;
  return usual.n === 1
    ? `the last merge into ${branch}`
    : `the last ${usual.n} merges into ${branch}`;
}
