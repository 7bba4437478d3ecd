import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Octokit } from "@octokit/rest";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const nasty = "<script>alert(1)</script>";
const published = new PublishedDescription();
const received: Record<string, unknown>[] = [];
const hooks = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", () => {
    if (request.headers["x-github-event"] === "issues") received.push(JSON.parse(body));
    response.end();
  });
});
let github: GithubSandbox;
let writer: Octokit;
let reader: Octokit;

beforeAll(async () => {
  await new Promise<void>((resolve) => hooks.listen(0, "127.0.0.1", resolve));
  const { port } = hooks.address() as AddressInfo;
  github = await startGithub({
    tokens: {
      writer: { login: "mira", permissions: "write" },
      reader: { login: "eve", permissions: "read" },
    },
    webhooks: [{ url: `http://127.0.0.1:${port}/hook`, secret: "s3cret" }],
  });
  await github.seed({
    ...here,
    files: { "README.md": "# Shop\n" },
    history: [
      {
        at: new Date("2026-03-01T09:00:00Z"),
        mergedAt: new Date("2026-03-01T10:00:00Z"),
        title: "Add tea",
        author: { login: "jonas" },
        branch: "tea",
        mergeMethod: "squash",
        files: { "tea.txt": "tea\n" },
      },
    ],
  });
  const as = (auth: string) => published.watch(new Octokit({ auth, baseUrl: github.apiUrl }));
  writer = as("writer");
  reader = as("reader");
});

afterAll(async () => {
  await github.stop();
  hooks.closeAllConnections();
  await new Promise((resolve) => hooks.close(resolve));
});

describe("issues, held against GitHub's published description", () => {
  it("are opened, listed beside pull requests, closed and opened again", async () => {
    const body = "Because.\n\nMark: 1";
    const { data, status } = await writer.issues.create({ ...here, title: nasty, body });
    expect(status).toBe(201);
    expect(data).toMatchObject({ number: 2, state: "open", title: nasty, body });
    const list = await writer.issues.listForRepo({ ...here, state: "all" });
    expect(list.data.map(({ number }) => number)).toEqual([2, 1]);
    expect(list.data.map((one) => one.pull_request !== undefined)).toEqual([false, true]);
    const later = new Date(Date.now() + 60_000).toISOString();
    const none = await writer.issues.listForRepo({ ...here, state: "all", since: later });
    expect(none.data).toEqual([]);
    expect((await writer.issues.get({ ...here, issue_number: 1 })).data.title).toBe("Add tea");

    const turned = async (state: "open" | "closed", state_reason?: "not_planned") =>
      (await writer.issues.update({ ...here, issue_number: 2, state, state_reason })).data;
    const closed = await turned("closed", "not_planned");
    expect(closed).toMatchObject({ state: "closed", state_reason: "not_planned" });
    expect(closed.closed_by?.login).toBe("mira");
    const open = await writer.issues.listForRepo(here);
    expect(open.data).toEqual([]);
    expect(await turned("open")).toMatchObject({ state: "open", closed_at: null });
    const edited = await writer.issues.update({ ...here, issue_number: 2, title: "Tea" });
    expect(edited.data.title).toBe("Tea");
    const actions = () => received.map(({ action }) => action);
    await expect
      .poll(actions, { timeout: 20_000 })
      .toEqual(["opened", "closed", "reopened", "edited"]);
    expect(received[1]).toMatchObject({ issue: { number: 2, state: "closed" } });
  });

  it("are unchanged for who asks again with the tag", async () => {
    const first = await writer.issues.get({ ...here, issue_number: 2 });
    const headers = { "if-none-match": first.headers.etag ?? "" };
    const again = () => writer.issues.get({ ...here, issue_number: 2, headers });
    await expect(again()).rejects.toMatchObject({ status: 304 });
    github.turnIssue(2, "closed");
    expect((await again()).data.state_reason).toBe("completed");
    github.turnIssue(2, "open");
  });

  it("are refused as GitHub refuses them", async () => {
    const create = (octokit: Octokit, title: string) => octokit.issues.create({ ...here, title });
    await expect(create(reader, "No")).rejects.toMatchObject({ status: 403 });
    await expect(create(writer, " ")).rejects.toMatchObject({ status: 422 });
    await expect(create(writer, "x".repeat(257))).rejects.toMatchObject({ status: 422 });
    await expect(writer.issues.get({ ...here, issue_number: 99 })).rejects.toMatchObject({
      status: 404,
    });
    github.allowIssues(false);
    await expect(create(writer, "Off")).rejects.toMatchObject({ status: 410 });
    expect((await writer.repos.get(here)).data.has_issues).toBe(false);
    github.allowIssues(true);
    expect(github.issue(3)).toBeUndefined();
    // The next pull request takes the next number of both.
    const { number } = await github.openPullRequest({
      title: "Next",
      author: { login: "mira" },
      branch: "next",
      files: { "next.txt": "x\n" },
    });
    expect(number).toBe(3);
  });

  it("have pages on which a person closes and reopens them", async () => {
    await writer.issues.update({ ...here, issue_number: 2, body: nasty });
    const address = `${github.url}/acme/shop/issues/2`;
    const text = async (path = address) => (await fetch(path)).text();
    expect(await text(`${github.url}/acme/shop`)).toContain("Issues (1 open)");
    expect(await text(`${github.url}/acme/shop/issues`)).toContain('href="/acme/shop/issues/2"');
    expect(await text()).toContain("&lt;script&gt;");
    expect(await text()).not.toContain("<script");
    const press = (turn: string, headers = {}) =>
      fetch(`${address}/${turn}`, { method: "POST", redirect: "manual", headers });
    expect((await press("close", { origin: "http://evil.test" })).status).toBe(404);
    expect((await press("burn")).status).toBe(404);
    expect((await press("drop")).status).toBe(303);
    expect(github.issue(2)).toMatchObject({ state: "closed", reason: "not_planned" });
    expect(await text()).toContain("Reopen issue");
    expect((await press("reopen")).status).toBe(303);
    expect(github.issue(2)).toMatchObject({ state: "open", closedAt: null });
    expect((await fetch(`${github.url}/acme/shop/issues/1`)).status).toBe(404);
  });
});
