import { describe, expect, test } from "vitest";
import { isRevertOf } from "./github-find-revert";
import { mergedAs } from "./github-merge-method";
import { changedLines } from "./github-pulls";
import { revertBody, revertTitle } from "./github-revert";
import type { Commit, Pull } from "./github-schemas";
import { GitHubSettings, graphqlUrlOf, webUrlOf } from "./github-settings";
import { named, revertWarnings } from "./revert-warnings";

const revert: Pull = {
  number: 50,
  nodeId: "PR_50",
  title: 'Revert "Fix it"',
  body: "Reverts acme/shop#42",
  author: "ann",
  url: null,
  state: "open",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
  mergedAt: null,
  mergeCommit: null,
  branch: "revert-42-fix",
  headCommit: "a".repeat(40),
  isFromFork: false,
  base: "main",
  labels: [],
};
const of = { number: 42, title: "Fix it", base: "main" };
const isRevert = (changes: Partial<Pull>) => isRevertOf("acme/shop", of, { ...revert, ...changes });

describe("isRevertOf", () => {
  test("one sign is enough: branch, body or title", () => {
    const none = { branch: "x", body: "", title: "x" };
    expect(isRevert(none)).toBe(false);
    expect(isRevert({ ...none, branch: "revert-42-fix" })).toBe(true);
    expect(isRevert({ ...none, body: "Because.\n\nreverts #42." })).toBe(true);
    expect(isRevert({ ...none, body: "Reverts Acme/Shop#42" })).toBe(true);
    expect(isRevert({ ...none, title: 'Revert "Fix it"' })).toBe(true);
  });

  test("neither another number, repository, base nor the revert of the revert", () => {
    const none = { branch: "x", title: "x" };
    for (const body of ["Reverts #421", "Reverts other/shop#42", "It reverts #42", "See #42"])
      expect(isRevert({ ...none, body }), body).toBe(false);
    expect(isRevert({ base: "release" })).toBe(false);
    expect(isRevert({ number: 42 })).toBe(false);
    const back = { branch: "revert-50-revert-42-fix", body: "Reverts #50" };
    expect(isRevert({ ...back, title: 'Revert "Revert "Fix it""' })).toBe(false);
  });

  test("never a fork's branch, which anybody could name so", () => {
    expect(isRevert({ isFromFork: true })).toBe(false);
  });
});

describe("mergedAs", () => {
  const sha = (name: string) => name.repeat(40).slice(0, 40);
  const commit = (name: string, parents: string[], message: string, at: string): Commit => ({
    sha: sha(name),
    parents: parents.map(sha),
    message,
    authoredAt: at,
    committedAt: at,
  });
  const own = [commit("1", ["0"], "One", "t1"), commit("2", ["1"], "Two", "t2")];
  const base = commit("a", ["9"], "Before", "t0");

  test("a squash has its own time, even with the same message", () => {
    const squash = commit("b", ["a"], "Two", "t9");
    expect(mergedAs(sha("b"), [squash, base], own)).toEqual({ method: "squash", before: sha("a") });
    const only = own.slice(0, 1);
    const single = commit("b", ["a"], "One", "t9");
    expect(mergedAs(sha("b"), [single, base], only).method).toBe("squash");
  });

  test("a rebase ends before its first copy, though commits were left out", () => {
    const log = [commit("c", ["b"], "Two", "t2"), commit("b", ["a"], "One", "t1"), base];
    expect(mergedAs(sha("c"), log, own)).toEqual({ method: "rebase", before: sha("a") });
    const three = [...own, commit("3", ["2"], "Three", "t3")];
    const fewer = [commit("d", ["a"], "Three", "t3"), base];
    expect(mergedAs(sha("d"), fewer, three)).toEqual({ method: "rebase", before: sha("a") });
    const middle = [commit("d", ["b"], "Three", "t3"), commit("b", ["a"], "One", "t1"), base];
    expect(mergedAs(sha("d"), middle, three)).toEqual({ method: "rebase", before: sha("a") });
  });

  test("a merge of the base into the branch is no copy", () => {
    const withMerge = [...own, commit("3", ["2", "9"], "Merge main", "t3")];
    const log = [commit("c", ["b"], "Two", "t2"), commit("b", ["a"], "One", "t1"), base];
    expect(mergedAs(sha("c"), log, withMerge)).toEqual({ method: "rebase", before: sha("a") });
  });

  test("commits pushed by hand are what they are, and unknown ones are unknown", () => {
    expect(mergedAs(sha("2"), own.toReversed(), own)).toEqual({
      method: "rebase",
      before: sha("0"),
    });
    expect(mergedAs(sha("f"), [base], own)).toEqual({ method: null, before: null });
    expect(mergedAs(sha("a"), [base], [])).toEqual({ method: null, before: null });
  });
});

