import { afterEach, describe, expect, it, vi } from "vitest";
import type { GroupEvent, QueueEvent } from "./merge-queue.ts";
import type { GithubOptions } from "./start-github.ts";
import {
  client,
  enqueue,
  FREEZE,
  git,
  groupOf,
  here,
  look,
  merged,
  open,
  patience,
  start,
  stopAll,
} from "./test-queue.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

afterEach(stopAll);

describe("the merge queue", () => {
  it("is off unless told, and then refuses to be entered", async () => {
    const github = await start({ mergeQueue: undefined } as Partial<GithubOptions>);
    const pull = await open(github, "cart");
    expect(await look(github, pull.number)).toMatchObject({
      isInMergeQueue: false,
      isMergeQueueEnabled: false,
      mergeQueueEntry: null,
    });
    await expect(enqueue(github, "writer", pull.number)).rejects.toThrow("not enabled");
    github.setMergeQueue({});
    expect((await look(github, pull.number)).isMergeQueueEnabled).toBe(true);
  });

  it("builds each entry on the one before it, and merges them in order", async () => {
    const github = await start();
    const groups: GroupEvent[] = [];
    github.on("group", (event) => groups.push(event));
    const [one, two] = [await open(github, "one"), await open(github, "two")];
    const tip = await github.head();
    const entry = await enqueue(github, "writer", one.number);
    expect(entry).toMatchObject({ position: 1, jump: false, solo: false });
    expect(entry.enqueuer.login).toBe("mira");
    expect(entry.estimatedTimeToMerge).toBeGreaterThanOrEqual(0);
    await enqueue(github, "writer", two.number);
    const first = await groupOf(github, one.number);
    const second = await groupOf(github, two.number);
    expect((await look(github, two.number)).mergeQueueEntry).toMatchObject({
      position: 2,
      state: "AWAITING_CHECKS",
      baseCommit: { oid: first },
    });
    expect(git(github, "rev-parse", `gh-readonly-queue/main/pr-${one.number}-${tip}`)).toBe(first);
    expect(git(github, "show", `${second}:one.txt`)).toBe("x");
    const queue = await client(github, "writer").graphql<{ repository: unknown }>(
      `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) {
        mergeQueue(branch: "main") { url nextEntryEstimatedTimeToMerge configuration { mergeMethod mergingStrategy }
          entries(first: 10) { totalCount nodes { pullRequest { number } } } } } }`,
      here,
    );
    expect(queue.repository).toMatchObject({
      mergeQueue: {
        configuration: { mergeMethod: "SQUASH", mergingStrategy: "ALLGREEN" },
        entries: { nodes: [{ pullRequest: { number: one.number } }, {}] },
      },
    });
    const page = await fetch(`${github.url}/acme/shop/queue/main`);
    expect(await page.text()).toContain("Add two");

    // Green behind somebody who isn't: it has to wait.
    github.postStatus(second, FREEZE, "success");
    await expect
      .poll(async () => (await look(github, two.number)).mergeQueueEntry?.state, patience)
      .toBe("MERGEABLE");
    expect(await github.head()).toBe(tip);
    github.postStatus(first, FREEZE, "success");
    await merged(github, two.number);
    expect(await github.head()).toBe(second);
    expect(git(github, "rev-parse", "main^")).toBe(first);
    expect(github.pullRequest(one.number)?.merge).toMatchObject({
      sha: first,
      method: "squash",
      by: { login: "github-merge-queue[bot]" },
    });
    expect(groups.map(({ action }) => action)).toEqual([
      "checks_requested",
      "checks_requested",
      "destroyed",
      "destroyed",
    ]);
    await expect
      .poll(() => git(github, "branch", "--list", "gh-readonly-queue/*"), patience)
      .toBe("");
  });

  it("lets administrators jump to the front, and builds those they pass anew", async () => {
    const github = await start();
    const [one, two] = [await open(github, "one"), await open(github, "two")];
    await enqueue(github, "writer", one.number);
    const before = await groupOf(github, one.number);
    await expect(enqueue(github, "writer", two.number, true)).rejects.toMatchObject({
      errors: [{ type: "FORBIDDEN" }],
    });
    expect(await enqueue(github, "chief", two.number, true)).toMatchObject({
      position: 1,
      jump: true,
    });
    expect(github.queued()).toEqual([two.number, one.number]);
    const front = await groupOf(github, two.number);
    await expect
      .poll(async () => (await look(github, one.number)).mergeQueueEntry?.baseCommit?.oid, patience)
      .toBe(front);
    // The status of the old group says nothing of the new one.
    github.postStatus(before, FREEZE, "success");
    github.postStatus(front, FREEZE, "success");
    await merged(github, two.number);
    expect(github.queued()).toEqual([one.number]);
    github.postStatus(await groupOf(github, one.number), FREEZE, "success");
    await merged(github, one.number);
  });

  it("drops what fails, what conflicts and what gets no answer, and goes on with the rest", async () => {
    const github = await start();
    const events: QueueEvent[] = [];
    github.on("queue", (event) => events.push(event));
    const reasons = () =>
      events.flatMap((event) =>
        event.action === "dequeued" ? [[event.entry.pull.number, event.reason]] : [],
      );
    const bad = await open(github, "bad", { "a.txt": "2\n" });
    const clash = await open(github, "clash", { "a.txt": "3\n" });
    const good = await open(github, "good");
    for (const pull of [bad, clash, good]) await enqueue(github, "writer", pull.number);
    await expect.poll(reasons, patience).toEqual([[clash.number, "MERGE_CONFLICT"]]);
    const behind = await groupOf(github, good.number);
    github.postStatus(await groupOf(github, bad.number), FREEZE, "failure");
    await expect
      .poll(
        async () => (await look(github, good.number)).mergeQueueEntry?.headCommit?.oid,
        patience,
      )
      .not.toBe(behind);
    const rebuilt = await groupOf(github, good.number);
    expect(git(github, "show", `${rebuilt}:a.txt`)).toBe("1");
    github.setMergeQueue({ checkTimeoutMs: 1 });
    await enqueue(github, "writer", clash.number);
    await expect.poll(() => github.queued(), patience).toEqual([]);
    expect(reasons()).toEqual([
      [clash.number, "MERGE_CONFLICT"],
      [bad.number, "CI_FAILURE"],
      [good.number, "CI_TIMEOUT"],
      [clash.number, "CI_TIMEOUT"],
    ]);
    expect(github.pullRequest(good.number)?.state).toBe("open");
  });
});
