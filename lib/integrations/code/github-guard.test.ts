import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { median } from "./github-check-times";
import { ownersOf, parseOwners } from "./github-code-owners";
import { clockOf, frozenSentence, releasedStatuses, wantedStatuses } from "./github-freeze-words";
import { chooseMerge, chooseMethod, type MergeFacts } from "./github-merge-choice";
import type { OpenHead, PostedStatus } from "./github-open-pulls";
import { readWebhook } from "./github-webhook";

const NOW = new Date("2026-11-28T14:00:00Z");

describe("CODEOWNERS", () => {
  const owners = (text: string, ...paths: string[]) => ownersOf(parseOwners(text), paths);

  test.each([
    ["*.js @js", "a/b.js", true],
    ["*.js @js", "a/b.jsx", false],
    ["/build/logs/ @l", "build/logs/today/x.log", true],
    ["/build/logs/ @l", "a/build/logs/x.log", false],
    ["docs/* @d", "docs/start.md", true],
    ["docs/* @d", "docs/build/start.md", false],
    ["docs/* @d", "a/docs/start.md", false],
    ["apps/ @a", "x/apps/y/z", true],
    ["apps/ @a", "apps", false],
    ["/docs/ @d", "docs/a/b", true],
    ["**/logs @l", "a/b/logs/x", true],
    ["**/logs @l", "logs/x", true],
    ["/apps/**/test @t", "apps/a/b/test/c", true],
    ["/apps/** @t", "apps/a/b", true],
    ["a.b @x", "aXb", false],
    ["!a @x", "a", false],
    ["[ab] @x", "a", false],
  ])("%s on %s: %s", (line, path, isOwned) => {
    expect(owners(line, path).length > 0).toBe(isOwned);
  });

  test("the last rule that matches counts, also when it names nobody", () => {
    const text = "* @a @org/team\r\n# @c\n/docs/ @d # @e\n/docs/free/\nmail.md a@b.example\n";
    expect(owners(text, "x")).toEqual(["@a", "@org/team"]);
    expect(owners(text, "docs/x", "x")).toEqual(["@d", "@a", "@org/team"]);
    expect(owners(text, "docs/free/x")).toEqual([]);
    expect(owners(text, "mail.md")).toEqual([]);
  });
});

const head = (number: number, status: PostedStatus = null, isOnItsWay = false): OpenHead => ({
  number,
  title: `Pull ${number}`,
  author: "ann",
  url: "https://github.example/a/b/pull/1",
  sha: String(number).repeat(40).slice(0, 40),
  status,
  isOnItsWay,
});
const freeze = { id: "F-1", reason: "r", until: new Date("2026-11-28T15:00:00Z"), url: "" };
const hold = {
  repository: "a/b",
  branch: "main",
  freezes: [freeze],
  allowedPulls: [3],
  allowedCommits: [],
};

describe("what heads are told", () => {
  test("what is let through first, what would merge by itself next", () => {
    const pulls = [head(1), head(2, null, true), head(3)];
    const told = wantedStatuses(hold, { pulls, queued: [], isCut: false }, NOW);
    expect(told.map(({ head: { number }, wanted: { state } }) => [number, state])).toEqual([
      [3, "success"],
      [2, "failure"],
      [1, "failure"],
    ]);
  });

  test("a merge group that is let through waits for what is frozen in front of it", () => {
    const pulls = [1, 2, 3].map((number) => head(number));
    const states = (...order: number[]) => {
      const queued = order.map((number) => ({ ...head(number), sha: "f".repeat(39) + number }));
      const told = wantedStatuses(hold, { pulls, queued, isCut: false }, NOW);
      const groups = told.filter((one) => one.head.sha.startsWith("fff"));
      return Object.fromEntries(groups.map((one) => [one.head.number, one.wanted.state]));
    };
    expect(states(1, 3)).toEqual({ 1: "failure", 3: "pending" });
    expect(states(3, 1)).toEqual({ 1: "failure", 3: "success" });
  });

  test("after it only what is ours is turned green, and what is missing only where it is required", () => {
    const ours = { state: "FAILURE", description: "Frozen until 15:00 UTC by F-1: r", by: "x" };
    const theirs = { state: "FAILURE", description: "Tests failed", by: "x" };
    const good = { state: "SUCCESS", description: "Not frozen", by: "x" };
    const pulls = [head(1, ours), head(2, theirs), head(3, good), head(4)];
    const told = (isRequired: boolean) =>
      releasedStatuses({ pulls, queued: [], isCut: false }, isRequired).map(
        ({ head: { number } }) => number,
      );
    expect(told(false)).toEqual([1]);
    expect(told(true)).toEqual([1, 2, 4]);
  });

  test("the clock has a day when it isn't today's", () => {
    expect(clockOf(freeze.until, NOW)).toBe("15:00 UTC");
    expect(clockOf(new Date("2026-11-30T15:00:00Z"), NOW)).toBe("30 Nov 15:00 UTC");
    expect(frozenSentence([freeze], NOW)).toBe("Frozen until 15:00 UTC by F-1: r");
  });
});

