import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const patience = { timeout: 20_000 };
let github: GithubSandbox;
let octokit: Octokit;
let reader: Octokit;

type Answer = Record<string, Record<string, unknown>>;

beforeAll(async () => {
  github = await startGithub({
    tokens: {
      writer: { login: "mira", permissions: "write" },
      reader: { login: "tom", permissions: "read" },
    },
    protection: { checks: true, reviews: 1 },
    checksMs: 2000,
  });
  await github.seed({
    ...here,
    files: { "README.md": "# Shop\n" },
    history: [
      {
        at: new Date("2026-03-01T09:00:00Z"),
        mergedAt: new Date("2026-03-01T10:00:00Z"),
        title: "Add cart",
        body: "Carts!",
        author: { login: "jonas" },
        labels: ["feature"],
        branch: "cart",
        mergeMethod: "squash",
        files: { "cart.ts": "export {};\n" },
      },
    ],
  });
  const client = (auth: string) => new Octokit({ auth, baseUrl: github.apiUrl });
  octokit = client("writer");
  reader = client("reader");
});

afterAll(() => github.stop());

const open = (branch: string) =>
  github.openPullRequest({
    title: `Add ${branch}`,
    author: { login: "mira" },
    branch,
    files: { [`${branch}.txt`]: "x\n" },
  });

async function idOf(number: number): Promise<string> {
  return (await octokit.pulls.get({ ...here, pull_number: number })).data.node_id;
}

const FIELDS = `number title body url merged mergedAt mergeCommit { oid } headRefName headRefOid
  mergeable mergeStateStatus reviewDecision isDraft state author { __typename login }
  autoMergeRequest { mergeMethod enabledBy { login } }
  statusCheckRollup { state contexts(first: 10) { totalCount nodes { __typename
    ... on CheckRun { name status conclusion isRequired(pullRequestNumber: 1) } } } }
  labels(first: 5) { nodes { name } } files(first: 10) { nodes { path additions changeType } }
  commits(last: 1) { nodes { commit { oid messageHeadline author { user { login } } } } }`;

