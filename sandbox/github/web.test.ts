import { createHash } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { verify } from "@octokit/webhooks-methods";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });
const patience = { timeout: 20_000 };

const nasty = `<script>alert(1)</script> "quoted" & 'more' <img src=x onerror=alert(2)>`;
const callback = "http://127.0.0.1:3000/api/auth/callback/github";
const client = { client_id: "console", client_secret: "shh" };
let github: GithubSandbox;
const received: { headers: IncomingHttpHeaders; body: string }[] = [];
const hooks = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += String(chunk);
  });
  request.on("end", () => {
    received.push({ headers: request.headers, body });
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => hooks.listen(0, "127.0.0.1", resolve));
  github = await startGithub({
    tokens: {},
    checksMs: 1500,
    oauth: {
      clientId: client.client_id,
      clientSecret: client.client_secret,
      users: [
        { login: "mira", name: "Mira", email: "mira@acme.test" },
        { login: "eve", name: nasty, email: "eve@acme.test", verified: false },
      ],
    },
    webhooks: [
      { url: `http://127.0.0.1:${(hooks.address() as AddressInfo).port}/hook`, secret: "s3cret" },
    ],
  });
  await github.seed({
    owner: "acme",
    repo: "shop",
    files: { "README.md": "# Shop\n" },
    history: [
      {
        at: new Date("2026-03-01T09:00:00Z"),
        mergedAt: new Date("2026-03-01T10:00:00Z"),
        title: nasty,
        body: nasty,
        author: { login: "jonas" },
        labels: [nasty],
        branch: "cart",
        mergeMethod: "merge",
        files: { "cart<b>.html": `${nasty}\n` },
      },
    ],
  });
});

afterAll(async () => {
  await github.stop();
  hooks.closeAllConnections();
  await new Promise((resolve) => hooks.close(resolve));
});

const form = (fields: Record<string, string>) => ({
  method: "POST",
  body: new URLSearchParams(fields),
  redirect: "manual" as const,
});

describe("pages", () => {
  it("show titles, bodies, labels, files and diffs as text, whatever they hold", async () => {
    const merge = github.pullRequest(1)?.merge?.sha ?? "";
    const compare = `/compare/${github.pullRequest(1)?.mergeBase}...main`;
    const paths = ["", "/pull/1", `/commit/${merge}`, compare];
    for (const path of paths) {
      const page = await fetch(`${github.url}/acme/shop${path}`);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
      const text = await page.text();
      expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
      expect(text).not.toMatch(/<script|<img|cart<b>/);
    }
    const blob = await fetch(`${github.url}/acme/shop/blob/main/cart%3Cb%3E.html`);
    expect(await blob.text()).toContain("&lt;img src=x onerror=alert(2)&gt;");
    expect((await fetch(`${github.url}/acme/shop/pull/99`)).status).toBe(404);
    expect((await fetch(`${github.url}/acme/other`)).status).toBe(404);
  });

  it("merge an open pull request by a click, which every listener hears of", async () => {
    const heard: string[] = [];
    for (const name of ["opened", "merged", "closed", "push"] as const)
      github.on(name, () => heard.push(name));
    const pull = await github.openPullRequest({
      title: "Add tea",
      author: { login: "mira" },
      branch: "tea",
      files: { "tea.txt": "tea\n" },
    });
    const address = `${github.url}/acme/shop/pull/${pull.number}`;
    const page = async () => (await fetch(address)).text();
    expect(await page()).toContain("<button disabled>Merge pull request</button>");
    await expect.poll(page, patience).toContain("<button >Merge pull request</button>");
    const foreign = { ...form({}), headers: { origin: "http://evil.test" } };
    expect((await fetch(`${address}/merge`, foreign)).status).toBe(404);
    expect((await fetch(`${address}/merge`, form({}))).status).toBe(303);
    expect(await page()).toContain("merged by acme");
    expect((await fetch(`${address}/merge`, form({}))).status).toBe(409);
    expect(heard).toEqual(["push", "opened", "merged", "closed", "push"]);
  });
});

