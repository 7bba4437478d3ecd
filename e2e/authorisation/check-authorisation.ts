import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Asked, ask } from "./ask.ts";
import { checkBypasses } from "./check-bypasses.ts";
import { checkOidc } from "./check-oidc.ts";
import { checkSignIn } from "./check-sign-in.ts";
import { addressOf, builtIn, filled, methods, policy } from "./policy.ts";
import { CANARY, makeWorld, type ProductServer, startProduct } from "./product-server.ts";

export type Verdict = { checked: number; wrong: string[] };

type Visitor = { name: string; role: "viewer" | "responder" | "admin" | null; shown: Shown };
type Shown = Record<string, string>;

const RANK = { viewer: 1, responder: 2, admin: 3 };
const TOKEN = "a-token-for-the-authorisation-check";
const SETTINGS = { KNOWN_GOOD_TOKEN: TOKEN, KNOWN_GOOD_LOG_LEVEL: "error" };

/**
 * Every route of the build in `root`, every method, every role and none, on the real server: as it
 * should be, with broken sign-in settings, and without its database; then what tries to get around
 * the door. Needs a finished build. `wrong` is empty when all is well.
 */
export async function checkAuthorisation(root: string): Promise<Verdict> {
  const verdict: Verdict = { checked: 0, wrong: [] };
  const expect = (what: string, holds: boolean, got: unknown = "") => {
    verdict.checked += 1;
    if (!holds) verdict.wrong.push(`${what} ${got}`.trim());
  };
  await checkTable(root, expect);
  const world = await makeWorld();
  try {
    const demo = await startProduct(root, world.folder, { ...SETTINGS, KNOWN_GOOD_DEMO: "1" });
    const visitors = await within(demo, () => makeVisitors(demo.url), "keep");
    await within(demo, async () => {
      await checkMatrix(demo.url, visitors, expect);
      await checkForeignWrites(demo.url, visitors, expect);
      await checkBypasses(demo.url, visitors.admin.shown, CANARY, expect);
    });
    const broken = await startProduct(root, world.folder, SETTINGS);
    await within(broken, () => checkRefused(broken.url, "broken sign-in", visitors, expect));
    const away = await startProduct(root, world.folder, {
      ...SETTINGS,
      DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing",
      KNOWN_GOOD_KEY: Buffer.alloc(32, 7).toString("base64"),
      KNOWN_GOOD_DEMO: "1",
    });
    await within(away, () => checkRefused(away.url, "no database", visitors, expect, true));
    await checkSignIn(root, world.folder, expect);
    await checkOidc(root, world.folder, expect);
  } finally {
    await world.remove();
  }
  return verdict;
}

export type Expect = (what: string, holds: boolean, got?: unknown) => void;
type Visitors = { nobody: Visitor; viewer: Visitor; responder: Visitor; admin: Visitor };

async function within<T>(server: ProductServer, work: () => Promise<T>, keep?: "keep"): Promise<T> {
  let isFine = false;
  try {
    const result = await work();
    isFine = true;
    return result;
  } finally {
    if (!isFine || keep !== "keep") await server.stop();
  }
}

async function checkTable(root: string, expect: Expect): Promise<void> {
  const manifest = await readFile(join(root, ".next/server/app-paths-manifest.json"), "utf8");
  const built = new Set(Object.keys(JSON.parse(manifest)).map(addressOf));
  for (const path of built) {
    expect(`${path} is in the policy`, path in policy || builtIn.has(path));
  }
  for (const path of Object.keys(policy)) expect(`${path} is in the build`, built.has(path));
}

async function makeVisitors(url: string): Promise<Visitors> {
  const own = { origin: url, "content-type": "application/json" };
  const signedIn = await ask(url, "POST", "/api/demo-sign-in", own, "{}");
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const admin = { cookie, ...own };
  const token = await ask(url, "POST", "/api/tokens", admin, '{"name":"v","role":"viewer"}');
  const viewer = { authorization: `Bearer ${JSON.parse(token.text).token}` };
  return {
    nobody: { name: "nobody", role: null, shown: {} },
    viewer: { name: "viewer", role: "viewer", shown: viewer },
    responder: {
      name: "responder",
      role: "responder",
      shown: { authorization: `Bearer ${TOKEN}` },
    },
    admin: { name: "admin", role: "admin", shown: admin },
  };
}

