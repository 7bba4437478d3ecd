import type { CodeSource, ObservedPull } from "@/lib/integrations/code-source";
import { type GitHubClient, parseRepository } from "./github-client";
import { type MergedAs, readMergedAs } from "./github-merge-method";
import { Files, type Pull, Pulls, WholePull } from "./github-schemas";

const MAX_FILE_PAGES = 3;
const MAX_DIFF_CHARACTERS = 200_000;
const MAX_LIST_PAGES = 50;
/** GitHub asks not to be asked everything at once. */
const AT_ONCE = 3;

export function urlOfPull(client: GitHubClient, repository: string, number: number): string {
  return `${client.webUrl}/${repository}/pull/${number}`;
}

/** Added and removed lines of patches, without context, cut at 200 kB. */
export function changedLines(patches: string[]): string {
  const lines: string[] = [];
  let length = 0;
  for (const patch of patches)
    for (const line of patch.split("\n")) {
      if (!/^[+-]/.test(line)) continue;
      if (length + line.length + 1 > MAX_DIFF_CHARACTERS) return lines.join("\n");
      lines.push(line);
      length += line.length + 1;
    }
  return lines.join("\n");
}

/** Its files, at most 300, and the lines that it changes. */
export async function readFiles(client: GitHubClient, repository: string, number: number) {
  const { owner, repo } = parseRepository(repository);
  const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files";
  const parameters = { owner, repo, pull_number: number };
  const what = `the files of ${repository}#${number}`;
  const files: ObservedPull["files"] = [];
  const patches: string[] = [];
  const pages = client.pages(Files, what, owner, route, parameters, MAX_FILE_PAGES);
  for await (const page of pages)
    for (const { file, patch } of page) {
      files.push(file);
      patches.push(patch);
    }
  return { files, diff: changedLines(patches) };
}

/** A pull request with its files and how it was merged. */
export async function observePull(
  client: GitHubClient,
  repository: string,
  pull: Pull,
): Promise<{ pull: ObservedPull; mergedAs: MergedAs }> {
  const { files, diff } = await readFiles(client, repository, pull.number);
  const mergedAs = await readMergedAs(client, repository, pull);
  return {
    mergedAs,
    pull: {
      repository,
      number: pull.number,
      title: pull.title,
      body: pull.body,
      author: pull.author,
      url: pull.url ?? urlOfPull(client, repository, pull.number),
      branch: pull.branch,
      base: pull.base,
      state: pull.state,
      mergedAt: pull.mergedAt,
      method: mergedAs.method,
      mergeCommit: pull.mergeCommit,
      headCommit: pull.headCommit,
      labels: pull.labels,
      files,
      diff,
      updatedAt: pull.updatedAt,
    },
  };
}

/** The pull request as it is now. Throws SourceError `not-found`. */
export async function readPull(
  client: GitHubClient,
  repository: string,
  number: number,
): Promise<WholePull> {
  const { owner, repo } = parseRepository(repository);
  const route = "GET /repos/{owner}/{repo}/pulls/{pull_number}";
  const what = `pull request ${repository}#${number}`;
  const parameters = { owner, repo, pull_number: number };
  return (await client.read(WholePull, what, owner, route, parameters)).data;
}

/** See CodeSource. */
export async function mergedSince(
  client: GitHubClient,
  { repository, branch, since, limit, known }: Parameters<CodeSource["mergedSince"]>[0],
): Promise<ObservedPull[]> {
  const { owner, repo } = parseRepository(repository);
  const parameters = {
    owner,
    repo,
    state: "closed",
    base: branch,
    sort: "updated",
    direction: "desc",
  };
  const route = "GET /repos/{owner}/{repo}/pulls";
  const what = `the pull requests of ${repository}`;
  // By number: what is updated while we turn pages shows up on two of them.
  const merged = new Map<number, Pull>();
  const pages = client.pages(Pulls, what, owner, route, parameters, MAX_LIST_PAGES);
  for await (const page of pages) {
    const recent = page.filter((pull) => Date.parse(pull.updatedAt) >= since.getTime());
    for (const pull of recent)
      if (pull.mergedAt && pull.base === branch && !known.has(pull.number))
        merged.set(pull.number, pull);
    if (recent.length < page.length || merged.size >= limit) break;
  }
  const newest = [...merged.values()]
    .sort((a, b) => (b.mergedAt ?? "").localeCompare(a.mergedAt ?? ""))
    .slice(0, limit);

  const observed: ObservedPull[] = [];
  for (let at = 0; at < newest.length; at += AT_ONCE) {
    const some = newest.slice(at, at + AT_ONCE);
    const read = await Promise.all(some.map((pull) => observePull(client, repository, pull)));
    observed.push(...read.map(({ pull }) => pull));
  }
  return observed;
}