describe("webhooks", () => {
  it("are signed, numbered and complete", async () => {
    const events = () => received.map(({ headers }) => headers["x-github-event"]);
    await expect
      .poll(() => events().filter((event) => event === "check_run").length, patience)
      .toBe(8);
    for (const { headers, body } of received) {
      expect(await verify("s3cret", body, String(headers["x-hub-signature-256"]))).toBe(true);
      expect(await verify("other", body, String(headers["x-hub-signature-256"]))).toBe(false);
    }
    const ids = new Set(received.map(({ headers }) => headers["x-github-delivery"]));
    expect(ids.size).toBe(received.length);
    const of = (event: string) =>
      received
        .filter(({ headers }) => headers["x-github-event"] === event)
        .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(of("ping")).toHaveLength(1);
    expect(of("pull_request")).toMatchObject([
      { action: "opened", number: 2, pull_request: { merged: false } },
      { action: "closed", number: 2, pull_request: { merged: true } },
    ]);
    expect(of("push").at(-1)).toMatchObject({
      ref: "refs/heads/main",
      after: github.pullRequest(2)?.merge?.sha,
      commits: [{ added: ["tea.txt"] }, { message: expect.stringContaining("Merge pull") }],
    });
  });
});

describe("signing in", () => {
  const verifier = "a-long-random-string-made-by-the-client-itself";
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = {
    client_id: client.client_id,
    redirect_uri: callback,
    state: "st4te",
    scope: "read:user user:email",
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  const exchange = async (fields: Record<string, string>) => {
    const headers = { accept: "application/json" };
    const answer = await fetch(`${github.url}/login/oauth/access_token`, {
      ...form({ ...client, ...fields }),
      headers,
    });
    return (await answer.json()) as Record<string, string>;
  };
  const authorize = async (login: string) => {
    const answer = await fetch(`${github.url}/login/oauth/authorize`, form({ ...asked, login }));
    return new URL(answer.headers.get("location") ?? "");
  };

  it("offers everybody seeded, and comes back with a code, a token and an identity", async () => {
    const page = await fetch(`${github.url}/login/oauth/authorize?${new URLSearchParams(asked)}`);
    const text = await page.text();
    expect(text).toContain("Continue as mira");
    expect(text).toContain("Continue as eve");
    expect(text).not.toContain("<script");
    const back = await authorize("eve");
    expect(back.origin + back.pathname).toBe(callback);
    expect(back.searchParams.get("state")).toBe("st4te");
    const code = back.searchParams.get("code") ?? "";
    const token = await exchange({ code, redirect_uri: callback, code_verifier: verifier });
    expect(token).toMatchObject({ token_type: "bearer", scope: "read:user,user:email" });
    const get = async (path: string) => {
      const headers = { authorization: `Bearer ${token.access_token}` };
      return (await fetch(`${github.apiUrl}${path}`, { headers })).json();
    };
    expect(await get("/user")).toMatchObject({ login: "eve", email: null });
    expect(await get("/user/emails")).toEqual([
      { email: "eve@acme.test", primary: true, verified: false, visibility: "private" },
    ]);
    expect(await exchange({ code, code_verifier: verifier })).toMatchObject({
      error: "bad_verification_code",
    });
  });

  it("refuses wrong secrets, verifiers, clients and addresses to return to", async () => {
    const code = async () => (await authorize("mira")).searchParams.get("code") ?? "";
    const proof = { code_verifier: verifier };
    expect(await exchange({ ...proof, code: await code(), client_secret: "no" })).toMatchObject({
      error: "incorrect_client_credentials",
    });
    expect(await exchange({ code: await code(), code_verifier: "no" })).toMatchObject({
      error: "bad_verification_code",
    });
    const elsewhere = { redirect_uri: "http://evil.test/", code: await code(), ...proof };
    expect(await exchange(elsewhere)).toMatchObject({ error: "redirect_uri_mismatch" });
    const open = (fields: Record<string, string>) =>
      fetch(`${github.url}/login/oauth/authorize?${new URLSearchParams({ ...asked, ...fields })}`);
    expect((await open({ client_id: "other" })).status).toBe(404);
    expect((await open({ redirect_uri: "javascript:alert(1)" })).status).toBe(400);
    expect(
      (await fetch(`${github.url}/login/oauth/authorize`, form({ ...asked, login: "root" })))
        .status,
    ).toBe(404);
  });
});
