import * as z from "zod";
import type { CodeGuard } from "@/lib/integrations/code-guard";
import { type GitHubClient, parseRepository } from "./github-client";
import { comparePaths } from "./github-commits";
import { changedLines, readPull } from "./github-pulls";
import { Commit, Sha, Text } from "./github-schemas";

type Query = Parameters<NonNullable<CodeGuard["isUpdateOf"]>>[0];

/** So many updates one after another are followed back. */
const MOST_UPDATES = 20;
/** GitHub tells no more files of a comparison. */
const MOST_FILES = 300;

const Comparison = z.object({
  files: z
    .array(
      z.object({
        filename: Text,
        status: z.string(),
        sha: Sha.nullish(),
        patch: Text.nullish(),
      }),
    )
    .nullish(),
});

async function parentsOf(client: GitHubClient, repository: string, sha: string) {
  const { owner, repo } = parseRepository(repository);
  const route = "GET /repos/{owner}/{repo}/commits/{ref}";
  const what = `commit ${sha.slice(0, 7)} of ${repository}`;
  return (await client.read(Commit, what, owner, route, { owner, repo, ref: sha })).data.parents;
}

/** What a branch changes of its base, by file and line; null when there are too many files to tell. */
async function changesOf(client: GitHubClient, repository: string, base: string, head: string) {
  const { owner, repo } = parseRepository(repository);
  const parameters = { owner, repo, basehead: `${base}...${head}` };
  const what = `the comparison of ${base.slice(0, 7)} and ${head.slice(0, 7)} in ${repository}`;
  const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
  const { files } = (await client.read(Comparison, what, owner, route, parameters)).data;
  if (!files || files.length >= MOST_FILES) return null;
  const said = files.map(({ filename, status, sha, patch }) => [
    ...[filename, status],
    patch ? changedLines([patch]) : (sha ?? ""),
  ]);
  return JSON.stringify(said.sort());
}

type Update = { from: string; base: string };

/** The known head that a head goes back to by merges of the base alone, and the newest merged; or null. */
async function readUpdate(client: GitHubClient, query: Query): Promise<Update | null> {
  const { repository, number, known, head } = query;
  const { base: branch } = await readPull(client, repository, number);
  let sha = head;
  let newest: string | null = null;
  for (let turn = 0; turn < MOST_UPDATES; turn += 1) {
    const [before, merged, ...more] = await parentsOf(client, repository, sha);
    if (!before || !merged || more.length > 0) return null;
    // Everything of what was merged in is on the base.
    const { status } = await comparePaths(client, repository, merged, branch);
    if (status !== "ahead" && status !== "identical") return null;
    newest ??= merged;
    if (known.includes(before)) return { from: before, base: newest };
    sha = before;
  }
  return null;
}

/**
 * See CodeGuard. Its commits must be merges of the base, and what it changes the same as before: a merge
 * can hold anything.
 */
export async function isUpdateOf(client: GitHubClient, query: Query): Promise<boolean> {
  const { repository, head, known } = query;
  if (known.includes(head)) return true;
  const update = await readUpdate(client, query);
  if (!update) return false;
  const [was, is] = await Promise.all([
    changesOf(client, repository, update.base, update.from),
    changesOf(client, repository, update.base, head),
  ]);
  return was !== null && was === is;
}
