import { generateKeyPairSync } from "node:crypto";
import { createAppAuth } from "@octokit/auth-app";
import { Octokit } from "@octokit/rest";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { PublishedDescription } from "./published-description.ts";
import { type GithubOptions, type GithubSandbox, startGithub } from "./start-github.ts";

// Starting git is slow on a busy machine; nothing here waits for longer than it must.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const here = { owner: "acme", repo: "shop" };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const started: GithubSandbox[] = [];
let published: PublishedDescription;

beforeAll(() => {
  published = new PublishedDescription();
});

afterEach(async () => {
  for (const github of started.splice(0)) await github.stop();
});

async function start(options: Partial<GithubOptions> = {}): Promise<GithubSandbox> {
  const github = await startGithub({
    tokens: {
      writer: { login: "mira", permissions: "write" },
      reader: { login: "tom", permissions: "read" },
    },
    ...options,
  });
  started.push(github);
  await github.seed({ ...here, files: { "README.md": "# Shop\n" }, history: [] });
  await github.openPullRequest({
    title: "Add cart",
    author: { login: "mira" },
    branch: "cart",
    files: { "cart.ts": "export {};\n" },
  });
  return github;
}

const client = (github: GithubSandbox, auth: string) =>
  published.watch(new Octokit({ auth, baseUrl: github.apiUrl, log: quiet }));

const get = (github: GithubSandbox, path: string, headers: Record<string, string> = {}) =>
  fetch(`${github.apiUrl}${path}`, { headers: { authorization: "Bearer writer", ...headers } });

describe("credentials", () => {
  it("are asked for, checked, and limited to reading when they say so", async () => {
    const github = await start();
    await expect(client(github, "wrong").repos.get(here)).rejects.toMatchObject({
      status: 401,
      response: { data: { message: "Bad credentials" } },
    });
    expect((await fetch(`${github.apiUrl}/repos/acme/shop`)).status).toBe(404);
    const reader = client(github, "reader");
    expect((await reader.repos.get(here)).data.permissions?.push).toBe(false);
    const comment = reader.issues.createComment({ ...here, issue_number: 1, body: "Hi" });
    await expect(comment).rejects.toMatchObject({ status: 403 });
    await expect(reader.pulls.merge({ ...here, pull_number: 1 })).rejects.toMatchObject({
      status: 403,
    });
  });

  it("are issued to an App that signs with its key, and end after an hour", async () => {
    let now = Date.now();
    const publicKey = keys.publicKey.export({ type: "spki", format: "pem" }).toString();
    const app = { id: 77, installationId: 5, publicKey };
    const github = await start({ app, now: () => now });
    const auth = createAppAuth({
      appId: 77,
      privateKey,
      request: new Octokit({ baseUrl: github.apiUrl, log: quiet }).request,
    });
    const { token: jwt } = await auth({ type: "app" });
    const asApp = client(github, jwt);
    expect((await asApp.apps.getAuthenticated()).data).toMatchObject({ id: 77 });
    expect((await asApp.apps.listInstallations()).data).toMatchObject([{ id: 5 }]);
    expect((await asApp.apps.getRepoInstallation(here)).data.app_id).toBe(77);
    const issued = await asApp.apps.createInstallationAccessToken({ installation_id: 5 });
    expect(issued.data.permissions).toMatchObject({ pull_requests: "write" });

    const { token } = await auth({ type: "installation", installationId: 5 });
    const installed = client(github, token);
    const said = await installed.issues.createComment({ ...here, issue_number: 1, body: "Hi" });
    expect(said.data.user).toMatchObject({ login: "known-good[bot]", type: "Bot" });
    await expect(installed.users.getAuthenticated()).rejects.toMatchObject({ status: 403 });
    await expect(asApp.repos.get(here)).rejects.toMatchObject({ status: 403 });
    now += 3_600_001;
    await expect(installed.repos.get(here)).rejects.toMatchObject({ status: 401 });
  });

  it("are refused to an App with another key, another id or an unsigned token", async () => {
    const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    const stranger = other.export({ type: "pkcs8", format: "pem" }).toString();
    const github = await start({ app: { id: 77, installationId: 5, privateKey } });
    const wrong = [
      (await createAppAuth({ appId: 77, privateKey: stranger })({ type: "app" })).token,
      (await createAppAuth({ appId: 78, privateKey })({ type: "app" })).token,
    ];
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { iss: 77, iat: 0, exp: Math.floor(Date.now() / 1000) + 60 };
    wrong.push(`${part({ alg: "none" })}.${part(claims)}.`);
    for (const token of wrong)
      await expect(client(github, token).apps.getAuthenticated()).rejects.toMatchObject({
        status: 401,
      });
  });
});

