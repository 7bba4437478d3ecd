import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { AdapterContext } from "@/lib/integrations/adapter";
import { type GithubOptions, startGithub } from "../../../sandbox/github/start-github.ts";
import { type CodeTarget, type ConnectOptions, codeContract } from "./code.contract";
import { FIRST_FILES, HISTORY } from "./contract-history";
import { github } from "./github";

const DAY_MS = 86_400_000;
const TOKENS: GithubOptions["tokens"] = {
  "token-writer": { login: "writer", permissions: "write" },
  "token-reader": { login: "reader", permissions: "read" },
};

function connect(settings: Record<string, unknown>, now = () => new Date()) {
  const context: AdapterContext = { name: "code", now, log: { warn: () => undefined } };
  return github.connect(github.settings.parse(settings), context);
}

/** A sandbox with the contract's past in it, stopped after the test unless told otherwise. */
async function startSandbox(options: Partial<GithubOptions> = {}) {
  const sandbox = await startGithub({ tokens: TOKENS, checksMs: 2_000, ...options });
  const start = Date.now() - 60 * DAY_MS;
  const pulls = await sandbox.seed({
    owner: "acme",
    repo: "shop",
    files: FIRST_FILES,
    history: HISTORY.map(({ key, title, labels, method, commits }, index) => ({
      at: new Date(start + index * DAY_MS),
      mergedAt: new Date(start + index * DAY_MS + DAY_MS / 2),
      title,
      labels,
      author: { login: "ann" },
      branch: `work/${key}`,
      mergeMethod: method,
      files: {},
      commits,
    })),
  });
  return { sandbox, pulls };
}

async function startTarget(): Promise<CodeTarget> {
  const { sandbox, pulls } = await startSandbox();
  let opened = 0;
  return {
    repository: "acme/shop",
    branch: "main",
    remote: sandbox.repositoryDir,
    pulls: Object.fromEntries(
      HISTORY.map(({ key }, index) => {
        const { number, mergeSha } = pulls[index] ?? { number: 0, mergeSha: "" };
        return [key, { number, mergeCommit: mergeSha }];
      }),
    ),
    connect: ({ as = "writer", timeoutSeconds = 10, now }: ConnectOptions = {}) =>
      connect({ apiUrl: sandbox.apiUrl, token: `token-${as}`, timeoutSeconds }, now),
    async openPull() {
      opened += 1;
      const { number } = await sandbox.openPullRequest({
        title: `Try ${opened}`,
        author: { login: "ann" },
        branch: `try-${opened}`,
        files: { [`try-${opened}.txt`]: "x\n" },
      });
      return number;
    },
    merge: async (number) => void (await sandbox.merge(number)),
    body: async (number) => sandbox.pullRequest(number)?.body ?? "",
    issueBody: async (number) => sandbox.issue(number)?.body ?? "",
    turnIssue: async (number, state, reason) => sandbox.turnIssue(number, state, reason),
    allowIssues: async (isOn) => sandbox.allowIssues(isOn),
    faults: {
      countMutations: () =>
        sandbox.requests.filter(({ operation }) => operation === "revertPullRequest").length,
      countIssues: () =>
        sandbox.requests.filter(
          ({ method, path }) => method === "POST" && path.endsWith("/acme/shop/issues"),
        ).length,
      countRequests: () => sandbox.requests.length,
      applyThenFail: (applyThenFail) => sandbox.faults.set({ applyThenFail }),
      set: (mode) => sandbox.faults.set({ mode }),
    },
    stop: sandbox.stop,
  };
}

codeContract("a small GitHub", startTarget);

