import { generateKeyPairSync } from "node:crypto";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const patience = { timeout: 20_000 };
const published = new PublishedDescription();
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
let github: GithubSandbox;
let head: string;

const client = (auth: string) =>
  published.watch(new Octokit({ auth, baseUrl: github.apiUrl, log: quiet }));

beforeAll(async () => {
  github = await startGithub({
    tokens: {
      writer: { login: "mira", permissions: "write" },
      reader: { login: "tom", permissions: "read" },
      poster: { login: "ci", permissions: "write", scopes: "repo:status" },
    },
    app: { id: 77, installationId: 5, privateKey, grants: { statuses: "write" } },
    checksMs: 20,
  });
  await github.seed({ ...here, files: { "README.md": "# Shop\n" }, history: [] });
  const pull = await github.openPullRequest({
    title: "Add cart",
    author: { login: "mira" },
    branch: "cart",
    files: { "cart.ts": "export {};\n" },
  });
  head = pull.headSha;
});

afterAll(() => github.stop());

describe("commit statuses, held against GitHub's published description", () => {
  it("are posted, listed, and the newest of each context counts", async () => {
    const octokit = client("writer");
    const post = (state: "pending" | "failure" | "success", context?: string) =>
      octokit.repos.createCommitStatus({ ...here, sha: head, state, ...(context && { context }) });
    const first = await octokit.repos.createCommitStatus({
      ...here,
      sha: head,
      state: "pending",
      context: "known-good/freeze",
      description: "Frozen until 10:00",
      target_url: "https://known-good.test/incidents/7",
    });
    expect(first.status).toBe(201);
    expect(first.data).toMatchObject({ creator: { login: "mira" }, state: "pending" });
    await post("failure", "Known-Good/Freeze");
    expect((await post("success")).data.context).toBe("default");
    const combined = await octokit.repos.getCombinedStatusForRef({ ...here, ref: "cart" });
    expect(combined.data).toMatchObject({ state: "failure", sha: head, total_count: 2 });
    expect(combined.data.statuses.map(({ context, state }) => [context, state])).toEqual([
      ["default", "success"],
      ["Known-Good/Freeze", "failure"],
    ]);
    await post("success", "known-good/freeze");
    const now = await octokit.repos.getCombinedStatusForRef({ ...here, ref: head });
    expect(now.data).toMatchObject({ state: "success", total_count: 2 });
    const all = await octokit.repos.listCommitStatusesForRef({ ...here, ref: head });
    expect(all.data.map(({ state }) => state)).toEqual([
      "success",
      "success",
      "failure",
      "pending",
    ]);
    const page = await fetch(`${github.url}/acme/shop/commit/${head}`);
    expect(await page.text()).toContain("known-good/freeze");
  });

  it("stand beside check runs in a rollup", async () => {
    github.postStatus(head, "audit", "error", "auditor");
    const ask = () =>
      client("writer").graphql<{ repository: Record<string, Record<string, unknown>> }>(
        `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) {
          pullRequest(number: 1) { mergeStateStatus statusCheckRollup { state
            contexts(first: 10) { checkRunCount statusContextCount nodes { __typename
              ... on StatusContext { context state isRequired(pullRequestNumber: 1) creator { login } }
              ... on CheckRun { name isRequired(pullRequestNumber: 1) } } } } } } }`,
        here,
      );
    // Nobody requires the audit: it makes the pull request unstable, and does not block it.
    await expect
      .poll(async () => (await ask()).repository.pullRequest?.mergeStateStatus, patience)
      .toBe("UNSTABLE");
    const { pullRequest } = (await ask()).repository;
    expect(pullRequest?.statusCheckRollup).toMatchObject({
      state: "FAILURE",
      contexts: {
        checkRunCount: 2,
        nodes: expect.arrayContaining([
          { __typename: "CheckRun", name: "ci / build", isRequired: true },
          {
            __typename: "StatusContext",
            context: "audit",
            state: "ERROR",
            isRequired: false,
            creator: { login: "auditor" },
          },
        ]),
      },
    });
  });

  it("are refused when they are wrong, or their commit is unknown", async () => {
    const post = (more: { sha?: string; description?: string; target_url?: string }) =>
      client("writer").repos.createCommitStatus({ ...here, sha: head, state: "success", ...more });
    await expect(post({ description: "x".repeat(141) })).rejects.toThrow("maximum is 140");
    await expect(post({ target_url: "javascript:alert(1)" })).rejects.toThrow("http(s) scheme");
    await expect(post({ sha: "f".repeat(40) })).rejects.toThrow("No commit found for SHA");
    expect((await post({ description: "x".repeat(140) })).status).toBe(201);
    const headers = { authorization: "Bearer writer" };
    const body = JSON.stringify({ state: "green" });
    const url = `${github.apiUrl}/repos/acme/shop/statuses/${head}`;
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(422);
  });

  it("are posted by whom scopes and permissions allow, and by nobody else", async () => {
    const post = (auth: string) =>
      client(auth).repos.createCommitStatus({ ...here, sha: head, state: "success" });
    expect((await post("poster")).data.creator?.login).toBe("ci");
    expect(
      (await client("poster").repos.listCommitStatusesForRef({ ...here, ref: head })).status,
    ).toBe(200);
    await expect(client("poster").repos.get(here)).rejects.toMatchObject({ status: 404 });
    await expect(
      client("poster").graphql(
        "mutation($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { clientMutationId } }",
        { id: (await client("writer").pulls.get({ ...here, pull_number: 1 })).data.node_id },
      ),
    ).rejects.toThrow("correct permissions");
    await expect(post("reader")).rejects.toMatchObject({ status: 403 });

    const auth = createAppAuth({
      appId: 77,
      privateKey,
      request: new Octokit({ baseUrl: github.apiUrl, log: quiet }).request,
    });
    const { token } = await auth({ type: "installation", installationId: 5 });
    expect((await post(token)).data.creator).toMatchObject({ login: "known-good[bot]" });
    const asApp = client((await auth({ type: "app" })).token);
    const { data } = await asApp.apps.createInstallationAccessToken({
      installation_id: 5,
      permissions: { contents: "write" },
    });
    await expect(post(data.token)).rejects.toMatchObject({
      status: 403,
      response: { data: { message: "Resource not accessible by integration" } },
    });
  });

  it("are lost with the answer when a fault says so, and applied all the same", async () => {
    const before = github.statuses(head).length;
    await github.faults.set({ applyThenFail: 502 });
    const lost = client("writer").repos.createCommitStatus({
      ...here,
      sha: head,
      state: "success",
      context: "late",
    });
    await expect(lost).rejects.toMatchObject({ status: 502 });
    expect(github.statuses(head)).toHaveLength(before + 1);
  });
});
