import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { askReviewers } from "./github-ask-reviewers";
import { readBranchRules, readRuleset } from "./github-branch-rules";
import { createGitHubClient } from "./github-client";
import { createPostBudget, postStatuses } from "./github-post-statuses";
import { releaseByRuleset } from "./github-ruleset-hold";
import { GitHubSettings } from "./github-settings";

const Examples = z.object({
  components: z.object({ examples: z.record(z.string(), z.object({ value: z.unknown() })) }),
});
const entry = createRequire(import.meta.url).resolve("@octokit/openapi");
const file = join(dirname(entry), "generated", "api.github.com.json");
const { examples } = Examples.parse(JSON.parse(readFileSync(file, "utf8"))).components;

/** What is answered, by method and path; JSON. */
let answers: Record<string, unknown> = {};
const asked: string[] = [];
let server: Server;
let apiUrl: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const key = `${request.method} ${(request.url ?? "").replace(/^\/api(\/v3)?|\?.*$/g, "")}`;
    asked.push(key);
    const body = answers[key];
    const status = body === undefined ? 404 : 200;
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(body ?? { message: "Not Found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const example = (name: string) => examples[name]?.value;
const client = () => {
  const context = { name: "code", now: () => new Date(), log: { warn: () => undefined } };
  return createGitHubClient(GitHubSettings.parse({ apiUrl, token: "t" }), context);
};
const REPOSITORY = "o/r";

describe("GitHub's documented answers", () => {
  test("about a branch and its rules are read, those that don't concern merging passed over", async () => {
    answers = {
      "GET /repos/o/r/branches/main": example("branch-get"),
      "GET /repos/o/r/rules/branches/main": example("repository-rule-items"),
    };
    const nothing = { contexts: [], locks: [], queues: [], reviews: 0, methods: null };
    expect(await readBranchRules(client(), REPOSITORY, "main")).toMatchObject(nothing);
    // A server that knows no rulesets.
    answers = { "GET /repos/o/r/branches/main": example("branch-with-protection") };
    expect(await readBranchRules(client(), REPOSITORY, "main")).toMatchObject({ locks: [] });
  });

  test("about protection as it is told since checks may belong to an App, and before", async () => {
    const rule = (type: string, parameters: unknown) => ({ type, ruleset_id: 3, parameters });
    const checks = [
      { context: "a", app_id: 15368 },
      { context: "b", app_id: -1 },
    ];
    const required_status_checks = {
      enforcement_level: "non_admins",
      contexts: ["a", "b", "c"],
      checks,
    };
    answers = {
      "GET /repos/o/r/branches/main": { protection: { enabled: true, required_status_checks } },
      "GET /repos/o/r/rules/branches/main": [
        rule("update", { update_allows_fetch_and_merge: false }),
        rule("merge_queue", {}),
        rule("required_linear_history", undefined),
        rule("required_status_checks", {
          required_status_checks: [{ context: "d", integration_id: 7 }],
          strict_required_status_checks_policy: true,
        }),
        rule("pull_request", {
          required_approving_review_count: 2,
          require_code_owner_review: true,
          allowed_merge_methods: ["merge", "squash"],
        }),
      ],
    };
    expect(await readBranchRules(client(), REPOSITORY, "main")).toEqual({
      contexts: [
        { name: "a", appId: 15368 },
        { name: "b", appId: null },
        { name: "c", appId: null },
        { name: "d", appId: 7 },
      ],
      isStrict: true,
      locks: [3],
      queues: [3],
      reviews: 2,
      codeOwners: true,
      methods: ["squash"],
    });
  });

  test("about a ruleset are read; one whose mark is missing is put back to what was kept", async () => {
    answers = { "GET /repos/o/r/rulesets/42": example("repository-ruleset") };
    expect(await readRuleset(client(), REPOSITORY, 42)).toMatchObject({
      name: "super cool ruleset",
      enforcement: "active",
      mayBypass: null,
      include: ["refs/heads/main", "refs/heads/master"],
      ruleTypes: ["commit_author_email_pattern"],
      url: "https://github.com/monalisa/my-repo/rules/42",
    });
    answers["PUT /repos/o/r/rulesets/42"] = example("repository-ruleset");
    const way = { client: client(), name: "super cool ruleset", appId: null };
    const hold = { repository: REPOSITORY, branch: "main", freezes: [], allowedPulls: [] };
    const was = { by: "ruleset", ruleset: 42, enforcement: "evaluate" } as const;
    const released = await releaseByRuleset(way, { ...hold, allowedCommits: [] }, was);
    expect(released).toMatchObject({
      outcome: "released",
      sentence: "The ruleset “super cool ruleset” is set to evaluate again.",
    });
    // Never held by us, and nothing kept: left alone.
    answers["GET /repos/o/r/rulesets"] = example("repository-ruleset-items");
    asked.length = 0;
    await releaseByRuleset(way, { ...hold, allowedCommits: [] }, null);
    expect(asked.filter((key) => !key.startsWith("GET"))).toEqual([]);
    // Deleted meanwhile.
    answers = {};
    const gone = await releaseByRuleset(way, { ...hold, allowedCommits: [] }, was);
    expect(gone).toMatchObject({ outcome: "released", sentence: "Its ruleset is gone." });
  });

  test("to a status are understood", async () => {
    const sha = "6dcb09b5b57875f334f61aebed695e2e4193db5e";
    answers = { [`POST /repos/o/r/statuses/${sha}`]: example("status") };
    const of = client();
    const head = { number: 1, title: "", author: null, url: "", sha, status: null };
    const wanted = { state: "failure", description: "Frozen" } as const;
    const where = { repository: REPOSITORY, context: "c", url: null };
    const statuses = [{ head: { ...head, isOnItsWay: false }, wanted }];
    expect(await postStatuses(of, createPostBudget(of.now), where, statuses)).toBe(1);
  });

  test("to a request for a review are understood", async () => {
    const original = example("pull-request");
    answers = {
      "GET /repos/o/r/pulls/7": original,
      "GET /repos/o/r/pulls/7/reviews": example("pull-request-review-items"),
      "GET /repos/o/r/pulls/9/files": example("diff-entry-items"),
      "POST /repos/o/r/pulls/9/requested_reviewers": example("pull-request-review-request"),
      "GET /repos/o/r/commits/main": example("commit"),
      "POST /graphql": {
        data: {
          repository: {
            autoMergeAllowed: true,
            mergeCommitAllowed: true,
            squashMergeAllowed: true,
            rebaseMergeAllowed: true,
            pullRequest: {
              id: "PR_9",
              number: 9,
              state: "OPEN",
              isDraft: false,
              createdAt: "2026-01-02T03:04:05Z",
              headRefOid: "6dcb09b5b57875f334f61aebed695e2e4193db5e",
              baseRefName: "main",
              mergeable: "MERGEABLE",
              mergeStateStatus: "BLOCKED",
              reviewDecision: "REVIEW_REQUIRED",
              isMergeQueueEnabled: false,
              viewerCanUpdateBranch: false,
              author: { login: "known-good" },
              mergeQueueEntry: null,
              autoMergeRequest: null,
              labels: { nodes: [] },
              reviewRequests: { nodes: [] },
              commits: { nodes: [] },
            },
          },
        },
      },
    };
    const request = { repository: REPOSITORY, number: 9, reverts: 7 };
    expect(await askReviewers(client(), request)).toEqual({
      outcome: "done",
      sentence: "Asked for a review: octocat.",
    });
  });
});