describe("what is written into a revert", () => {
  const request = {
    repository: "acme/shop",
    number: 42,
    seenHead: "a".repeat(40),
    restorationId: "R-12",
    incidentId: "INC-1",
    incidentUrl: "https://console.example/incidents/INC-1",
  };

  test("says why and carries the mark on a line of its own", () => {
    const lines = revertBody(request).split("\n");
    expect(lines[0]).toBe("Reverts acme/shop#42");
    expect(lines.at(-1)).toBe("Known-Good-Restoration: R-12");
    expect(revertBody(request)).toContain(request.incidentUrl);
    expect(revertBody({ ...request, incidentUrl: "javascript:x" })).not.toContain("javascript");
  });

  test("a title fits into GitHub's 256 characters", () => {
    expect(revertTitle("Fix")).toBe('Revert "Fix"');
    expect(revertTitle("x".repeat(300)).length).toBeLessThanOrEqual(256);
  });
});

test("changed lines leave out context and stop at 200 kB", () => {
  expect(changedLines(["@@ -1 +1 @@\n a\n-b\n+c", "", "+d"])).toBe("-b\n+c\n+d");
  const long = changedLines(Array.from({ length: 300 }, () => `+${"x".repeat(999)}`));
  expect(long.length).toBeLessThanOrEqual(200_000);
  expect(long.length).toBeGreaterThan(198_000);
});

test("warnings tell migrations, configuration and dependencies apart", () => {
  const files = (...paths: string[]) =>
    paths.map((path) => ({ path, status: "modified", additions: 1, deletions: 0 }));
  const codes = (...paths: string[]) => revertWarnings(files(...paths)).map(({ code }) => code);
  expect(codes("src/a.ts", "src/configure.ts", "docs/migrating.md")).toEqual([]);
  expect(codes("db/migrate/1_x.rb")).toEqual(["reverts-migration"]);
  expect(codes("deploy/x.sql", "charts/a.yaml")).toEqual([
    "reverts-migration",
    "reverts-configuration",
  ]);
  expect(codes("a/package-lock.json", ".env.production")).toEqual([
    "reverts-configuration",
    "reverts-lockfile",
  ]);
  expect(revertWarnings(files("migrations/1.sql"))[0]?.unsafe).toBe(true);
  expect(named(["a", "b", "c", "d"])).toBe("a, b and 2 more");
  expect([named(["a"]), named(["a", "b"]), named(["a", "b", "c"])]).toEqual([
    "a",
    "a and b",
    "a, b and c",
  ]);
});

describe("GitHubSettings", () => {
  const parse = (settings: Record<string, unknown>) =>
    GitHubSettings.parse({ token: "t", ...settings });

  test.each([
    ["https://api.github.com", "https://github.com", "https://api.github.com/graphql"],
    ["https://git.corp/api/v3/", "https://git.corp", "https://git.corp/api/graphql"],
    ["https://api.acme.ghe.com", "https://acme.ghe.com", "https://api.acme.ghe.com/graphql"],
  ])("knows where pages and GraphQL are for %s", (apiUrl, web, graphql) => {
    expect(webUrlOf(parse({ apiUrl }))).toBe(web);
    expect(graphqlUrlOf(parse({ apiUrl }))).toBe(graphql);
    expect(webUrlOf(parse({ apiUrl, webUrl: "https://pages.corp/" }))).toBe("https://pages.corp");
  });

  test("wants a token or an App, and addresses without secrets in them", () => {
    const isGood = (settings: unknown) => GitHubSettings.safeParse(settings).success;
    expect(isGood({})).toBe(false);
    expect(isGood({ appId: 1 })).toBe(false);
    expect(isGood({ appId: 1, privateKey: "k" })).toBe(true);
    for (const apiUrl of ["ftp://x", "file:///etc/passwd", "javascript:1", "https://u:p@x", "x"])
      expect(isGood({ token: "t", apiUrl }), apiUrl).toBe(false);
  });
});
