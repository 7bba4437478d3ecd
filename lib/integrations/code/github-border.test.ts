import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CodeSource } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { github } from "./github";

/** What the server answers to everything: a status, a content type, a body. */
type Junk = { status: number; type: string; body: string; link: boolean };

let server: Server;
let apiUrl: string;
let junk: (method: string, url: string) => Junk;
const posts: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method = "", url = "" } = request;
    let sent = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      sent += chunk;
    });
    request.on("end", () => {
      // Questions by GraphQL are posted as well.
      if (method !== "GET" && !sent.includes('"query":"query')) posts.push(url);
      const { status, type, body, link } = junk(method, url);
      const isFirst = !/[?&]page=([2-9]|\d\d)/.test(url);
      const headers = link && isFirst ? { link: '<x>; rel="next"' } : {};
      response.writeHead(status, { "content-type": type, ...headers }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function connect(by: "status" | "ruleset" = "status"): CodeSource {
  const context = { name: "code", now: () => new Date(), log: { warn: () => undefined } };
  const settings = { apiUrl, token: "t", timeoutSeconds: 5, freeze: { by } };
  return github.connect(github.settings.parse(settings), context);
}

const SHA = "0123456789abcdef0123456789abcdef01234567";
const press = {
  repository: "a/b",
  number: 1,
  seenHead: SHA,
  restorationId: "R-1",
  incidentId: "INC-1",
  incidentUrl: "https://console.example/",
};
const issue = { repository: "a/b", mark: "Known-Good-Follow-Up: FOL-1", since: new Date(0) };
const everything = { repository: "a/b", branch: "main", since: new Date(0), limit: 5 };
const hold = {
  repository: "a/b",
  branch: "main",
  freezes: [{ id: "F-1", reason: "r", until: new Date(0), url: "https://console.example/" }],
  allowedPulls: [],
  allowedCommits: [],
  was: null,
};
const step = { repository: "a/b", number: 1, reverts: 2 };
const verbs: Record<string, (source: CodeSource) => Promise<unknown> | undefined> = {
  check: (source) => source.check(),
  mergedSince: (source) => source.mergedSince({ ...everything, known: new Set() }),
  pull: (source) => source.pull("a/b", 1),
  compare: (source) => source.compare("a/b", SHA, "main"),
  resolveCommit: (source) => source.resolveCommit("a/b", "main"),
  previewRevert: (source) => source.previewRevert("a/b", 1),
  revert: (source) => source.revert(press),
  findRevert: (source) => source.findRevert("a/b", 1, "R-1"),
  revertProgress: (source) => source.revertProgress("a/b", 1),
  openIssue: (source) => source.openIssue({ ...issue, title: "T", body: "B" }),
  findIssue: (source) => source.findIssue(issue),
  readIssue: (source) => source.readIssue("a/b", 1),
  holdMerges: (source) => source.guard?.holdMerges(hold),
  releaseMerges: (source) => source.guard?.releaseMerges({ ...hold, freezes: [] }),
  readMergeHold: (source) => source.guard?.readMergeHold(hold),
  holdByRuleset: () => connect("ruleset").guard?.holdMerges(hold),
  releaseRuleset: () => connect("ruleset").guard?.releaseMerges({ ...hold, freezes: [] }),
  revertPath: (source) => source.guard?.revertPath({ ...everything, number: 1 }),
  label: (source) => source.guard?.advanceRevert({ ...step, step: "label" }),
  reviewers: (source) => source.guard?.advanceRevert({ ...step, step: "reviewers" }),
  merge: (source) => source.guard?.advanceRevert({ ...step, step: "merge" }),
};

/** Whose lost answers may hide an act, and how many requests that write they may send at most. */
const WRITES: Record<string, number> = {
  revert: 1,
  openIssue: 1,
  holdMerges: 2,
  releaseMerges: 2,
  holdByRuleset: 2,
  releaseRuleset: 1,
  label: 1,
  // The second one asks for less, after a certain refusal.
  reviewers: 2,
  merge: 2,
};

const time = "2026-01-02T03:04:05Z";
const pull = {
  number: 1,
  node_id: "PR_1",
  title: "T",
  body: "Reverts a/b#2",
  user: { login: "ann" },
  html_url: "https://github.example/a/b/pull/1",
  state: "closed",
  created_at: time,
  updated_at: time,
  merged_at: time,
  merge_commit_sha: SHA,
  head: { ref: "work", sha: SHA, repo: { full_name: "a/b" } },
  base: { ref: "main", repo: { full_name: "a/b" } },
  labels: [{ name: "l" }],
  changed_files: 1,
  permissions: { push: true },
  full_name: "a/b",
};
const commit = {
  sha: SHA,
  parents: [{ sha: SHA }],
  commit: { message: "m", author: { date: time }, committer: { date: time } },
};
const settings = {
  autoMergeAllowed: true,
  mergeCommitAllowed: true,
  squashMergeAllowed: true,
  rebaseMergeAllowed: true,
};
const pageInfo = { hasNextPage: false, endCursor: null };
const open = {
  id: "PR_1",
  number: 1,
  title: "T",
  url: "https://github.example/a/b/pull/1",
  state: "OPEN",
  isDraft: false,
  createdAt: time,
  headRefOid: SHA,
  baseRefName: "main",
  mergeable: "MERGEABLE",
  mergeStateStatus: "CLEAN",
  isMergeQueueEnabled: false,
  commits: { nodes: [{ commit: { oid: SHA } }] },
};
const shapes: unknown[] = [
  pull,
  [pull],
  commit,
  [commit],
  { status: "ahead", total_commits: 1, commits: [commit], files: [{ filename: "f" }] },
  [{ filename: "f", status: "added", additions: 1, deletions: 0, patch: "+x" }],
  { data: { repository: { pullRequest: { number: 1, state: "OPEN", commits: { nodes: [] } } } } },
  {
    data: {
      repository: { ...settings, pullRequest: open, pullRequests: { pageInfo, nodes: [open] } },
    },
  },
  [
    { type: "update", ruleset_id: 1 },
    { type: "pull_request", parameters: {} },
  ],
  [{ id: 1, name: "Known Good freeze of main", source_type: "Repository" }],
  { id: 1, name: "x", enforcement: "active", rules: [{ type: "update" }], conditions: {} },
  { name: "main", protection: { required_status_checks: { contexts: ["known-good/freeze"] } } },
  { data: { mergePullRequest: { clientMutationId: null } } },
  { data: { revertPullRequest: { revertPullRequest: { number: 2, url: "javascript:1" } } } },
  { errors: [{ message: "no" }] },
];

/** The value with one part, somewhere inside, replaced. */
function broken(value: unknown, path: number[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return by;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    name === key ? broken(inner, rest, by) : inner,
  ]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const json = fc.oneof(
  fc.json(),
  fc
    .tuple(
      fc.constantFrom(...shapes),
      fc.array(fc.nat(20), { maxLength: 4 }),
      fc.oneof(fc.jsonValue(), fc.constantFrom(null, "javascript:alert(1)", 1e300, [], {}, "\0")),
    )
    .map(([shape, path, by]) => JSON.stringify(broken(shape, path, by))),
);
const answer: fc.Arbitrary<Junk> = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 201, 203, 206, 400, 404, 409, 422, 500, 502, 504),
  type: fc.constantFrom(
    "application/json",
    "text/html; charset=utf-8",
    "application/octet-stream",
    "garbage",
  ),
  body: fc.oneof({ weight: 4, arbitrary: json }, fc.string()),
  link: fc.boolean(),
});

/** Links that anything in `value` would offer to click. */
function urlsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "url" && typeof inner === "string" ? [inner] : urlsIn(inner),
  );
}

