import { execFileSync } from "node:child_process";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import type { SeededPull } from "./seed-repository.ts";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const day = 86_400_000;
const begin = Date.UTC(2026, 2, 1, 9);
const published = new PublishedDescription();
let github: GithubSandbox;
let octokit: Octokit;
let pulls: SeededPull[];
let open: number;

beforeAll(async () => {
  github = await startGithub({
    tokens: { writer: { login: "mira", permissions: "write" } },
    checksMs: 200,
  });
  const methods = ["merge", "squash", "rebase"] as const;
  pulls = await github.seed({
    ...here,
    description: "A small shop",
    files: { "README.md": "# Shop\n", "src/cart.ts": "export const tax = 19;\n" },
    history: Array.from({ length: 12 }, (_, index) => ({
      at: new Date(begin + index * day),
      mergedAt: new Date(begin + index * day + 3_600_000),
      title: `Change ${index + 1}`,
      body: `Because of ticket ${index + 1}.`,
      author: { login: "jonas", name: "Jonas" },
      labels: index % 2 ? ["feature", "checkout"] : [],
      branch: `change-${index + 1}`,
      mergeMethod: methods[index % 3] ?? "merge",
      files: { [`src/feature-${index + 1}.ts`]: `export const n = ${index + 1};\n` },
    })),
  });
  const pull = await github.openPullRequest({
    title: "Charge less tax",
    body: "See the law.",
    author: { login: "mira" },
    branch: "less-tax",
    files: { "src/cart.ts": "export const tax = 7;\n", "docs/tax notes.md": "Seven.\n" },
  });
  open = pull.number;
  octokit = published.watch(new Octokit({ auth: "writer", baseUrl: github.apiUrl }));
});

afterAll(() => github.stop());

const git = (...args: string[]) =>
  execFileSync("git", ["--git-dir", github.repositoryDir, ...args], { encoding: "utf8" }).trim();