describe("GitHub's own ways", () => {
  test("a used-up primary limit closes the door until it is reset; GraphQL has its own", async () => {
    const { sandbox } = await startSandbox({ rateLimit: 3 });
    onTestFinished(sandbox.stop);
    let now = Date.now();
    const settings = { apiUrl: sandbox.apiUrl, token: "token-writer" };
    const source = connect(settings, () => new Date(now));
    for (let at = 0; at < 3; at += 1)
      await source.resolveCommit("acme/shop", `none-${at}`).catch(() => null);
    expect(source.rateLimit()).toMatchObject({ limit: 3, remaining: 0 });
    const asked = sandbox.requests.length;
    const refused = source.pull("acme/shop", 1);
    await expect(refused).rejects.toMatchObject({ code: "rate-limited", mayHaveActed: false });
    const resetsAt = source.rateLimit()?.resetsAt ?? "";
    await expect(source.compare("acme/shop", "main", "main")).rejects.toMatchObject({
      retryAt: new Date(resetsAt),
    });
    expect(sandbox.requests.length).toBe(asked);
    expect((await source.revertProgress("acme/shop", 1)).pull.state).toBe("merged");
    expect(sandbox.requests.length).toBe(asked + 1);
    now = Date.parse(resetsAt);
    // The sandbox's hour isn't over, so it refuses, and the door closes again at once.
    await expect(source.pull("acme/shop", 1)).rejects.toMatchObject({ code: "rate-limited" });
    expect(sandbox.requests.length).toBe(asked + 2);
  });

  test("of a comparison that GitHub cuts, the files are read from the trees", async () => {
    const { sandbox, pulls } = await startSandbox();
    onTestFinished(sandbox.stop);
    const many = Array.from({ length: 320 }, (_, index) => [`docs/${index}.md`, `${index}\n`]);
    const path = "zz/migrations/0010_far.sql";
    const { number } = await sandbox.openPullRequest({
      title: "Write it all down",
      author: { login: "ann" },
      branch: "docs",
      files: { ...Object.fromEntries(many), [path]: "alter table orders drop note;\n" },
    });
    const { headSha } = (await sandbox.merge(number)) ?? {};
    const source = connect({ apiUrl: sandbox.apiUrl, token: "token-writer" });
    const base = pulls.at(-1)?.mergeSha ?? "";
    const query = { repository: "acme/shop", base, head: headSha, prefixes: ["zz/"] };
    const changes = await source.filesChanged({ ...query, wants: (one) => one.endsWith(".sql") });
    expect(changes.added).toEqual([{ path, content: "alter table orders drop note;\n" }]);
    expect(sandbox.requests.some((one) => one.path.includes("/git/trees/"))).toBe(true);
    const all = source.filesChanged({ ...query, prefixes: [""], wants: () => true });
    await expect(all).rejects.toMatchObject({ code: "invalid" });
  });

  test("acts as an App: finds its installation, keeps the token, renews it before it ends", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    let now = Date.now();
    const app = { id: 41, installationId: 4242, privateKey };
    const { sandbox } = await startSandbox({ app });
    onTestFinished(sandbox.stop);
    const issued = () =>
      sandbox.requests.filter(({ path }) => path.endsWith("/access_tokens")).length;
    // As it stands in an environment variable: one line.
    const oneLine = privateKey.replaceAll("\n", "\\n");
    const settings = { apiUrl: sandbox.apiUrl, appId: 41, privateKey: oneLine };
    const source = connect(settings, () => new Date(now));

    await Promise.all([1, 2, 3].map((number) => source.pull("acme/shop", number)));
    expect(issued()).toBe(1);
    expect((await source.previewRevert("acme/shop", 1)).blockers).toEqual([]);
    const { headCommit } = await source.pull("acme/shop", 1);
    const answer = await source.revert({
      repository: "acme/shop",
      number: 1,
      seenHead: headCommit,
      restorationId: "R-1",
      incidentId: "INC-1",
      incidentUrl: "https://console.example/",
    });
    expect(answer.outcome).toBe("accepted");
    now += 56 * 60_000;
    await source.pull("acme/shop", 2);
    expect(issued()).toBe(2);

    const elsewhere = source.pull("other/shop", 1);
    await expect(elsewhere).rejects.toMatchObject({ code: "not-found" });
    await expect(elsewhere).rejects.toThrow(/not installed for other/);
    const broken = connect({ ...settings, privateKey: "-----BEGIN RSA PRIVATE KEY-----" });
    await expect(broken.check()).rejects.toMatchObject({ code: "unauthorized" });
    const wrong = connect({ ...settings, appId: 42 });
    await expect(wrong.check()).rejects.toMatchObject({ code: "unauthorized" });
  });

  test("an App that may only read is a blocker", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const app = { id: 41, installationId: 4242, privateKey, permissions: "read" as const };
    const { sandbox } = await startSandbox({ app });
    onTestFinished(sandbox.stop);
    const settings = { apiUrl: sandbox.apiUrl, appId: "41", privateKey, installationId: "4242" };
    const preview = await connect(settings).previewRevert("acme/shop", 1);
    expect(preview.blockers.map(({ code }) => code)).toEqual(["read-only"]);
  });

  test("reads real deliveries, and none that was tampered with", async () => {
    const deliveries: { headers: Headers; body: string }[] = [];
    const receiver = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      const pairs = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      deliveries.push({ headers: new Headers(Object.fromEntries(pairs)), body });
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void receiver.close());
    const { port } = receiver.address() as AddressInfo;
    const webhooks = [{ url: `http://127.0.0.1:${port}/hook`, secret: "right" }];
    const { sandbox } = await startSandbox({ webhooks });
    onTestFinished(sandbox.stop);
    await sandbox.openPullRequest({
      title: "Hook",
      author: { login: "ann" },
      branch: "hook",
      files: { "hook.txt": "x\n" },
    });
    const settings = { apiUrl: sandbox.apiUrl, token: "token-writer" };
    const source = connect({ ...settings, webhookSecret: "right" });
    const mark = "Known-Good-Follow-Up: FOL-1";
    const asked = { repository: "acme/shop", title: "Hook", body: "", mark, since: new Date() };
    const opened = await source.openIssue(asked);
    const named = (event: string) =>
      deliveries.find(({ headers }) => headers.get("x-github-event") === event);
    await expect.poll(() => named("push") && named("pull_request") && named("issues")).toBeTruthy();
    const read = async (event: string) => {
      const delivery = named(event);
      return delivery ? source.readWebhook(delivery.headers, delivery.body) : null;
    };
    const repository = "acme/shop";
    const pull = await read("pull_request");
    expect(pull).toMatchObject({ about: "pull", repository, number: HISTORY.length + 1 });
    expect(await read("push")).toMatchObject({ about: "push", repository });
    const issue = opened.outcome === "opened" ? opened.issue.number : null;
    expect(await read("issues")).toMatchObject({ about: "issue", repository, number: issue });
    await expect.poll(() => named("ping")).toBeTruthy();
    expect(await read("ping")).toMatchObject({ about: "other" });

    const delivery = named("pull_request");
    if (!delivery) throw new Error("No delivery came.");
    const { headers, body } = delivery;
    // A repetition is told by its id, which the body is part of.
    expect(await source.readWebhook(headers, body)).toEqual(pull);
    const changed = (name: string, value: string) => {
      const copy = new Headers(headers);
      copy.set(name, value);
      return copy;
    };
    const otherId = await source.readWebhook(changed("x-github-delivery", "other"), body);
    expect(otherId?.deliveryId).not.toBe(pull?.deliveryId);
    expect(await source.readWebhook(headers, `${body} `)).toBeNull();
    expect(await source.readWebhook(headers, "")).toBeNull();
    for (const bad of ["", "sha256=", "sha256=00", "sha1=abc", "é"])
      expect(await source.readWebhook(changed("x-hub-signature-256", bad), body)).toBeNull();
    const wrong = connect({ ...settings, webhookSecret: "wrong" });
    expect(await wrong.readWebhook(headers, body)).toBeNull();
    expect(await connect(settings).readWebhook(headers, body)).toBeNull();
  });
});
