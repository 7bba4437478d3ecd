import { afterEach, describe, expect, it, vi } from "vitest";
import type { GithubOptions } from "./start-github.ts";
import {
  client,
  enqueue,
  FREEZE,
  git,
  groupOf,
  here,
  idOf,
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

describe("the ways into the merge queue", () => {
  it("is the only way in but for administrators, who take it out of the queue first", async () => {
    const github = await start();
    const pull = await open(github, "cart");
    const merge = (auth: string) =>
      client(github, auth).pulls.merge({ ...here, pull_number: pull.number });
    const id = await idOf(github, pull.number);
    await expect(merge("writer")).rejects.toMatchObject({
      status: 405,
      message: expect.stringContaining("Changes must be made through the merge queue"),
    });
    await expect(
      client(github, "writer").graphql(
        "mutation($id: ID!) { mergePullRequest(input: { pullRequestId: $id }) { clientMutationId } }",
        { id },
      ),
    ).rejects.toThrow("Changes must be made through the merge queue");
    await enqueue(github, "writer", pull.number);
    await expect(enqueue(github, "writer", pull.number)).rejects.toThrow("already queued");
    await expect(merge("chief")).rejects.toThrow("already queued");
    const dequeue = () =>
      client(github, "writer").graphql<{ dequeuePullRequest: unknown }>(
        "mutation($id: ID!) { dequeuePullRequest(input: { id: $id }) { mergeQueueEntry { position } } }",
        { id },
      );
    await dequeue();
    await expect(dequeue()).rejects.toThrow("not in the merge queue");
    expect((await merge("chief")).data.merged).toBe(true);
  });

  it("is entered by what is ready, and by auto-merge once it is", async () => {
    const github = await start();
    const pull = await open(github, "cart");
    github.postStatus(pull.headSha, FREEZE, "failure");
    await expect(enqueue(github, "writer", pull.number)).rejects.toThrow(
      `Pull request Required status check "${FREEZE}" is failing.`,
    );
    const enable = async (number: number) =>
      client(github, "writer").graphql(
        "mutation($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }",
        { id: await idOf(github, number) },
      );
    await enable(pull.number);
    expect(await look(github, pull.number)).toMatchObject({
      isInMergeQueue: false,
      autoMergeRequest: { enabledAt: expect.any(String) },
    });
    github.postStatus(pull.headSha, FREEZE, "success");
    await expect
      .poll(async () => (await look(github, pull.number)).isInMergeQueue, patience)
      .toBe(true);
    expect((await look(github, pull.number)).autoMergeRequest).toBeNull();
    const ready = await open(github, "ready");
    await enable(ready.number);
    expect(await look(github, ready.number)).toMatchObject({
      isInMergeQueue: true,
      autoMergeRequest: null,
    });
  });

  it("waits behind a locked branch, and starts over when the branch moves otherwise", async () => {
    const github = await start();
    const [one, two] = [await open(github, "one"), await open(github, "two")];
    await enqueue(github, "writer", one.number);
    const first = await groupOf(github, one.number);
    const ruleset = github.addRuleset({ name: "freeze", rules: [{ type: "update" }] });
    github.postStatus(first, FREEZE, "success");
    await expect
      .poll(async () => (await look(github, one.number)).mergeQueueEntry?.state, patience)
      .toBe("MERGEABLE");
    await expect(enqueue(github, "writer", two.number)).rejects.toThrow("protected ref");
    expect(github.pullRequest(one.number)?.merge).toBeNull();
    await client(github, "chief").repos.deleteRepoRuleset({ ...here, ruleset_id: ruleset.id });
    await merged(github, one.number);

    await enqueue(github, "writer", two.number);
    const stale = await groupOf(github, two.number);
    const aside = await open(github, "aside");
    await github.merge(aside.number);
    await expect
      .poll(async () => (await look(github, two.number)).mergeQueueEntry?.headCommit?.oid, patience)
      .not.toBe(stale);
    expect(git(github, "show", `${await groupOf(github, two.number)}:aside.txt`)).toBe("x");
  });

  it("can come of a ruleset, whose words it then speaks", async () => {
    const github = await start({ mergeQueue: undefined } as Partial<GithubOptions>);
    await client(github, "chief").repos.createRepoRuleset({
      ...here,
      name: "Queue",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/ma*"], exclude: [] } },
      rules: [
        {
          type: "merge_queue",
          parameters: {
            check_response_timeout_minutes: 60,
            grouping_strategy: "ALLGREEN",
            max_entries_to_build: 5,
            max_entries_to_merge: 5,
            merge_method: "REBASE",
            min_entries_to_merge: 1,
            min_entries_to_merge_wait_minutes: 5,
          },
        },
      ],
    });
    const pull = await open(github, "cart");
    await expect(
      client(github, "chief").pulls.merge({ ...here, pull_number: pull.number }),
    ).rejects.toMatchObject({
      response: {
        data: {
          message:
            "Repository rule violations found\n\nChanges must be made through the merge queue\n\n",
        },
      },
    });
    await enqueue(github, "writer", pull.number);
    github.postStatus(await groupOf(github, pull.number), FREEZE, "success");
    await merged(github, pull.number);
    expect(github.pullRequest(pull.number)?.merge?.method).toBe("rebase");
  });
});