describe("GitHub's REST interface, held against its published description", () => {
  it("describes the site, the limits and the caller", async () => {
    await octokit.request("GET /");
    await octokit.meta.get();
    expect((await octokit.rateLimit.get()).data.rate.limit).toBe(5000);
    expect((await octokit.users.getAuthenticated()).data.login).toBe("mira");
    const { data } = await octokit.users.listEmailsForAuthenticatedUser();
    expect(data).toMatchObject([{ primary: true, verified: true }]);
  });

  it("shows the repository, branches and refs", async () => {
    const { data } = await octokit.repos.get(here);
    expect(data).toMatchObject({ full_name: "acme/shop", default_branch: "main" });
    expect(data.permissions?.push).toBe(true);
    const branch = await octokit.repos.getBranch({ ...here, branch: "main" });
    expect(branch.data.commit.sha).toBe(git("rev-parse", "main"));
    const ref = await octokit.git.getRef({ ...here, ref: "heads/main" });
    expect(ref.data.object.sha).toBe(branch.data.commit.sha);
    await expect(octokit.git.getRef({ ...here, ref: "heads/none" })).rejects.toThrow("Not Found");
  });

  it("shows trees, of a folder or of all below, and blobs byte for byte", async () => {
    const tree_sha = git("rev-parse", "main");
    const { data } = await octokit.git.getTree({ ...here, tree_sha });
    expect(data.tree.map(({ path, type }) => [path, type])).toEqual([
      ["README.md", "blob"],
      ["src", "tree"],
    ]);
    expect(data).toMatchObject({ truncated: false, sha: git("rev-parse", "main^{tree}") });
    const folder = data.tree[1]?.sha ?? "";
    const below = await octokit.git.getTree({ ...here, tree_sha: folder });
    expect(below.data.tree.length).toBe(13);
    const all = await octokit.git.getTree({ ...here, tree_sha: "main", recursive: "1" });
    expect(all.data.tree.map(({ path }) => path)).toContain("src/feature-7.ts");
    expect(all.data.tree.map(({ path }) => path)).toContain("src");
    const file_sha = git("rev-parse", "main:src/cart.ts");
    const blob = await octokit.git.getBlob({ ...here, file_sha });
    const text = Buffer.from(blob.data.content, "base64").toString();
    expect(text).toBe("export const tax = 19;\n");
    expect(blob.data).toMatchObject({ size: text.length, encoding: "base64" });
    const none = "f".repeat(40);
    await expect(octokit.git.getTree({ ...here, tree_sha: none })).rejects.toThrow("Not Found");
    await expect(octokit.git.getBlob({ ...here, file_sha: none })).rejects.toThrow("Not Found");
    await expect(octokit.git.getBlob({ ...here, file_sha: "main" })).rejects.toThrow("exactly 40");
  });

  it("pages through pull requests with links, newest first", async () => {
    const first = await octokit.pulls.list({ ...here, state: "closed", per_page: 5 });
    expect(first.headers.link).toMatch(/page=2>; rel="next".*page=3>; rel="last"/);
    expect(first.data.map(({ number }) => number)).toEqual([12, 11, 10, 9, 8]);
    const all = await octokit.paginate(octokit.pulls.list, {
      ...here,
      state: "all",
      sort: "updated",
      direction: "desc",
      per_page: 4,
    });
    expect(all.map(({ number }) => number)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    const headed = await octokit.pulls.list({ ...here, head: "acme:less-tax" });
    expect(headed.data.map(({ number }) => number)).toEqual([open]);
    await expect(
      octokit.request("GET /repos/{owner}/{repo}/pulls", { ...here, state: "all", page: 99 }),
    ).resolves.toMatchObject({ data: [] });
  });

  it("shows merged and open pull requests with their files and commits", async () => {
    const merged = await octokit.pulls.get({ ...here, pull_number: 2 });
    expect(merged.data).toMatchObject({
      merged: true,
      merged_at: "2026-03-02T10:00:00Z",
      merge_commit_sha: pulls[1]?.mergeSha,
      changed_files: 1,
    });
    const files = await octokit.pulls.listFiles({ ...here, pull_number: open, per_page: 1 });
    expect(files.headers.link).toContain('rel="next"');
    const cart = await octokit.pulls.listFiles({
      ...here,
      pull_number: open,
      page: 2,
      per_page: 1,
    });
    expect(cart.data[0]).toMatchObject({
      filename: "src/cart.ts",
      status: "modified",
      patch: "@@ -1 +1 @@\n-export const tax = 19;\n+export const tax = 7;",
    });
    const commits = await octokit.pulls.listCommits({ ...here, pull_number: open });
    expect(commits.data.map(({ sha }) => sha)).toEqual([git("rev-parse", "less-tax")]);
    const diff = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}", {
      ...here,
      ref: "less-tax",
    });
    expect(diff.data.stats).toEqual({ additions: 2, deletions: 1, total: 3 });
    await expect(octokit.pulls.get({ ...here, pull_number: 999 })).rejects.toThrow("Not Found");
  });

  it("edits, comments and lists reviews", async () => {
    const renamed = await octokit.pulls.update({ ...here, pull_number: open, title: "Less tax" });
    expect(renamed.data.title).toBe("Less tax");
    const issue = { ...here, issue_number: open };
    await octokit.issues.createComment({ ...issue, body: "Restored <by> incident 7" });
    const comments = await octokit.issues.listComments(issue);
    expect(comments.data.map(({ body }) => body)).toEqual(["Restored <by> incident 7"]);
    github.approve(open);
    const reviews = await octokit.pulls.listReviews({ ...here, pull_number: open });
    expect(reviews.data).toMatchObject([{ state: "APPROVED", user: { login: "reviewer" } }]);
    expect((await octokit.issues.get(issue)).data.comments).toBe(1);
    await expect(octokit.issues.createComment({ ...issue, body: " " })).rejects.toMatchObject({
      status: 422,
      response: { data: { errors: [{ resource: "IssueComment", field: "body" }] } },
    });
  });

  it("compares commits as git does", async () => {
    const [base, head] = [pulls[3]?.mergeSha ?? "", pulls[8]?.mergeSha ?? ""];
    const { data } = await octokit.repos.compareCommitsWithBasehead({
      ...here,
      basehead: `${base}...${head}`,
    });
    const expected = git("rev-list", "--reverse", "--topo-order", `${base}..${head}`).split("\n");
    expect(data).toMatchObject({ status: "ahead", ahead_by: expected.length, behind_by: 0 });
    expect(data.commits.map(({ sha }) => sha).sort()).toEqual([...expected].sort());
    expect(data.files?.map(({ filename }) => filename).sort()).toEqual(
      [5, 6, 7, 8, 9].map((number) => `src/feature-${number}.ts`),
    );
    const compare = async (basehead: string) =>
      (await octokit.repos.compareCommitsWithBasehead({ ...here, basehead })).data.status;
    expect(await compare(`${head}...${base}`)).toBe("behind");
    expect(await compare("main...main")).toBe("identical");
    expect(await compare(`change-x...main`).catch((error) => error.status)).toBe(404);
  });

  it("lists commits by path, time and page, and finds their pull requests", async () => {
    const list = await octokit.repos.listCommits({ ...here, path: "src/feature-5.ts" });
    expect(list.data.map(({ sha }) => sha)).toEqual(
      git("log", "--format=%H", "main", "--", "src/feature-5.ts").split("\n"),
    );
    const since = new Date(begin + 10 * day).toISOString();
    const late = await octokit.repos.listCommits({ ...here, since, per_page: 1 });
    expect(late.headers.link).toContain('rel="last"');
    for (const pull of [pulls[0], pulls[1], pulls[2]]) {
      const found = await octokit.repos.listPullRequestsAssociatedWithCommit({
        ...here,
        commit_sha: pull?.mergeSha ?? "",
      });
      expect(found.data.map(({ number }) => number)).toEqual([pull?.number]);
    }
    await expect(octokit.repos.getCommit({ ...here, ref: "f".repeat(40) })).rejects.toMatchObject({
      status: 422,
    });
  });

  it("reads files and folders at a commit", async () => {
    const ref = pulls[0]?.mergeSha ?? "";
    const { data } = await octokit.repos.getContent({ ...here, path: "src/cart.ts", ref });
    if (Array.isArray(data) || data.type !== "file") throw new Error("src/cart.ts is a file");
    expect(Buffer.from(data.content, "base64").toString()).toBe("export const tax = 19;\n");
    const folder = await octokit.repos.getContent({ ...here, path: "src", ref });
    expect(folder.data).toMatchObject([{ name: "cart.ts" }, { name: "feature-1.ts" }]);
    await expect(octokit.repos.getContent({ ...here, path: "src/no.ts" })).rejects.toThrow();
    expect(await github.commitTree(ref, "src/cart.ts")).toBe("export const tax = 19;\n");
    expect(await github.commitTree(ref, "src/feature-2.ts")).toBeNull();
  });

  it("runs checks from queued to success", async () => {
    const checks = async () =>
      (await octokit.checks.listForRef({ ...here, ref: "less-tax" })).data.check_runs;
    await expect
      .poll(async () => (await checks()).map(({ conclusion }) => conclusion), { timeout: 20_000 })
      .toEqual(["success", "success"]);
    expect((await checks()).map(({ name }) => name)).toEqual(["ci / build", "ci / test"]);
    const status = await octokit.repos.getCombinedStatusForRef({ ...here, ref: "main" });
    expect(status.data.total_count).toBe(0);
  });

  it("tells how long the checks of past merges took", async () => {
    const slow = await startGithub({
      tokens: { writer: { login: "mira", permissions: "write" } },
      checksMs: 20_000,
    });
    const [pull] = await slow.seed({
      ...here,
      files: { "README.md": "# Shop\n" },
      history: [
        {
          at: new Date(begin),
          mergedAt: new Date(begin + day),
          title: "Slow",
          author: { login: "jonas" },
          branch: "slow",
          mergeMethod: "squash",
          files: { "slow.txt": "x\n" },
        },
      ],
    });
    const { data } = await published
      .watch(new Octokit({ auth: "writer", baseUrl: slow.apiUrl }))
      .checks.listForRef({ ...here, ref: pull?.mergeSha ?? "" });
    await slow.stop();
    const took = data.check_runs.map(
      ({ started_at, completed_at }) =>
        Date.parse(completed_at ?? "") - Date.parse(started_at ?? ""),
    );
    expect(took).toEqual([12_000, 20_000]);
  });

  it("searches pull requests by state, head and words of the body", async () => {
    const search = async (q: string) =>
      (await octokit.search.issuesAndPullRequests({ q })).data.items.map(({ number }) => number);
    expect(await search('repo:acme/shop is:pr is:merged in:body "ticket 12"')).toEqual([12]);
    expect(await search("repo:acme/shop is:pr is:open head:less-tax")).toEqual([open]);
    expect(await search("repo:acme/shop is:pr label:feature merged:<2026-03-05")).toEqual([4, 2]);
    expect(await search("repo:else/where is:pr")).toEqual([]);
  });

  it("was judged on every operation above, and the judge can say no", () => {
    expect(published.judged.size).toBeGreaterThan(28);
    const route = "/repos/{owner}/{repo}/pulls/{pull_number}";
    expect(() => published.answer("GET", route, 200, { number: 1 })).toThrow("not as GitHub");
    expect(() => published.request("GET", route, { owner: "a", repo: "b" })).toThrow("lacks");
    expect(() => published.answer("GET", route, 404, { message: 3 })).toThrow("not as GitHub");
  });
});
