import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { POST } from "@/app/api/freezes/route";
import { GET } from "@/app/api/gate/route";
import { FreezeInput, GateAnswer } from "@/lib/contracts/freeze";
import { tokenHash } from "@/lib/people/token-hash";
import type { Ctx } from "@/lib/server/context";
import { readEnv } from "@/lib/server/env";
import { signInOf } from "@/lib/server/sign-in";
import { ctxOn } from "@/lib/server/test-ctx";
import { embeddedDatabase } from "@/lib/server/test-database";
import { checkoutService } from "@/lib/server/test-names";
import { allowDelivery } from "./allow-delivery";
import { freeze } from "./freeze";
import { thawFreeze } from "./thaw-freeze";

const TOKEN = "a-token-for-the-gate";
const COMMIT = "a1b9c3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0";
const page = readFileSync("docs/freezes.md", "utf8");
const fenced = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].flatMap(([, name, body]) =>
    name === language && body ? [body] : [],
  );
const [action = "", gitlab = ""] = fenced("yaml");
const step: string = parse(action)[0].run;
const job: string = parse(gitlab)["wait-while-frozen"].script[0];
const line = fenced("sh").find((text) => text.startsWith("curl -fsS -G")) ?? "";
const post = fenced("sh").find((text) => text.includes("/api/freezes")) ?? "";

const database = embeddedDatabase();
const nowhere = "http://127.0.0.1:9";
const addresses = { kubernetes: nowhere, github: nowhere, unleash: nowhere, prometheus: nowhere };
let server: Server;
let url: string;
let folder: string;
let ctx: Ctx;

/** The product's own door and routes behind a server of this test. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { method = "GET", headers } = request;
    const asked = new Request(`${url}${request.url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
      ...(method === "GET" ? {} : { body: Buffer.concat(chunks) }),
    });
    const handle = request.url?.startsWith("/api/gate") ? GET : POST;
    const answer = await handle(asked, { params: Promise.resolve({}) });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  folder = mkdtempSync(join(tmpdir(), "known-good-gate-"));
});
beforeEach(() => {
  ctx = ctxOn({ addresses, service: checkoutService() }, database().db);
  const env = readEnv({ KNOWN_GOOD_URL: url });
  const { actor: _, ...base } = ctx;
  const app = {
    ...{ env, log: ctx.log, signIn: signInOf(env), bootstrapHash: tokenHash(TOKEN) },
    ...{ serving: { base, live: null, opened: database() }, problem: null, answering: 0 },
  };
  Reflect.set(globalThis, Symbol.for("known-good.app"), Promise.resolve(app));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a script as a pipeline does; `said` grows while it runs. */
function run(script: string, more: Record<string, string> = {}) {
  const env = {
    ...process.env,
    ...{ KNOWN_GOOD_URL: url, KNOWN_GOOD_TOKEN: TOKEN },
    ...{
      SERVICE: "checkout",
      COMMIT,
      CI_COMMIT_SHA: COMMIT,
      GATE_EVERY: "0.05",
      GATE_TRIES: "400",
    },
    ...more,
  };
  const child = spawn("sh", ["-e", "-c", script], { cwd: folder, env });
  const running = { said: "", ended: Promise.resolve<number | null>(null) };
  const hear = (chunk: Buffer) => {
    running.said += String(chunk);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  running.ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  return running;
}

const frozen = (reason = "Rolling back") =>
  freeze(ctx, { services: ["checkout"], reason, minutes: 60, incidentId: null }, { waitMs: 0 });

test("both pipelines run the same lines", () => {
  expect(job).toBe(`COMMIT=$CI_COMMIT_SHA\n${step}`);
  expect(step.split("\n").length).toBeGreaterThan(15);
});

describe.each([
  ["the step for GitHub Actions", step],
  ["the job for GitLab", job],
])("%s", (_, script) => {
  test("goes on at once when nothing is frozen", async () => {
    const running = run(script);
    expect(await running.ended).toBe(0);
    expect(running.said).toBe("checkout isn’t frozen: deliver.\n");
  });

  test("waits while it is frozen, says why, and goes on once it is thawed", async () => {
    await frozen('Rolling back, "really" \\n::error::x');
    const running = run(script);
    await expect
      .poll(() => running.said, { timeout: 15_000 })
      .toContain("checkout at a1b9c3e is frozen. F-1 by Ada");
    // Somebody else's words begin no line of the log.
    expect(running.said.split("\n").some((text) => text.startsWith("::"))).toBe(false);
    await thawFreeze(ctx, { id: "F-1" });
    expect(await running.ended).toBe(0);
    expect(running.said.trimEnd().split("\n").at(-1)).toBe("checkout isn’t frozen: deliver.");
  });

  test("goes on once its commit is let through", async () => {
    await frozen();
    const running = run(script);
    await expect.poll(() => running.said, { timeout: 15_000 }).toContain("is frozen");
    const reason = "it carries the fix of the price list";
    await allowDelivery(ctx, { id: "F-1", kind: "commit", value: COMMIT, reason });
    expect(await running.ended).toBe(0);
    expect(running.said).toContain("is let through F-1: deliver.");
  });
});

test("what is frozen for too long fails", async () => {
  await frozen();
  const running = run(step, { GATE_TRIES: "3" });
  expect(await running.ended).toBe(1);
  expect(running.said).toContain("Still frozen");
});

test.each([
  ["a wrong token", { KNOWN_GOOD_TOKEN: "another-token" }, "(401): "],
  ["an unknown service", { SERVICE: "till" }, "(404): There is no service"],
  ["a commit that is none", { COMMIT: "main" }, "(422): That input"],
])("%s fails at once, with the reason", async (_, env, words) => {
  const running = run(step, env);
  expect(await running.ended).toBe(1);
  expect(running.said).toContain(words);
});

test("a gate that is away lets deliveries go on, unless it is told to stop them", async () => {
  const going = run(step, { KNOWN_GOOD_URL: nowhere });
  expect(await going.ended).toBe(0);
  expect(going.said).toContain("Delivering without asking the gate");
  const stopping = run(step, { KNOWN_GOOD_URL: nowhere, GATE_SILENT: "stop" });
  expect(await stopping.ended).toBe(1);
});

test("the one line passes, and fails closed", async () => {
  const open = run(line);
  expect(await open.ended).toBe(0);
  expect(GateAnswer.parse(JSON.parse(open.said)).open).toBe(true);
  await frozen();
  expect(await run(line).ended).toBe(22);
  expect(await run(line, { KNOWN_GOOD_URL: nowhere }).ended).toBe(7);
});

test("the freeze of the page's example is made once", async () => {
  const body = /--json '(.*)'/.exec(post)?.[1] ?? "";
  expect(FreezeInput.parse(JSON.parse(body))).toMatchObject({ services: ["checkout"] });
  const keyed = post.replace("$(date +%s)", "12345");
  const made = await Promise.all([run(keyed), run(keyed)].map(({ ended }) => ended));
  expect(made).toEqual([0, 0]);
  expect(await ctx.db.freeze.count()).toBe(1);
});
