import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const patience = { timeout: 20_000 };
const published = new PublishedDescription();
const CODEOWNERS = `# Who owns what; the last line that matches counts.
*                 @lee
/services/        @acme/platform   # everything that runs
services/payments/src/*  @acme/payments @lee
*.md
docs/[a-z].txt    @lee
/infra/           @nobody-here
`;
let github: GithubSandbox;

const client = (auth: string) =>
  published.watch(new Octokit({ auth, baseUrl: github.apiUrl, log: quiet }));

beforeAll(async () => {
  github = await startGithub({
    tokens: {
      writer: { login: "mira", permissions: "write" },
      payer: { login: "ines", permissions: "write" },
      lead: { login: "lee", permissions: "write" },
      reader: { login: "tom", permissions: "read" },
    },
    teams: [
      { slug: "platform", members: ["jun"] },
      { slug: "payments", name: "Payments", members: ["ines", "mira"] },
    ],
    oauth: {
      clientId: "console",
      clientSecret: "shh",
      users: [{ login: "mira" }, { login: "ines" }],
    },
    protection: { codeOwners: true },
    checksMs: 20,
  });
  await github.seed({
    ...here,
    files: { "README.md": "# Shop\n", ".github/CODEOWNERS": CODEOWNERS },
    history: [],
  });
});

afterAll(() => github.stop());

const open = (branch: string, files: Record<string, string>, draft = false) =>
  github.openPullRequest({
    title: `Add ${branch}`,
    author: { login: "mira" },
    branch,
    files,
    draft,
  });

type Requests = { nodes: { asCodeOwner: boolean; requestedReviewer: Record<string, string> }[] };

async function askedOf(number: number): Promise<(string | undefined)[]> {
  const answer = await client("writer").graphql<{
    repository: { pullRequest: { reviewRequests: Requests } };
  }>(
    `query($owner: String!, $repo: String!, $number: Int!) { repository(owner: $owner, name: $repo) {
      pullRequest(number: $number) { reviewRequests(first: 10) { nodes { asCodeOwner
        requestedReviewer { ... on User { login } ... on Team { slug combinedSlug } } } } } } }`,
    { ...here, number },
  );
  const { nodes } = answer.repository.pullRequest.reviewRequests;
  return nodes.map(({ requestedReviewer: { login, slug } }) => login ?? slug).sort();
}