describe("limits", () => {
  it("count down, forgive what is not modified, and end in a refusal until the reset", async () => {
    let now = Date.now();
    const github = await start({ rateLimit: 3, now: () => now });
    const first = await get(github, "/repos/acme/shop/pulls/1");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("2");
    expect(first.headers.get("x-github-request-id")).toMatch(/^[0-9A-F]{24}$/);
    const etag = first.headers.get("etag") ?? "";
    for (let turn = 0; turn < 3; turn += 1) {
      const again = await get(github, "/repos/acme/shop/pulls/1", { "if-none-match": etag });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect(again.headers.get("x-ratelimit-remaining")).toBe("2");
    }
    await client(github, "writer").pulls.update({ ...here, pull_number: 1, title: "New" });
    const changed = await get(github, "/repos/acme/shop/pulls/1", { "if-none-match": etag });
    expect(changed.status).toBe(200);

    await expect(client(github, "writer").repos.get(here)).rejects.toMatchObject({
      status: 403,
      response: { headers: { "x-ratelimit-remaining": "0" } },
    });
    expect((await get(github, "/rate_limit")).status).toBe(200);
    expect((await client(github, "reader").repos.get(here)).status).toBe(200);
    now += 3_600_001;
    expect((await client(github, "writer").repos.get(here)).status).toBe(200);
  });

  it("are told by GraphQL in its errors", async () => {
    const github = await start({ rateLimit: 1 });
    const octokit = client(github, "writer");
    await octokit.graphql("{ viewer { login } }");
    await expect(octokit.graphql("{ viewer { login } }")).rejects.toMatchObject({
      errors: [{ type: "RATE_LIMITED" }],
    });
  });
});

describe("faults", () => {
  it("are suffered by every request until they are lifted", async () => {
    const github = await start();
    const status = async () => (await get(github, "/user").catch(() => ({ status: 0 }))).status;
    await github.faults.set({ mode: "error" });
    expect(await status()).toBe(502);
    await github.faults.set({ mode: "unauthorized" });
    expect(await status()).toBe(401);
    await github.faults.set({ mode: "rate-limited" });
    expect((await get(github, "/user")).headers.get("retry-after")).toBe("60");
    await github.faults.set({ mode: "refuse" });
    expect(await status()).toBe(0);
    await github.faults.set({ mode: "hang" });
    const signal = AbortSignal.timeout(150);
    await expect(fetch(`${github.apiUrl}/user`, { signal })).rejects.toThrow("timeout");
    await github.faults.set({ mode: "slow", delayMs: 120 });
    const began = performance.now();
    expect(await status()).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(110);
    await github.faults.set({ mode: "none" });
    expect(await status()).toBe(200);
  });

  it("can lose the answer of a write that was applied, once", async () => {
    const github = await start();
    const octokit = client(github, "writer");
    const say = (body: string) => octokit.issues.createComment({ ...here, issue_number: 1, body });
    await github.faults.set({ applyThenFail: 502 });
    await get(github, "/user");
    await expect(say("One")).rejects.toMatchObject({ status: 502 });
    await github.faults.set({ applyThenFail: "drop" });
    const id = (await octokit.pulls.get({ ...here, pull_number: 1 })).data.node_id;
    const close =
      "mutation Shut($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { clientMutationId } }";
    await expect(octokit.graphql(close, { id })).rejects.toThrow();
    await say("Two");
    expect(github.pullRequest(1)?.comments.map(({ body }) => body)).toEqual(["One", "Two"]);
    expect(github.pullRequest(1)?.state).toBe("closed");
    const writes = github.requests.filter(({ method }) => method === "POST");
    expect(writes.map(({ operation, status }) => [operation, status])).toEqual([
      [null, 502],
      ["Shut", 0],
      [null, 201],
    ]);
  });
});