describe("GraphQL on GitHub's published schema", () => {
  it("answers for a merged pull request, the repository and objects at a commit", async () => {
    const answer = await octokit.graphql<Answer>(
      `query Shop($owner: String!, $repo: String!) { viewer { login }
        repository(owner: $owner, name: $repo) { nameWithOwner
          defaultBranchRef { name target { oid } }
          object(expression: "main:README.md") { ... on Blob { text } }
          pullRequest(number: 1) { ${FIELDS} }
          pullRequests(first: 5, states: MERGED) { totalCount nodes { number } pageInfo { hasNextPage } } } }`,
      here,
    );
    const sha = github.pullRequest(1)?.merge?.sha;
    expect(answer.viewer).toEqual({ login: "mira" });
    expect(answer.repository).toMatchObject({
      defaultBranchRef: { name: "main", target: { oid: sha } },
      object: { text: "# Shop\n" },
      pullRequests: { totalCount: 1, nodes: [{ number: 1 }], pageInfo: { hasNextPage: false } },
      pullRequest: {
        merged: true,
        mergedAt: "2026-03-01T10:00:00Z",
        mergeCommit: { oid: sha },
        state: "MERGED",
        body: "Carts!",
        labels: { nodes: [{ name: "feature" }] },
        files: { nodes: [{ path: "cart.ts", additions: 1, changeType: "ADDED" }] },
        statusCheckRollup: { state: "SUCCESS", contexts: { totalCount: 2 } },
        commits: { nodes: [{ commit: { author: { user: { login: "jonas" } } } }] },
      },
    });
  });

  it("merges by itself once checks and review allow it, and not before", async () => {
    const pull = await open("patient");
    const id = await idOf(pull.number);
    const read = async () =>
      (
        await octokit.graphql<Answer>(
          `query($id: ID!) { node(id: $id) { ... on PullRequest { ${FIELDS} } } }`,
          { id },
        )
      ).node;
    expect(await read()).toMatchObject({
      mergeStateStatus: "BLOCKED",
      reviewDecision: "REVIEW_REQUIRED",
      statusCheckRollup: { state: "PENDING" },
    });
    await expect(octokit.pulls.merge({ ...here, pull_number: pull.number })).rejects.toThrow(
      "approving review",
    );
    await octokit.graphql(
      `mutation($id: ID!, $head: GitObjectID) { enablePullRequestAutoMerge(input: {
        pullRequestId: $id, mergeMethod: SQUASH, expectedHeadOid: $head }) { pullRequest { number } } }`,
      { id, head: pull.headSha },
    );
    await expect
      .poll(async () => (await read())?.statusCheckRollup, patience)
      .toMatchObject({ state: "SUCCESS" });
    expect(await read()).toMatchObject({
      merged: false,
      autoMergeRequest: { mergeMethod: "SQUASH", enabledBy: { login: "mira" } },
    });
    github.approve(pull.number);
    await expect.poll(async () => (await read())?.merged, patience).toBe(true);
    expect(github.pullRequest(pull.number)?.merge).toMatchObject({ method: "squash" });
  });

  it("refuses auto-merge for what is clean, and merges that at once", async () => {
    const pull = await open("ready");
    github.approve(pull.number);
    const id = await idOf(pull.number);
    const input = { id };
    await expect
      .poll(
        async () => (await octokit.pulls.get({ ...here, pull_number: pull.number })).data,
        patience,
      )
      .toMatchObject({ mergeable_state: "clean" });
    await expect(
      octokit.graphql(
        "mutation($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }",
        input,
      ),
    ).rejects.toThrow("clean status");
    const merged = await octokit.graphql<Answer>(
      `mutation($id: ID!) { mergePullRequest(input: { pullRequestId: $id, mergeMethod: REBASE,
        clientMutationId: "c-1" }) { clientMutationId pullRequest { merged } } }`,
      input,
    );
    expect(merged.mergePullRequest).toEqual({
      clientMutationId: "c-1",
      pullRequest: { merged: true },
    });
  });

  it("comments, edits and closes", async () => {
    const pull = await open("doomed");
    const id = await idOf(pull.number);
    const answer = await octokit.graphql<Answer>(
      `mutation($id: ID!) {
        addComment(input: { subjectId: $id, body: "Why?" }) { commentEdge { node { body author { login } } } }
        updatePullRequest(input: { pullRequestId: $id, title: "Renamed", body: "Said" }) { pullRequest { title body } }
        closePullRequest(input: { pullRequestId: $id }) { pullRequest { state closed } } }`,
      { id },
    );
    expect(answer).toMatchObject({
      addComment: { commentEdge: { node: { body: "Why?", author: { login: "mira" } } } },
      updatePullRequest: { pullRequest: { title: "Renamed", body: "Said" } },
      closePullRequest: { pullRequest: { state: "CLOSED", closed: true } },
    });
  });

  it("gives errors in GitHub's shape", async () => {
    const query =
      'query { repository(owner: "acme", name: "shop") { pullRequest(number: 999) { id } } }';
    await expect(octokit.graphql(query)).rejects.toMatchObject({
      data: { repository: { pullRequest: null } },
      errors: [{ type: "NOT_FOUND", path: ["repository", "pullRequest"] }],
    });
    await expect(octokit.graphql("query { nonsense }")).rejects.toThrow("nonsense");
    await expect(octokit.graphql("query {")).rejects.toThrow("Syntax Error");
    await expect(
      octokit.graphql(
        '{ repository(owner: "acme", name: "shop") { pullRequests { totalCount } } }',
      ),
    ).rejects.toThrow("`first` or `last`");
    await expect(octokit.graphql('{ node(id: "PR_nope") { id } }')).rejects.toMatchObject({
      errors: [{ type: "NOT_FOUND" }],
    });
  });

  it("lets readers read and refuses them every write", async () => {
    const id = await idOf(1);
    await reader.graphql("{ viewer { login } }");
    await expect(
      reader.graphql(
        "mutation($id: ID!) { revertPullRequest(input: { pullRequestId: $id }) { clientMutationId } }",
        { id },
      ),
    ).rejects.toMatchObject({
      data: { revertPullRequest: null },
      errors: [{ type: "FORBIDDEN" }],
    });
    const anonymous = await fetch(github.graphqlUrl, { method: "POST", body: "{}" });
    expect(anonymous.status).toBe(401);
  });
});
