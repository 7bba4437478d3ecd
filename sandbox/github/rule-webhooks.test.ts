import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Octokit } from "@octokit/rest";
import { verify } from "@octokit/webhooks-methods";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const patience = { timeout: 20_000 };
const FREEZE = "known-good/freeze";
type Payload = Record<string, unknown> & { action?: string };
const published = new PublishedDescription();
const received: { event: string; payload: Payload }[] = [];
let github: GithubSandbox;
let octokit: Octokit;
const hooks = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", async () => {
    const signature = String(request.headers["x-hub-signature-256"]);
    if (await verify("s3cret", body, signature))
      received.push({
        event: String(request.headers["x-github-event"]),
        payload: JSON.parse(body) as Payload,
      });
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => hooks.listen(0, "127.0.0.1", resolve));
  const { port } = hooks.address() as AddressInfo;
  github = await startGithub({
    tokens: { writer: { login: "mira", permissions: "write" } },
    teams: [{ slug: "payments", members: ["ines"] }],
    protection: { checks: false, contexts: [FREEZE] },
    mergeQueue: { method: "merge" },
    webhooks: [{ url: `http://127.0.0.1:${port}/hook`, secret: "s3cret" }],
    checksMs: 20,
  });
  await github.seed({
    ...here,
    files: { "README.md": "# Shop\n", CODEOWNERS: "*.ts @acme/payments\n" },
    history: [],
  });
  octokit = new Octokit({ auth: "writer", baseUrl: github.apiUrl });
});

afterAll(async () => {
  await github.stop();
  hooks.closeAllConnections();
  await new Promise((resolve) => hooks.close(resolve));
});

const of = (event: string, action?: string) =>
  received.filter((one) => one.event === event && (!action || one.payload.action === action));

const groupIn = (payload?: Payload) => (payload?.merge_group ?? {}) as Record<string, string>;

async function heard(event: string, action: string | undefined, count: number): Promise<Payload[]> {
  await expect.poll(() => of(event, action).length, patience).toBe(count);
  return of(event, action).map(({ payload }) => payload);
}

describe("webhooks about rules", () => {
  it("tell of owners asked, labels, statuses, auto-merge and reviews", async () => {
    const pull = await github.openPullRequest({
      title: "Add cart",
      author: { login: "mira" },
      branch: "cart",
      files: { "cart.ts": "export {};\n" },
    });
    const [asked] = await heard("pull_request", "review_requested", 1);
    expect(asked).toMatchObject({ requested_team: { slug: "payments" }, number: pull.number });
    await octokit.issues.addLabels({ ...here, issue_number: pull.number, labels: ["revert"] });
    const [labelled] = await heard("pull_request", "labeled", 1);
    expect(labelled).toMatchObject({ label: { name: "revert" }, sender: { login: "mira" } });
    await octokit.repos.createCommitStatus({
      ...here,
      sha: pull.headSha,
      state: "failure",
      context: FREEZE,
      description: "Frozen",
    });
    const [status] = await heard("status", undefined, 1);
    published.webhook("status", status);
    expect(status).toMatchObject({
      sha: pull.headSha,
      state: "failure",
      context: FREEZE,
      branches: [{ name: "cart" }],
      sender: { login: "mira" },
    });
    const { node_id: id } = (await octokit.pulls.get({ ...here, pull_number: pull.number })).data;
    for (const turn of ["enable", "disable"])
      await octokit.graphql(
        `mutation($id: ID!) { ${turn}PullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }`,
        { id },
      );
    await heard("pull_request", "auto_merge_enabled", 1);
    await heard("pull_request", "auto_merge_disabled", 1);
    github.approve(pull.number, "ines");
    const [review] = await heard("pull_request_review", "submitted", 1);
    expect(review).toMatchObject({ review: { state: "approved", user: { login: "ines" } } });
    github.postStatus(pull.headSha, FREEZE, "success");
    expect(github.pullRequest(pull.number)?.reviewRequests).toEqual([]);
  });

  it("tell of merge groups from asking for checks until they are merged or gone", async () => {
    await github.enqueue(1);
    await heard("pull_request", "enqueued", 1);
    const [group] = await heard("merge_group", "checks_requested", 1);
    published.webhook("merge-group-checks-requested", group);
    const { head_sha: head, head_ref: ref } = groupIn(group);
    expect(ref).toMatch(/^refs\/heads\/gh-readonly-queue\/main\/pr-1-[0-9a-f]{40}$/);
    expect(group).toMatchObject({ merge_group: { base_ref: "refs/heads/main" } });
    github.postStatus(head ?? "", FREEZE, "failure");
    const [failed] = await heard("pull_request", "dequeued", 1);
    expect(failed).toMatchObject({ reason: "CI_FAILURE" });
    const [gone] = await heard("merge_group", "destroyed", 1);
    published.webhook("merge-group-destroyed", gone);
    expect(gone).toMatchObject({ reason: "dequeued" });

    // The same commit would be built again and has failed: the branch moves first.
    const aside = await github.openPullRequest({
      title: "Aside",
      author: { login: "mira" },
      branch: "aside",
      files: { "aside.txt": "x\n" },
    });
    await github.merge(aside.number);
    await github.enqueue(1);
    const [, again] = await heard("merge_group", "checks_requested", 2);
    const second = groupIn(again).head_sha ?? "";
    github.postStatus(second, FREEZE, "success");
    const [, last] = await heard("merge_group", "destroyed", 2);
    expect(last).toMatchObject({ reason: "merged", merge_group: { head_sha: second } });
    const closed = await heard("pull_request", "closed", 2);
    expect(closed.at(-1)).toMatchObject({ number: 1, pull_request: { merged: true } });
    const [, left] = await heard("pull_request", "dequeued", 2);
    expect(left).toMatchObject({ reason: "MERGE" });
  });

  it("count with the faults: nothing of them is missing while the interface is away", async () => {
    await github.faults.set({ mode: "refuse" });
    const head = (await github.head()) ?? "";
    const before = of("status").length;
    github.postStatus(head, "audit", "pending");
    await heard("status", undefined, before + 1);
    await expect(octokit.repos.getRepoRulesets(here)).rejects.toThrow();
    await github.faults.set({ mode: "none" });
    expect((await octokit.repos.getRepoRulesets(here)).status).toBe(200);
  });
});
