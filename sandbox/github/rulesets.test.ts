import { generateKeyPairSync } from "node:crypto";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import { type GithubOptions, type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const patience = { timeout: 20_000 };
const published = new PublishedDescription();
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
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
    app: {
      id: 77,
      installationId: 5,
      privateKey,
      grants: { administration: "write", statuses: "write" },
    },
    protection: { checks: false },
    checksMs: 20,
    ...options,
  });
  started.push(github);
  await github.seed({ ...here, files: { "README.md": "# Shop\n" }, history: [] });
  return github;
}

const client = (github: GithubSandbox, auth: string) =>
  published.watch(new Octokit({ auth, baseUrl: github.apiUrl, log: quiet }));

async function installed(github: GithubSandbox): Promise<Octokit> {
  const request = new Octokit({ baseUrl: github.apiUrl, log: quiet }).request;
  const auth = createAppAuth({ appId: 77, privateKey, request });
  return client(github, (await auth({ type: "installation", installationId: 5 })).token);
}

const open = (github: GithubSandbox, branch: string, login = "mira") =>
  github.openPullRequest({
    title: `Add ${branch}`,
    author: { login },
    branch,
    files: { [`${branch}.txt`]: "x\n" },
  });

const freeze = {
  ...here,
  name: "known-good/freeze",
  target: "branch" as const,
  enforcement: "active" as const,
  conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
  rules: [{ type: "update" as const }],
};
const VIOLATION = "Repository rule violations found\n\nCannot update this protected ref.\n\n";