async function checkMatrix(url: string, visitors: Visitors, expect: Expect): Promise<void> {
  const wrong: Visitor[] = [
    { name: "a wrong token", role: null, shown: { authorization: "Bearer kg_wrong-wrong-wrong" } },
    { name: "a malformed token", role: null, shown: { authorization: "Bearer \u00ff{}" } },
    { name: "a wrong cookie", role: null, shown: { cookie: "next-auth.session-token=wrong" } },
  ];
  for (const [path, allowed] of Object.entries(policy)) {
    const isPage = !path.startsWith("/api/");
    for (const method of isPage ? (["GET"] as const) : methods) {
      const access = allowed[method];
      for (const visitor of [...Object.values(visitors), ...wrong]) {
        // A page is for browsers: it knows sessions, not tokens.
        const role = isPage && visitor.shown.authorization ? null : visitor.role;
        const got = await send(url, method, path, visitor.shown);
        const what = `${method} ${path} by ${visitor.name}:`;
        if (access === undefined) expect(what, isNotServed(got.status), got.status);
        else if (access === "public")
          expect(what, ![401, 403, 500].includes(got.status), got.status);
        else if (role === null) expect(what, got.status === 401, got.status);
        else if (RANK[role] < RANK[access]) expect(what, got.status === 403, got.status);
        else expect(what, ![401, 403, 405, 500].includes(got.status), got.status);
        if (role === null) expect(`${what} the canary`, !got.text.includes(CANARY));
      }
    }
  }
  const seen = await send(url, "GET", "/api/services", visitors.viewer.shown);
  expect("somebody with a role sees the canary", seen.text.includes(CANARY));
}

/** Writes that another site could make a browser send. */
async function checkForeignWrites(url: string, { admin }: Visitors, expect: Expect): Promise<void> {
  const json = { "content-type": "application/json" };
  const cookie = admin.shown.cookie ?? "";
  const forged: [string, Shown][] = [
    ["a foreign origin", { ...json, origin: "https://evil.example" }],
    ["the origin null", { ...json, origin: "null" }],
    ["no origin", json],
    ["text/plain", { origin: url, "content-type": "text/plain" }],
    ["a form", { origin: url, "content-type": "application/x-www-form-urlencoded" }],
    ["no type", { origin: url }],
    ["a cross-site fetch", { ...json, origin: url, "sec-fetch-site": "cross-site" }],
  ];
  for (const [path, allowed] of Object.entries(policy)) {
    for (const method of methods) {
      const access = allowed[method];
      if (!access || method === "GET" || access === "public") continue;
      for (const [how, shown] of forged) {
        const isSame = method === "DELETE" && /text|form|type/.test(how);
        if (isSame || (path.startsWith("/api/webhooks/") && shown.origin !== "null")) continue;
        const got = await send(url, method, path, { ...shown, cookie });
        expect(`${method} ${path} with ${how}:`, [403, 415].includes(got.status), got.status);
      }
    }
  }
}

/** Nobody gets in, whatever they show: 401 or 503, and never a page. */
async function checkRefused(
  url: string,
  when: string,
  visitors: Visitors,
  expect: Expect,
  isTokenRefused = false,
): Promise<void> {
  for (const [path, allowed] of Object.entries(policy)) {
    if (path === "/api/health" || path === "/sign-in") continue;
    for (const [method, access] of Object.entries(allowed)) {
      for (const visitor of Object.values(visitors)) {
        const isToken = visitor.shown.authorization !== undefined;
        if (isToken && !isTokenRefused && path.startsWith("/api/")) continue;
        if (access === "public" && !path.startsWith("/api/auth/")) continue;
        const shown = visitor.shown.origin ? { ...visitor.shown, origin: url } : visitor.shown;
        const got = await send(url, method, path, shown);
        const what = `${when}: ${method} ${path} by ${visitor.name}:`;
        expect(what, got.status === 401 || got.status === 503, got.status);
        expect(`${what} the canary`, !got.text.includes(CANARY));
      }
    }
  }
}

function isNotServed(status: number): boolean {
  return [401, 403, 404, 405].includes(status);
}

function send(url: string, method: string, path: string, shown: Shown): Promise<Asked> {
  const isWrite = method !== "GET";
  const own: Shown = isWrite && !shown.origin && !("content-type" in shown) ? ownHeaders(url) : {};
  const isForged = "content-type" in shown || "origin" in shown;
  const headers = { ...(isForged ? {} : own), ...shown };
  return ask(url, method, filled(path), headers, isWrite && method !== "DELETE" ? "{}" : undefined);
}

function ownHeaders(url: string): Shown {
  return { origin: url, "content-type": "application/json" };
}
