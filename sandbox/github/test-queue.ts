import { execFileSync } from "node:child_process";
import { Octokit } from "@octokit/rest";
import { expect } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import type { PullRequest } from "./pull-request.ts";
import { type GithubOptions, type GithubSandbox, startGithub } from "./start-github.ts";

export const here = { owner: "acme", repo: "shop" };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
export const patience = { timeout: 20_000 };
export const FREEZE = "known-good/freeze";
const published = new PublishedDescription();
const started: GithubSandbox[] = [];

export async function stopAll(): Promise<void> {
  for (const github of started.splice(0)) await github.stop();
}

/** A queue whose groups wait for one status, which the tests post by hand. */
export async function start(options: Partial<GithubOptions> = {}): Promise<GithubSandbox> {
  const github = await startGithub({
    tokens: {
      chief: { login: "ada", permissions: "admin" },
      writer: { login: "mira", permissions: "write" },
    },
    protection: { checks: false, contexts: [FREEZE] },
    mergeQueue: { method: "squash" },
    checksMs: 20,
    ...options,
  });
  started.push(github);
  await github.seed({ ...here, files: { "a.txt": "1\n", "b.txt": "1\n" }, history: [] });
  return github;
}

export const client = (github: GithubSandbox, auth: string) =>
  published.watch(new Octokit({ auth, baseUrl: github.apiUrl, log: quiet }));

/** An open pull request that may be merged as far as the freeze goes. */
export async function open(
  github: GithubSandbox,
  branch: string,
  files?: Record<string, string>,
): Promise<PullRequest> {
  const pull = await github.openPullRequest({
    title: `Add ${branch}`,
    author: { login: "mira" },
    branch,
    files: files ?? { [`${branch}.txt`]: "x\n" },
  });
  github.postStatus(pull.headSha, FREEZE, "success");
  return pull;
}

export const idOf = async (github: GithubSandbox, pull_number: number) =>
  (await client(github, "writer").pulls.get({ ...here, pull_number })).data.node_id;

type Entry = {
  position: number;
  state: string;
  jump: boolean;
  solo: boolean;
  estimatedTimeToMerge: number;
  enqueuer: { login: string };
  headCommit: { oid: string } | null;
  baseCommit: { oid: string } | null;
};
const ENTRY = `position state jump solo estimatedTimeToMerge enqueuedAt enqueuer { login }
  headCommit { oid } baseCommit { oid }`;

/** Enqueues by GraphQL with a token, and gives the entry as it is just then. */
export async function enqueue(github: GithubSandbox, auth: string, number: number, jump?: boolean) {
  const answer = await client(github, auth).graphql<{
    enqueuePullRequest: { mergeQueueEntry: Entry };
  }>(
    `mutation($id: ID!, $jump: Boolean) { enqueuePullRequest(input: { pullRequestId: $id, jump: $jump }) {
      mergeQueueEntry { ${ENTRY} } } }`,
    { id: await idOf(github, number), ...(jump === undefined ? {} : { jump }) },
  );
  return answer.enqueuePullRequest.mergeQueueEntry;
}

type PullView = {
  isInMergeQueue: boolean;
  isMergeQueueEnabled: boolean;
  mergeQueueEntry: Entry | null;
  merged: boolean;
  autoMergeRequest: unknown;
};

/** Where a pull request stands with the queue. */
export async function look(github: GithubSandbox, number: number): Promise<PullView> {
  const answer = await client(github, "writer").graphql<{ repository: { pullRequest: PullView } }>(
    `query($owner: String!, $repo: String!, $number: Int!) { repository(owner: $owner, name: $repo) {
      pullRequest(number: $number) { isInMergeQueue isMergeQueueEnabled merged
        autoMergeRequest { enabledAt } mergeQueueEntry { ${ENTRY} } } } }`,
    { ...here, number },
  );
  return answer.repository.pullRequest;
}

/** The head of an entry's group, once it is built. */
export async function groupOf(github: GithubSandbox, number: number): Promise<string> {
  const head = async () => (await look(github, number)).mergeQueueEntry?.headCommit?.oid ?? null;
  await expect.poll(head, patience).not.toBeNull();
  return (await head()) ?? "";
}

/** Waits until a pull request is merged. */
export const merged = (github: GithubSandbox, number: number) =>
  expect.poll(() => github.pullRequest(number)?.merge !== null, patience).toBe(true);

export const git = (github: GithubSandbox, ...args: string[]) =>
  execFileSync("git", ["--git-dir", github.repositoryDir, ...args], { encoding: "utf8" }).trim();