describe("owners of files", () => {
  it("are read with the lines that are wrong", async () => {
    const { data } = await client("reader").repos.codeownersErrors(here);
    expect(data.errors).toMatchObject([
      { line: 6, column: 1, kind: "Invalid pattern", path: ".github/CODEOWNERS" },
      { line: 7, column: 19, kind: "Unknown owner" },
    ]);
    const file = await client("reader").repos.getContent({ ...here, path: ".github/CODEOWNERS" });
    expect(file.data).toMatchObject({ type: "file", encoding: "base64" });
    await expect(
      client("reader").repos.getContent({ ...here, path: "CODEOWNERS" }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it("are asked for a review of what is theirs, by the last line that matches", async () => {
    const of = async (branch: string, path: string) =>
      askedOf((await open(branch, { [path]: "x\n" })).number);
    expect(await of("any", "deep/down.ts")).toEqual(["lee"]);
    expect(await of("runs", "services/catalog/x.ts")).toEqual(["platform"]);
    expect(await of("pays", "services/payments/src/a.ts")).toEqual(["lee", "payments"]);
    expect(await of("below", "services/payments/src/deep/a.ts")).toEqual(["platform"]);
    expect(await of("words", "notes/a.md")).toEqual([]);
    expect(await askedOf((await open("draft", { "a.ts": "x\n" }, true)).number)).toEqual([]);
  });

  it("have to approve where they are required, one for each of their files", async () => {
    const pull = await open("both", {
      "services/catalog/y.ts": "y\n",
      "main.ts": "x\n",
    });
    const merge = () => client("writer").pulls.merge({ ...here, pull_number: pull.number });
    await expect
      .poll(() => merge().catch((error: Error) => error.message), patience)
      .toContain("Waiting on code owner review from");
    const review = (auth: string, event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT", body = "") =>
      client(auth).pulls.createReview({ ...here, pull_number: pull.number, event, body });
    expect((await review("lead", "APPROVE")).data).toMatchObject({ state: "APPROVED" });
    expect(await askedOf(pull.number)).toEqual(["platform"]);
    await expect(merge()).rejects.toThrow("Waiting on code owner review from platform.");
    github.approve(pull.number, "jun");
    // Its checks may still be running.
    await expect.poll(() => merge().then(({ data }) => data.merged, String), patience).toBe(true);
  });
});

describe("reviews", () => {
  it("are given by anybody but the author, and count when they may write", async () => {
    const pull = await open("cart", { "services/payments/src/cart.ts": "x\n" });
    const review = (auth: string, event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT", body = "") =>
      client(auth).pulls.createReview({ ...here, pull_number: pull.number, event, body });
    await expect(review("writer", "APPROVE")).rejects.toMatchObject({
      status: 422,
      response: { data: { errors: ["Can not approve your own pull request"] } },
    });
    await expect(review("payer", "REQUEST_CHANGES")).rejects.toMatchObject({ status: 422 });
    await review("writer", "COMMENT", "Please look.");
    await review("payer", "REQUEST_CHANGES", "Not so.");
    const merge = () => client("writer").pulls.merge({ ...here, pull_number: pull.number });
    await expect
      .poll(() => merge().catch((error: Error) => error.message), patience)
      .toContain("Changes have been requested");
    await review("payer", "APPROVE");
    const read = () => client("writer").pulls.get({ ...here, pull_number: pull.number });
    await expect.poll(async () => (await read()).data.mergeable_state, patience).toBe("clean");

    github.setProtection({ reviews: 2 });
    await review("reader", "APPROVE");
    await expect(merge()).rejects.toThrow("At least 2 approving reviews are required");
    github.setProtection({ reviews: 0 });
  });

  it("are asked of people and teams, once each, and not of the author or a stranger", async () => {
    const pull = await open("tea", { "notes/tea.md": "x\n" });
    const one = { ...here, pull_number: pull.number };
    const ask = (reviewers: string[], team_reviewers: string[] = []) =>
      client("writer").pulls.requestReviewers({ ...one, reviewers, team_reviewers });
    await expect(ask(["mira"])).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("Review cannot be requested from pull request author."),
    });
    const stranger = "Reviews may only be requested from collaborators.";
    await expect(ask(["lee", "zelda"])).rejects.toThrow(stranger);
    await expect(ask([], ["ghosts"])).rejects.toThrow(stranger);
    expect(await askedOf(pull.number)).toEqual([]);
    await ask(["ines"], ["platform"]);
    const again = await ask(["ines"]);
    expect(again.status).toBe(201);
    expect(again.data.requested_reviewers?.map((person) => person.login)).toEqual(["ines"]);
    const { data } = await client("reader").pulls.listRequestedReviewers(one);
    expect(data.teams.map(({ slug }) => slug)).toEqual(["platform"]);
    await client("writer").pulls.removeRequestedReviewers({
      ...one,
      reviewers: [],
      team_reviewers: ["platform"],
    });
    expect(await askedOf(pull.number)).toEqual(["ines"]);
    await expect(
      client("reader").pulls.requestReviewers({ ...one, reviewers: ["lee"] }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it("are given by a click on the page", async () => {
    const pull = await open("click", { "services/payments/src/click.ts": "x\n" });
    const address = `${github.url}/acme/shop/pull/${pull.number}`;
    const text = await (await fetch(address)).text();
    expect(text).toContain("Approve as ines");
    expect(text).not.toContain("Approve as mira");
    const approve = (login: string) =>
      fetch(`${address}/approve`, {
        method: "POST",
        body: new URLSearchParams({ login }),
        redirect: "manual",
      });
    expect((await approve("mira")).status).toBe(409);
    expect((await approve("root")).status).toBe(404);
    expect((await approve("ines")).status).toBe(303);
    expect(await (await fetch(address)).text()).toContain("ines <span");
    expect(github.pullRequest(pull.number)?.reviews).toMatchObject([{ state: "APPROVED" }]);
  });
});

describe("labels", () => {
  it("are put on, made when nobody made them yet, and taken off", async () => {
    const pull = await open("labelled", { "notes/label.md": "x\n" });
    const issue = { ...here, issue_number: pull.number };
    const octokit = client("writer");
    const added = await octokit.issues.addLabels({ ...issue, labels: ["revert", "Expedited"] });
    expect(added.data.map(({ name }) => name)).toEqual(["revert", "Expedited"]);
    await octokit.issues.addLabels({ ...issue, labels: ["expedited"] });
    const list = await client("reader").issues.listLabelsOnIssue(issue);
    expect(list.data.map(({ name }) => name)).toEqual(["revert", "Expedited"]);
    await octokit.issues.removeLabel({ ...issue, name: "revert" });
    await expect(octokit.issues.removeLabel({ ...issue, name: "revert" })).rejects.toThrow(
      "Label does not exist",
    );
    expect(github.pullRequest(pull.number)?.labels).toEqual(["Expedited"]);
    const known = await octokit.issues.listLabelsForRepo(here);
    expect(known.data.map(({ name }) => name)).toEqual(["Expedited", "revert"]);
    await expect(
      client("reader").issues.addLabels({ ...issue, labels: ["x"] }),
    ).rejects.toMatchObject({ status: 403 });
  });
});