describe("whatever GitHub answers", () => {
  test.each(Object.keys(verbs))("%s ends in a value or a SourceError", async (name) => {
    const verb = verbs[name];
    if (!verb) throw new Error(name);
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 6 }), async (answers) => {
        let turn = 0;
        junk = () => answers[turn++ % answers.length] as Junk;
        posts.length = 0;
        try {
          for (const url of urlsIn(await verb(connect()))) expect(url).toMatch(/^https?:\/\//);
        } catch (error) {
          if (!(error instanceof SourceError)) throw error;
          expect(error.sentence).not.toBe("");
          if (!WRITES[name]) expect(error.mayHaveActed).toBe(false);
        }
        expect(posts.length).toBeLessThanOrEqual(WRITES[name] ?? 0);
      }),
      { numRuns: 150 },
    );
  });

  test("an answer to the mutation that can't be read leaves it unknown", async () => {
    const open = { ...pull, user: null, body: null };
    await fc.assert(
      fc.asyncProperty(answer, async (last) => {
        posts.length = 0;
        junk = (method, url) => {
          if (method === "POST") return last;
          const isList = /\/(pulls|commits|files)\?/.test(url) && !url.includes("/commits/");
          const body = url.includes("/pulls?")
            ? []
            : url.includes("/commits?")
              ? [commit]
              : isList
                ? []
                : open;
          return { status: 200, type: "application/json", body: JSON.stringify(body), link: false };
        };
        const outcome = await connect()
          .revert(press)
          .catch((error: unknown) => error);
        expect(posts).toEqual(["/api/graphql"]);
        if (outcome instanceof SourceError) {
          const isRefusal = [400, 404, 422].includes(last.status);
          expect(outcome.mayHaveActed).toBe(!isRefusal);
        } else
          expect(outcome).toMatchObject({ outcome: expect.stringMatching(/accepted|by-hand/) });
      }),
      { numRuns: 60 },
    );
  });
});
