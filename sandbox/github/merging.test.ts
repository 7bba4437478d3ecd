import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { MergeMethod, PullRequest } from "./pull-request.ts";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const day = 86_400_000;
const begin = Date.UTC(2026, 2, 1, 9);
const lines = (from: number) =>
  Array.from({ length: 9 }, (_, at) => `line ${from + at}\n`).join("");
let github: GithubSandbox;
let octokit: Octokit;

type Reverted = {
  revertPullRequest: {
    pullRequest: { number: number };
    revertPullRequest: { number: number; title: string; body: string; headRefName: string };
  } | null;
};

const past = (number: number, mergeMethod: MergeMethod, files: Record<string, string | null>) => ({
  at: new Date(begin + number * day),
  mergedAt: new Date(begin + number * day + 3_600_000),
  title: `Change ${number}`,
  author: { login: "jonas", name: "Jonas" },
  branch: `change-${number}`,
  mergeMethod,
  files,
});

beforeAll(async () => {
  github = await startGithub({
    tokens: { writer: { login: "mira", permissions: "write" } },
    protection: { checks: false },
    checksMs: 50,
  });
  await github.seed({
    ...here,
    files: { "a.txt": lines(1), "b.txt": lines(1), "old.txt": "old\n" },
    history: [
      past(1, "merge", { "m.txt": "merged\n", "old.txt": null }),
      past(2, "squash", { "s.txt": "squashed\n" }),
      {
        ...past(3, "rebase", {}),
        commits: [
          { message: "First step", files: { "r.txt": "one\n" } },
          { message: "Second step", files: { "r.txt": "one\ntwo\n", "r2.txt": "x\n" } },
        ],
      },
      past(4, "squash", { "a.txt": lines(1).replace("line 5", "line five") }),
      past(5, "squash", { "a.txt": lines(1).replace("line 5", "line FIVE") }),
      // Opened before 5 was merged: its branch starts at 4.
      { ...past(6, "merge", { "late.txt": "late\n" }), at: new Date(begin + 4.5 * day) },
    ],
  });
  octokit = new Octokit({
    auth: "writer",
    baseUrl: github.apiUrl,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
});

afterAll(() => github.stop());

const git = (...args: string[]) =>
  execFileSync("git", ["--git-dir", github.repositoryDir, ...args], {
    encoding: "utf8",
    stdio: "pipe",
  }).trim();

async function revert(number: number): Promise<Reverted["revertPullRequest"]> {
  const { data } = await octokit.pulls.get({ ...here, pull_number: number });
  const answer = await octokit.graphql<Reverted>(
    `mutation Undo($id: ID!) { revertPullRequest(input: { pullRequestId: $id }) {
       pullRequest { number } revertPullRequest { number title body headRefName } } }`,
    { id: data.node_id },
  );
  return answer.revertPullRequest;
}

const branchOff = (title: string, files: Record<string, string | null>): Promise<PullRequest> =>
  github.openPullRequest({
    title,
    author: { login: "mira" },
    branch: title.toLowerCase().replaceAll(" ", "-"),
    files,
  });

describe("history imported from a seed", () => {
  it("is sound, back-dated and shaped by each merge method", () => {
    expect(git("fsck", "--strict", "--no-dangling")).toBe("");
    const { mergeSha, headSha } = {
      mergeSha: github.pullRequest(1)?.merge?.sha ?? "",
      headSha: github.pullRequest(1)?.headSha ?? "",
    };
    expect(git("log", "-1", "--format=%P", mergeSha).split(" ")[1]).toBe(headSha);
    expect(git("log", "-1", "--format=%s|%cn|%cI|%aI", mergeSha)).toBe(
      "Merge pull request #1 from acme/change-1|GitHub|2026-03-02T10:00:00+00:00|2026-03-02T10:00:00+00:00",
    );
    const squash = github.pullRequest(2)?.merge?.sha ?? "";
    expect(git("log", "-1", "--format=%s|%an|%P", squash)).toBe(`Change 2 (#2)|Jonas|${mergeSha}`);
    const rebased = github.pullRequest(3)?.merge;
    expect(git("log", "--format=%s", `${rebased?.onto}..${rebased?.sha}`)).toBe(
      "Second step\nFirst step",
    );
    expect(git("show", `${mergeSha}^:old.txt`)).toBe("old");
    expect(() => git("cat-file", "-e", `${mergeSha}:old.txt`)).toThrow();
  });

  it("starts branches where the default branch was when they were opened", async () => {
    const late = github.pullRequest(6);
    expect(late?.mergeBase).toBe(github.pullRequest(4)?.merge?.sha);
    expect(git("show", "main:late.txt")).toBe("late");
    expect(git("show", "main:a.txt")).toContain("line FIVE");
    const fifth = github.pullRequest(5)?.merge?.sha ?? "";
    expect(await github.isAncestor(fifth, "main")).toBe(true);
    expect(await github.isAncestor("main", fifth)).toBe(false);
    expect(await github.head()).toBe(git("rev-parse", "main"));
  });

  it("takes less than four seconds for 120 pull requests", async () => {
    const other = await startGithub({ tokens: {} });
    const started = performance.now();
    const pulls = await other.seed({
      ...here,
      files: { "README.md": "# Shop\n" },
      history: Array.from({ length: 120 }, (_, at) => past(at, "merge", { [`${at}.txt`]: "x\n" })),
    });
    expect(pulls).toHaveLength(120);
    expect(performance.now() - started).toBeLessThan(4000);
    await other.stop();
  });
});

describe("without git", () => {
  it("says what is missing and what to do", () => {
    const module = new URL("./git-repository.ts", import.meta.url).href;
    const script = `const { GitRepository } = await import(${JSON.stringify(module)});
      await GitRepository.create(${JSON.stringify(join(tmpdir(), "no-git", "shop.git"))}, "main").catch((e) => console.log(e.message));`;
    const args = ["--input-type=module", "--eval", script];
    const env = { ...process.env, PATH: "" };
    const said = execFileSync(process.execPath, args, { encoding: "utf8", stdio: "pipe", env });
    expect(said).toContain("Install git and start again.");
  });
});

describe("merging", () => {
  it.each(["merge", "squash", "rebase"] as const)(
    "by %s moves the branch for real",
    async (way) => {
      const before = git("rev-parse", "main");
      const pull = await branchOff(`Add ${way}`, { [`${way}.txt`]: `${way}\n` });
      const aside = await branchOff(`Aside ${way}`, { [`aside-${way}.txt`]: "aside\n" });
      await github.merge(aside.number, "squash");
      const onto = git("rev-parse", "main");
      expect(onto).not.toBe(before);
      const { data } = await octokit.pulls.merge({
        ...here,
        pull_number: pull.number,
        merge_method: way,
        sha: pull.headSha,
      });
      expect(git("rev-parse", "main")).toBe(data.sha);
      expect(git("rev-parse", "main^1")).toBe(onto);
      expect(git("log", "-1", "--format=%P").split(" ")).toHaveLength(way === "merge" ? 2 : 1);
      expect(git("show", `main:${way}.txt`)).toBe(way);
      expect(git("show", `main:aside-${way}.txt`)).toBe("aside");
      expect(git("rev-parse", `refs/pull/${pull.number}/head`)).toBe(pull.headSha);
    },
  );

  it("refuses conflicts, moved heads and what is merged already", async () => {
    const first = await branchOff("Edit b once", { "b.txt": lines(1).replace("line 5", "V") });
    const second = await branchOff("Edit b twice", { "b.txt": lines(1).replace("line 5", "5!") });
    await github.merge(first.number);
    const merge = (pull_number: number, sha?: string) =>
      octokit.pulls.merge({ ...here, pull_number, ...(sha ? { sha } : {}) });
    await expect(merge(second.number)).rejects.toMatchObject({ status: 405 });
    await expect(merge(second.number, "0".repeat(40))).rejects.toMatchObject({ status: 409 });
    await expect(merge(first.number)).rejects.toMatchObject({ status: 405 });
    const { data } = await octokit.pulls.get({ ...here, pull_number: second.number });
    expect(data).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
  });
});

describe("reverting", () => {
  it("undoes a merge commit against its first parent", async () => {
    const answer = await revert(1);
    expect(answer?.revertPullRequest).toMatchObject({
      title: 'Revert "Change 1"',
      body: "Reverts acme/shop#1",
      headRefName: "revert-1-change-1",
    });
    const merge = github.pullRequest(1)?.merge?.sha ?? "";
    expect(git("log", "-1", "--format=%B", "revert-1-change-1")).toContain(
      `This reverts commit ${merge}, reversing\nchanges made to ${git("rev-parse", `${merge}^1`)}.`,
    );
    expect(git("diff", "--name-status", "main", "revert-1-change-1")).toBe("D\tm.txt\nA\told.txt");
  });

  it("undoes a squash, and both commits of a rebase, as git itself would", async () => {
    await revert(2);
    expect(git("diff", "--name-status", "main", "revert-2-change-2")).toBe("D\ts.txt");
    await revert(3);
    expect(git("log", "--format=%s", "main..revert-3-change-3")).toBe(
      'Revert "First step"\nRevert "Second step"',
    );
    expect(git("diff", "--name-status", "main", "revert-3-change-3")).toBe("D\tr.txt\nD\tr2.txt");
    expect(git("rev-parse", "revert-3-change-3^^")).toBe(git("rev-parse", "main"));
  });

  it("opens a second one when asked twice, and none for what cannot be undone", async () => {
    const twice = await revert(2);
    expect(twice?.revertPullRequest.headRefName).toBe("revert-2-change-2-1");
    const count = (await octokit.pulls.list({ ...here, state: "all", per_page: 100 })).data.length;
    await expect(revert(4)).rejects.toMatchObject({
      data: { revertPullRequest: null },
      errors: [{ type: "UNPROCESSABLE", path: ["revertPullRequest"] }],
    });
    const open = await branchOff("Still open", { "open.txt": "x\n" });
    await expect(revert(open.number)).rejects.toThrow("it is not merged");
    const after = (await octokit.pulls.list({ ...here, state: "all", per_page: 100 })).data.length;
    expect(after).toBe(count + 1);
    expect(git("branch", "--list", "revert-4-*")).toBe("");
  });

  it("can be merged, which takes the change out again, and then nothing is left to revert", async () => {
    const answer = await revert(5);
    const merged = await github.merge(answer?.revertPullRequest.number ?? 0, "squash");
    expect(git("show", "main:a.txt")).toContain("line five");
    expect(await github.commitTree(merged.merge?.sha ?? "", "a.txt")).toContain("line five");
    await expect(revert(5)).rejects.toThrow("nothing of it is left");
  });
});