const check = (name: string, state: "good" | "bad" | "running") => ({
  name,
  isOver: state !== "running",
  isBad: state === "bad",
  url: null,
  startedAt: "2026-11-28T13:50:00.000Z",
  endedAt: null,
});
const facts = (
  pull: Partial<MergeFacts["pull"]>,
  rest: Partial<Omit<MergeFacts, "pull">> = {},
): MergeFacts => ({
  repository: "a/b",
  wish: null,
  heads: null,
  pull: {
    number: 9,
    state: "OPEN",
    isDraft: false,
    createdAt: "2026-11-28T13:50:00.000Z",
    headRefOid: "a".repeat(40),
    baseRefName: "main",
    viewerCanUpdateBranch: false,
    mergeable: "MERGEABLE",
    mergeStateStatus: "CLEAN",
    reviewDecision: null,
    isMergeQueueEnabled: false,
    timelineItems: [],
    mergeQueueEntry: null,
    autoMergeRequest: null,
    isAutoMergeAllowed: true,
    methods: ["squash"],
    commits: { state: "SUCCESS", checks: [check("ci", "good")] },
    ...pull,
  },
  policy: "auto",
  method: "squash",
  required: ["ci"],
  lock: "none",
  mayPassQueue: false,
  usuallyChecked: true,
  now: NOW,
  ...rest,
});
const act = (...given: Parameters<typeof facts>) => chooseMerge(facts(...given)).act;
const checked = (state: "good" | "bad" | "running") => ({
  commits: { state: "PENDING", checks: [check("ci", state)] },
});

describe("how a revert gets merged", () => {
  test("ready is merged, blocked is left to auto-merge, unknown is looked at again", () => {
    expect(act({})).toBe("merge");
    expect(act({ mergeStateStatus: "BLOCKED" })).toBe("auto-merge");
    expect(act({ mergeStateStatus: "BEHIND" })).toBe("auto-merge");
    expect(act({ mergeStateStatus: "UNKNOWN" })).toBe("nothing");
    expect(act({ mergeStateStatus: "BLOCKED" }, { lock: "closed" })).toBe("auto-merge");
  });

  test("checks that nobody requires are waited for; a failed one is somebody's decision", () => {
    const unstable = { mergeStateStatus: "UNSTABLE" };
    expect(act({ ...unstable, ...checked("running") })).toBe("nothing");
    expect(act({ ...unstable, ...checked("bad") })).toBe("refuse");
    expect(act({ ...unstable, ...checked("bad") }, { policy: "now" })).toBe("merge");
  });

  test("what looks ready before any check began is only early", () => {
    const young = { commits: null, createdAt: "2026-11-28T13:59:50.000Z" };
    expect(act(young)).toBe("nothing");
    expect(act(young, { usuallyChecked: false })).toBe("merge");
    expect(act({ commits: null })).toBe("merge");
    expect(act({ ...young, isMergeQueueEnabled: true })).toBe("nothing");
  });

  test("a lock that lets us pass is passed once everything else is there, and not before", () => {
    const locked = { mergeStateStatus: "BLOCKED" };
    const passable = { lock: "passable" } as const;
    expect(act(locked, passable)).toBe("merge");
    expect(act({ ...locked, ...checked("running") }, passable)).toBe("nothing");
    expect(act({ ...locked, ...checked("bad") }, passable)).toBe("nothing");
    expect(act({ ...locked, reviewDecision: "REVIEW_REQUIRED" }, passable)).toBe("nothing");
    expect(act(locked, { ...passable, required: ["ci", "other"] })).toBe("nothing");
  });

  test("a queue is joined when ready, and passed only where policy and rights let us", () => {
    const queue = { isMergeQueueEnabled: true };
    const entry = { position: 3, jump: false, state: "QUEUED" };
    expect(act(queue)).toBe("enqueue");
    expect(act({ ...queue, mergeStateStatus: "BLOCKED" })).toBe("nothing");
    expect(act({ ...queue, mergeQueueEntry: entry })).toBe("nothing");
    const now = { policy: "now", mayPassQueue: true } as const;
    expect(act(queue, now)).toBe("merge");
    expect(act({ ...queue, mergeQueueEntry: entry }, now)).toBe("dequeue");
    expect(act({ ...queue, mergeQueueEntry: { ...entry, state: "LOCKED" } }, now)).toBe("nothing");
    expect(act(queue, { policy: "now" })).toBe("enqueue");
  });

  test("people are asked where only they can go on", () => {
    for (const pull of [
      { state: "CLOSED" as const },
      { isDraft: true },
      { mergeable: "CONFLICTING" },
      { mergeStateStatus: "DIRTY" },
    ]) {
      const choice = chooseMerge(facts(pull));
      if (choice.act !== "refuse") throw new Error(choice.act);
      expect(choice.who).not.toBeNull();
      expect(choice.commands.length).toBeGreaterThan(0);
    }
    expect(chooseMerge(facts({}, { method: null }))).toMatchObject({
      act: "refuse",
      who: "an administrator of a/b",
    });
    expect(act({}, { policy: "by-hand" })).toBe("nothing");
  });

  test("a merge commit is not taken back by a squash while there is another way", () => {
    expect(chooseMethod("merge", ["squash", "rebase"])).toBe("rebase");
    expect(chooseMethod("merge", ["squash"])).toBe("squash");
    expect(chooseMethod("squash", ["merge", "squash"])).toBe("squash");
    expect(chooseMethod("rebase", ["merge", "squash"])).toBe("squash");
    expect(chooseMethod(null, [])).toBeNull();
  });
});

test("the median is the middle", () => {
  expect([median([]), median([3]), median([9, 1, 5]), median([1, 3])]).toEqual([null, 3, 5, 2]);
});

test("a merge group asks for a look at its repository", async () => {
  const group = { head_sha: "a".repeat(40), base_ref: "refs/heads/main" };
  const repository = { full_name: "a/b" };
  const body = JSON.stringify({ action: "checks_requested", merge_group: group, repository });
  const signature = createHmac("sha256", "right").update(body).digest("hex");
  const headers = new Headers({
    "x-github-event": "merge_group",
    "x-github-delivery": "1",
    "x-hub-signature-256": `sha256=${signature}`,
  });
  expect(await readWebhook("right", headers, body)).toMatchObject({
    about: "push",
    repository: "a/b",
  });
});
