import { Octokit } from "@octokit/rest";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import { type GithubOptions, type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const main = { ...here, branch: "main" };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const patience = { timeout: 20_000 };
const published = new PublishedDescription();
const started: GithubSandbox[] = [];

afterEach(async () => {
  for (const github of started.splice(0)) await github.stop();
});

async function start(options: Partial<GithubOptions> = {}): Promise<GithubSandbox> {
  const github = await startGithub({
    tokens: {
      chief: { login: "ada", permissions: "admin" },
      writer: { login: "mira", permissions: "write" },
      reader: { login: "tom", permissions: "read" },
    },
    checksMs: 20,
    ...options,
  });
  started.push(github);
  await github.seed({ ...here, files: { "README.md": "# Shop\n" }, history: [] });
  return github;
}

const client = (github: GithubSandbox, auth: string) =>
  published.watch(new Octokit({ auth, baseUrl: github.apiUrl, log: quiet }));

const open = (github: GithubSandbox, branch: string) =>
  github.openPullRequest({
    title: `Add ${branch}`,
    author: { login: "mira" },
    branch,
    files: { [`${branch}.txt`]: "x\n" },
  });

const stateOf = async (github: GithubSandbox, pull_number: number) =>
  (await client(github, "writer").pulls.get({ ...here, pull_number })).data.mergeable_state;

describe("the protection of a branch", () => {
  it("is told in full to administrators, and in short to everybody", async () => {
    const github = await start({
      protection: { contexts: ["known-good/freeze"], reviews: 2, codeOwners: true },
    });
    const contexts = ["ci / build", "ci / test", "known-good/freeze"];
    const branch = await client(github, "reader").repos.getBranch(main);
    expect(branch.data).toMatchObject({
      protected: true,
      protection: {
        enabled: true,
        required_status_checks: { contexts, enforcement_level: "non_admins" },
      },
    });
    const list = await client(github, "reader").repos.listBranches({ ...here, protected: true });
    expect(list.data.map(({ name }) => name)).toEqual(["main"]);
    const chief = client(github, "chief");
    expect((await chief.repos.getBranchProtection(main)).data).toMatchObject({
      required_status_checks: { contexts },
      required_pull_request_reviews: {
        required_approving_review_count: 2,
        require_code_owner_reviews: true,
      },
      enforce_admins: { enabled: false },
    });
    expect((await chief.repos.getStatusChecksProtection(main)).data.contexts).toEqual(contexts);
    expect((await chief.repos.get(here)).data.permissions?.admin).toBe(true);
    for (const who of ["writer", "reader"])
      await expect(client(github, who).repos.getBranchProtection(main)).rejects.toMatchObject({
        status: 404,
      });
    github.setProtection({ checks: false, contexts: [], reviews: 0, codeOwners: false });
    await expect(chief.repos.getBranchProtection(main)).rejects.toThrow("Branch not protected");
    const free = await client(github, "reader").repos.getBranch(main);
    expect(free.data).toMatchObject({ protected: false, protection: { enabled: false } });
    await expect(
      client(github, "writer").repos.getBranch({ ...here, branch: "none" }),
    ).rejects.toThrow("Branch not found");
  });

  it("blocks a merge while a required context is missing, pending or failing", async () => {
    const github = await start({ protection: { contexts: ["known-good/freeze"] } });
    const pull = await open(github, "cart");
    const merge = () => client(github, "writer").pulls.merge({ ...here, pull_number: pull.number });
    await expect
      .poll(() => merge().catch((error: Error) => error.message), patience)
      .toContain('Required status check "known-good/freeze" is expected.');
    expect(await stateOf(github, pull.number)).toBe("blocked");
    for (const [state, word] of [
      ["pending", "pending"],
      ["failure", "failing"],
      ["error", "failing"],
    ] as const) {
      github.postStatus(pull.headSha, "known-good/freeze", state);
      await expect(merge()).rejects.toMatchObject({
        status: 405,
        message: expect.stringContaining(`Required status check "known-good/freeze" is ${word}.`),
      });
    }
    github.setProtection({ contexts: ["known-good/freeze", "audit"] });
    await expect(merge()).rejects.toThrow(
      "2 of 4 required status checks have not succeeded: 1 failing and 1 expected.",
    );
    github.setProtection({ contexts: ["known-good/freeze"] });
    const { data } = await client(github, "writer").pulls.get({
      ...here,
      pull_number: pull.number,
    });
    await expect(
      client(github, "writer").graphql(
        "mutation($id: ID!) { mergePullRequest(input: { pullRequestId: $id }) { clientMutationId } }",
        { id: data.node_id },
      ),
    ).rejects.toMatchObject({
      errors: [{ type: "UNPROCESSABLE", message: expect.stringContaining("known-good/freeze") }],
    });
    github.postStatus(pull.headSha, "known-good/freeze", "success");
    expect(await stateOf(github, pull.number)).toBe("clean");
    expect((await merge()).data.merged).toBe(true);
  });

  it("lets administrators pass, unless it holds for them, too", async () => {
    const github = await start({ protection: { contexts: ["never"], admins: true } });
    const pull = await open(github, "cart");
    const merge = () => client(github, "chief").pulls.merge({ ...here, pull_number: pull.number });
    await expect(merge()).rejects.toMatchObject({ status: 405 });
    github.setProtection({ admins: false });
    expect((await merge()).data.merged).toBe(true);
  });

  it("allows the methods that the settings allow, and says which", async () => {
    const github = await start({ merging: { merge: false, rebase: false, autoMerge: false } });
    const octokit = client(github, "writer");
    expect((await octokit.repos.get(here)).data).toMatchObject({
      allow_merge_commit: false,
      allow_squash_merge: true,
      allow_rebase_merge: false,
      allow_auto_merge: false,
    });
    const pull = await open(github, "cart");
    const merge = (merge_method: "merge" | "squash" | "rebase") =>
      octokit.pulls.merge({ ...here, pull_number: pull.number, merge_method });
    await expect(merge("merge")).rejects.toThrow("Merge commits are not allowed");
    await expect(merge("rebase")).rejects.toThrow("Rebase merges are not allowed");
    const { node_id: id } = (await octokit.pulls.get({ ...here, pull_number: pull.number })).data;
    const enable = (mergeMethod: string) =>
      octokit.graphql(
        `mutation($id: ID!, $mergeMethod: PullRequestMergeMethod) { enablePullRequestAutoMerge(
          input: { pullRequestId: $id, mergeMethod: $mergeMethod }) { clientMutationId } }`,
        { id, mergeMethod },
      );
    await expect(enable("SQUASH")).rejects.toThrow("Auto merge is not allowed for this repository");
    github.setMerging({ autoMerge: true });
    await expect(enable("MERGE")).rejects.toThrow("Merge commits are not allowed");
    await expect.poll(() => stateOf(github, pull.number), patience).toBe("clean");
    await expect(enable("SQUASH")).rejects.toThrow("Pull request is in clean status");
    github.setProtection({ contexts: ["known-good/freeze"] });
    await enable("SQUASH");
    expect(github.pullRequest(pull.number)?.autoMerge?.by.login).toBe("mira");
    github.postStatus(pull.headSha, "known-good/freeze", "success");
    await expect
      .poll(() => github.pullRequest(pull.number)?.merge?.method, patience)
      .toBe("squash");
  });
});
