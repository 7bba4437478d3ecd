import * as z from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { parseAnswer } from "./github-errors";
import { urlOfPull } from "./github-pulls";
import { Sha, Text, WebUrl } from "./github-schemas";

const HEAD = `oid status { context(name: $context) { state description creator { login } } }`;
const QUERY = `query($owner: String!, $repo: String!, $branch: String!, $context: String!, $after: String, $isFirst: Boolean!) {
  repository(owner: $owner, name: $repo) {
    pullRequests(states: OPEN, baseRefName: $branch, first: 100, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title url author { login } autoMergeRequest { enabledAt }
        commits(last: 1) { nodes { commit { ${HEAD} } } }
      }
    }
    mergeQueue(branch: $branch) @include(if: $isFirst) {
      entries(first: 100) { nodes { position pullRequest { number } headCommit { ${HEAD} } } }
    }
  }
}`;

/** What the newest status of the context says of a commit, and who said so. */
const Status = z
  .object({
    context: z
      .object({
        state: z.string(),
        description: Text.nullish(),
        creator: z.object({ login: Text }).nullish(),
      })
      .nullish(),
  })
  .nullish()
  .transform((status) => {
    const posted = status?.context;
    if (!posted) return null;
    const { state, description, creator } = posted;
    return { state, description: description ?? "", by: creator?.login ?? null };
  });
export type PostedStatus = z.output<typeof Status>;

const Commit = z.object({ oid: Sha, status: Status });
const OpenPull = z.object({
  number: z.number().int().positive(),
  title: Text,
  url: WebUrl,
  author: z.object({ login: Text }).nullish(),
  autoMergeRequest: z.unknown(),
  commits: z.object({ nodes: z.array(z.object({ commit: Commit }).nullable()).nullable() }),
});
const Entry = z.object({
  position: z.number().int(),
  pullRequest: z.object({ number: z.number().int().positive() }).nullish(),
  headCommit: Commit.nullish(),
});
const Answer = z
  .object({
    repository: z
      .object({
        pullRequests: z.object({
          pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
          nodes: z.array(OpenPull.nullable()).nullable(),
        }),
        mergeQueue: z
          .object({ entries: z.object({ nodes: z.array(Entry.nullable()).nullable() }).nullish() })
          .nullish(),
      })
      .nullish(),
  })
  .nullish();

/** An open pull request's head, or the commit that the merge queue made of it, in the order of both. */
export type OpenHead = {
  number: number;
  title: string;
  author: string | null;
  url: string;
  sha: string;
  status: PostedStatus;
  /** Would be merged by GitHub itself as soon as nothing stands in its way. */
  isOnItsWay: boolean;
};

export type OpenHeads = {
  pulls: OpenHead[];
  /** Those that are being checked on a commit of their own, the front first. */
  queued: OpenHead[];
  /** There are more open pull requests than were read. */
  isCut: boolean;
};

const MAX_PAGES = 10;

/**
 * Heads of the open pull requests into a branch, newest first and at most 1,000, and of its merge
 * groups, each with the newest status of `context`: one request for every hundred.
 */
export async function readOpenHeads(
  client: GitHubClient,
  repository: string,
  branch: string,
  context: string,
): Promise<OpenHeads> {
  const { owner, repo } = parseRepository(repository);
  const what = `the open pull requests of ${repository}`;
  const pulls = new Map<number, OpenHead>();
  const queued: OpenHead[] = [];
  let after: string | null = null;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const variables = { owner, repo, branch, context, after, isFirst: page === 1 };
    const answer = await client.graphql(what, owner, QUERY, variables, { mutation: false });
    const found = parseAnswer(Answer, answer.data, what)?.repository;
    if (!found) {
      const said = answer.errors.map(({ message }) => message).join(" ");
      throw new SourceError(
        answer.errors.every(({ type }) => type === "NOT_FOUND") ? "not-found" : "failed",
        `GitHub did not tell ${what}. It says: “${said.slice(0, 300)}”`,
      );
    }
    for (const pull of found.pullRequests.nodes ?? []) {
      const commit = pull?.commits.nodes?.at(-1)?.commit;
      if (!pull || !commit) continue;
      pulls.set(pull.number, {
        number: pull.number,
        title: pull.title,
        author: pull.author?.login ?? null,
        url: pull.url ?? urlOfPull(client, repository, pull.number),
        sha: commit.oid,
        status: commit.status,
        isOnItsWay: Boolean(pull.autoMergeRequest),
      });
    }
    const entries = (found.mergeQueue?.entries?.nodes ?? []).filter((entry) => entry !== null);
    for (const entry of entries.sort((a, b) => a.position - b.position))
      if (entry.headCommit && entry.pullRequest)
        queued.push({
          number: entry.pullRequest.number,
          title: "",
          author: null,
          url: urlOfPull(client, repository, entry.pullRequest.number),
          sha: entry.headCommit.oid,
          status: entry.headCommit.status,
          isOnItsWay: true,
        });
    const { hasNextPage, endCursor } = found.pullRequests.pageInfo;
    if (!hasNextPage || !endCursor) return { pulls: [...pulls.values()], queued, isCut: false };
    after = endCursor;
  }
  return { pulls: [...pulls.values()], queued, isCut: true };
}
