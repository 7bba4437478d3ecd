import { afterEach, expect, test } from "vitest";
import {
  FREEZE as CHECK,
  client,
  git,
  here,
  idOf,
  merged,
  open,
  start,
  stopAll,
} from "./test-queue.ts";

const strict = { checks: false, contexts: [CHECK], strict: true };
afterEach(stopAll);

/** A ready pull request, and a commit in front of it. */
async function behind() {
  const github = await start({ protection: strict });
  github.setMergeQueue(null);
  const pull = await open(github, "one");
  const author = { login: "ada" };
  const base = await github.push({
    ...{ branch: "main", message: "Go on", files: { "b.txt": "2\n" }, author },
  });
  return { github, pull, base, head: pull.headSha };
}

test("a branch that must be up to date and isn't can't be merged, until it is brought up to date", async () => {
  const { github, pull, base, head } = await behind();
  const ask = client(github, "writer");
  const state = async () => (await ask.pulls.get({ ...here, pull_number: pull.number })).data;
  expect((await state()).mergeable_state).toBe("behind");
  const merge = ask.pulls.merge({ ...here, pull_number: pull.number });
  await expect(merge).rejects.toMatchObject({
    status: 405,
    message: expect.stringContaining(`Required status check "${CHECK}" is expected.`),
  });
  const heads: string[] = [];
  github.on("synchronized", ({ before }) => heads.push(before));
  const asked = { ...here, pull_number: pull.number, expected_head_sha: head };
  const { status, data } = await ask.pulls.updateBranch(asked);
  expect([status, data.message]).toEqual([202, "Updating pull request branch."]);
  expect(git(github, "show", "-s", "--format=%P", pull.headSha)).toBe(`${head} ${base}`);
  expect(heads).toEqual([head]);
  expect((await state()).mergeable_state).toBe("blocked");
  github.postStatus(pull.headSha, CHECK, "success");
  expect(["clean", "unstable"]).toContain((await state()).mergeable_state);
});

test("an update is refused for another head, without anything new, and on a conflict", async () => {
  const { github, pull, head } = await behind();
  const ask = client(github, "writer");
  const update = (expected_head_sha: string, pull_number = pull.number) =>
    ask.pulls.updateBranch({ ...here, pull_number, expected_head_sha });
  await expect(update("0".repeat(40))).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("expected head sha didn’t match current head ref."),
  });
  await update(head);
  await expect(update(pull.headSha)).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("There are no new commits on the base branch."),
  });
  const other = await open(github, "two", { "b.txt": "3\n" });
  const author = { login: "ada" };
  await github.push({ branch: "main", message: "Clash", files: { "b.txt": "4\n" }, author });
  await expect(update(other.headSha, other.number)).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("merge conflict between base and head"),
  });
});

test("by GraphQL too, and auto-merge goes on with the new head", async () => {
  const { github, pull, head } = await behind();
  const ask = client(github, "writer");
  const id = await idOf(github, pull.number);
  await ask.graphql(
    "mutation($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH }) { clientMutationId } }",
    { id },
  );
  const answer = await ask.graphql<{
    updatePullRequestBranch: {
      pullRequest: { headRefOid: string; viewerCanUpdateBranch: boolean };
    };
  }>(
    `mutation($id: ID!, $head: GitObjectID) { updatePullRequestBranch(input: { pullRequestId: $id, expectedHeadOid: $head }) {
      pullRequest { headRefOid viewerCanUpdateBranch } } }`,
    { id, head },
  );
  expect(answer.updatePullRequestBranch.pullRequest).toEqual({
    headRefOid: pull.headSha,
    viewerCanUpdateBranch: false,
  });
  github.postStatus(pull.headSha, CHECK, "success");
  await merged(github, pull.number);
});