describe("rulesets, held against GitHub's published description", () => {
  it("are made, read, changed and removed by administrators", async () => {
    const github = await start();
    const chief = client(github, "chief");
    const reader = client(github, "reader");
    const bypass = { actor_id: 77, actor_type: "Integration", bypass_mode: "always" } as const;
    const made = await chief.repos.createRepoRuleset({ ...freeze, bypass_actors: [bypass] });
    expect(made.data).toMatchObject({ bypass_actors: [bypass], current_user_can_bypass: "never" });
    const one = { ...here, ruleset_id: made.data.id };
    const list = await reader.repos.getRepoRulesets(here);
    expect(list.data).toMatchObject([{ id: made.data.id, enforcement: "active" }]);
    expect(list.data[0]?.rules).toBeUndefined();
    const seen = (await reader.repos.getRepoRuleset(one)).data;
    expect(seen).toMatchObject({ rules: [{ type: "update" }], name: freeze.name });
    expect(seen.bypass_actors).toBeUndefined();
    const rules = await reader.repos.getBranchRules({ ...here, branch: "main" });
    expect(rules.data).toMatchObject([{ type: "update", ruleset_id: made.data.id }]);
    expect((await reader.repos.getBranchRules({ ...here, branch: "other" })).data).toEqual([]);

    const off = await chief.repos.updateRepoRuleset({ ...one, enforcement: "disabled" });
    expect(off.data).toMatchObject({ enforcement: "disabled", bypass_actors: [bypass] });
    expect((await reader.repos.getBranchRules({ ...here, branch: "main" })).data).toEqual([]);
    expect((await chief.repos.deleteRepoRuleset(one)).status).toBe(204);
    await expect(chief.repos.getRepoRuleset(one)).rejects.toMatchObject({ status: 404 });
  });

  it("are refused to others, and when they say what can't be", async () => {
    const github = await start();
    await expect(client(github, "writer").repos.createRepoRuleset(freeze)).rejects.toMatchObject({
      status: 404,
    });
    const app = await installed(github);
    await app.repos.createRepoRuleset(freeze);
    await expect(app.repos.createRepoRuleset(freeze)).rejects.toThrow("Name must be unique");
    await expect(
      app.repos.createRepoRuleset({
        ...freeze,
        name: "Odd",
        rules: [
          { type: "commit_message_pattern", parameters: { operator: "regex", pattern: "x" } },
        ],
      }),
    ).rejects.toThrow("Invalid rule 'commit_message_pattern'");
    await expect(
      app.repos.createRepoRuleset({
        ...freeze,
        name: "Main",
        conditions: { ref_name: { include: ["main"] } },
      }),
    ).rejects.toThrow("Invalid target patterns: 'main'");
    expect(github.rulesets()).toHaveLength(1);
    const poor = await start({ app: { id: 77, installationId: 5, privateKey } });
    await expect((await installed(poor)).repos.createRepoRuleset(freeze)).rejects.toMatchObject({
      status: 403,
      response: { data: { message: "Resource not accessible by integration" } },
    });
  });

  it("keep everybody from merging and pushing but those on the bypass list", async () => {
    const github = await start();
    const app = await installed(github);
    const bypass = { actor_id: 77, actor_type: "Integration" } as const;
    const { data } = await app.repos.createRepoRuleset({ ...freeze, bypass_actors: [bypass] });
    expect(data.current_user_can_bypass).toBe("always");
    const pull = await open(github, "cart");
    const merge = (octokit: Octokit) => octokit.pulls.merge({ ...here, pull_number: pull.number });
    for (const who of ["writer", "chief"])
      await expect(merge(client(github, who))).rejects.toMatchObject({
        status: 405,
        response: { data: { message: VIOLATION } },
      });
    await expect(github.merge(pull.number, "squash", "acme")).rejects.toThrow("protected ref");
    const view = await client(github, "writer").pulls.get({ ...here, pull_number: pull.number });
    expect(view.data.mergeable_state).toBe("blocked");
    const page = await fetch(`${github.url}/acme/shop/pull/${pull.number}`);
    expect(await page.text()).toContain("Cannot update this protected ref.");
    const push = (octokit: Octokit) =>
      octokit.git.updateRef({ ...here, ref: "heads/main", sha: pull.headSha });
    await expect(push(client(github, "chief"))).rejects.toMatchObject({
      status: 422,
      response: { data: { message: VIOLATION } },
    });
    expect((await merge(app)).data.merged).toBe(true);

    const next = await open(github, "tea");
    await app.repos.updateRepoRuleset({ ...here, ruleset_id: data.id, enforcement: "evaluate" });
    const writer = client(github, "writer");
    expect((await writer.pulls.merge({ ...here, pull_number: next.number })).status).toBe(200);
  });

  it("know roles, teams and people, and who may pass by pull request alone", async () => {
    const github = await start({ teams: [{ slug: "sre", members: ["mira"] }] });
    const octokit = client(github, "writer");
    const chief = client(github, "chief");
    const { data } = await chief.repos.createRepoRuleset(freeze);
    const one = { ...here, ruleset_id: data.id };
    const team = await (async () => {
      const pull = await open(github, "probe", "jonas");
      const asked = await chief.pulls.requestReviewers({
        ...here,
        pull_number: pull.number,
        team_reviewers: ["sre"],
      });
      return asked.data.requested_teams?.[0]?.id ?? 0;
    })();
    const seen = async (actor: object) => {
      await chief.request("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", {
        ...one,
        bypass_actors: [actor as { actor_type: "Team" }],
      });
      return (await octokit.repos.getRepoRuleset(one)).data.current_user_can_bypass;
    };
    expect(await seen({ actor_type: "RepositoryRole", actor_id: 5 })).toBe("never");
    expect(await seen({ actor_type: "RepositoryRole", actor_id: 4 })).toBe("always");
    expect(await seen({ actor_type: "OrganizationAdmin", actor_id: 1 })).toBe("never");
    expect(await seen({ actor_type: "Team", actor_id: team, bypass_mode: "pull_request" })).toBe(
      "pull_requests_only",
    );
    const pull = await open(github, "cart");
    await expect(
      octokit.git.updateRef({ ...here, ref: "heads/main", sha: pull.headSha }),
    ).rejects.toThrow("Cannot update this protected ref.");
    expect((await octokit.pulls.merge({ ...here, pull_number: pull.number })).status).toBe(200);
  });

  it("count a required status from the App that they name, and from nobody else", async () => {
    const github = await start();
    const app = await installed(github);
    await app.repos.createRepoRuleset({
      ...freeze,
      rules: [
        {
          type: "required_status_checks",
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: "known-good/freeze", integration_id: 77 }],
          },
        },
      ],
    });
    const pull = await open(github, "cart");
    const post = (octokit: Octokit, state: "success" | "failure") =>
      octokit.repos.createCommitStatus({
        ...here,
        sha: pull.headSha,
        state,
        context: "known-good/freeze",
      });
    const writer = client(github, "writer");
    const merge = () => writer.pulls.merge({ ...here, pull_number: pull.number });
    await post(writer, "success");
    await expect(merge()).rejects.toThrow("is expected.");
    await post(app, "failure");
    await post(writer, "success");
    await expect(merge()).rejects.toThrow("is failing.");
    await post(app, "success");
    await post(writer, "failure");
    expect((await merge()).data.merged).toBe(true);
  });

  it("ask for checks, reviews and methods, and let what waited go when they change", async () => {
    const github = await start();
    const chief = client(github, "chief");
    const { data } = await chief.repos.createRepoRuleset({
      ...freeze,
      name: "Main",
      rules: [
        {
          type: "required_status_checks",
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: "known-good/freeze" }],
          },
        },
        {
          type: "pull_request",
          parameters: {
            allowed_merge_methods: ["squash"],
            dismiss_stale_reviews_on_push: false,
            require_code_owner_review: false,
            require_last_push_approval: false,
            required_approving_review_count: 1,
            required_review_thread_resolution: false,
          },
        },
        { type: "required_linear_history" },
      ],
    });
    const pull = await open(github, "cart");
    const octokit = client(github, "writer");
    const merge = (merge_method: "merge" | "squash") =>
      octokit.pulls.merge({ ...here, pull_number: pull.number, merge_method });
    await expect(merge("merge")).rejects.toThrow("Merge commits are not allowed");
    await expect(merge("squash")).rejects.toThrow("At least 1 approving review is required");
    github.approve(pull.number);
    await expect(merge("squash")).rejects.toThrow(
      'Required status check "known-good/freeze" is expected.',
    );
    const { node_id: id } = (await octokit.pulls.get({ ...here, pull_number: pull.number })).data;
    await octokit.graphql(
      `mutation($id: ID!) { enablePullRequestAutoMerge(input: {
        pullRequestId: $id, mergeMethod: SQUASH }) { clientMutationId } }`,
      { id },
    );
    await chief.repos.updateRepoRuleset({ ...here, ruleset_id: data.id, enforcement: "disabled" });
    await expect
      .poll(() => github.pullRequest(pull.number)?.merge?.method, patience)
      .toBe("squash");
  });
});
