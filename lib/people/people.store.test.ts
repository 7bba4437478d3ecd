import { beforeEach, expect, test } from "vitest";
import { verifyAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { readEnv } from "@/lib/server/env";
import { type Gate, identify } from "@/lib/server/identify";
import { createLog } from "@/lib/server/log";
import { createSealer } from "@/lib/server/seal";
import { signInOf } from "@/lib/server/sign-in";
import { eachDatabase } from "@/lib/server/test-database";
import { authAdapter } from "./auth-adapter";
import { createToken } from "./create-token";
import { listTokens } from "./list-tokens";
import { revokeToken } from "./revoke-token";
import { signInAsDemo } from "./sign-in-as-demo";
import { findPerson, insertPerson, insertSession, writePerson } from "./store";
import { tokenHash } from "./token-hash";

const SECRET = "0123456789abcdef0123456789abcdef";
const OAUTH = { KNOWN_GOOD_GITHUB_OAUTH_ID: "id", KNOWN_GOOD_GITHUB_OAUTH_SECRET: "secret" };
const signIn = signInOf(readEnv({ KNOWN_GOOD_SECRET: SECRET, ...OAUTH }));
const demo = signInOf(readEnv({ KNOWN_GOOD_DEMO: "1" }));
const here = new Headers({ host: "127.0.0.1:3000" });

eachDatabase("people", (database) => {
  let now: Date;
  let ctx: Ctx;
  let gate: Gate;
  beforeEach(() => {
    now = new Date("2026-11-20T10:00:00Z");
    const { db } = database();
    gate = { db, signIn, bootstrapHash: tokenHash("kg_bootstrap-token-of-24"), now: () => now };
    ctx = {
      db,
      actor: { id: "user:1", name: "Ada", role: "admin", via: "session" },
      now: () => now,
      log: createLog("silent"),
      sources: {
        all: () => [],
        get: () => {
          throw new Error("no sources here");
        },
      },
      fileServices: [],
      sealer: createSealer(Buffer.alloc(32)),
      instance: "test",
      publicUrl: "http://127.0.0.1:3000",
      publish: () => undefined,
    };
  });
  const byToken = (token: string) =>
    identify(gate, { cookie: null, authorization: `Bearer ${token}` });
  const byCookie = (token: string, given: Gate = gate) =>
    identify(given, { cookie: `a=b; ${given.signIn.cookieName}=${token}`, authorization: null });
  async function withSession(role: "viewer" | "admin" | null) {
    const names = { name: "Ada", email: "ada@example.com", login: null, image: null };
    const person = await insertPerson(database().db, { id: "ada", ...names, role });
    const expires = new Date(now.getTime() + 60_000);
    const session = { tokenHash: tokenHash("a-session"), userId: "ada", expires };
    await insertSession(database().db, session);
    return person;
  }

  test("a token works until it is revoked, and is nowhere to be read", async () => {
    const made = await createToken(ctx, { name: "ci", role: "responder" });
    expect(await byToken(made.token)).toMatchObject({
      name: "ci",
      role: "responder",
      via: "token",
    });
    expect(JSON.stringify(await listTokens(ctx))).not.toContain(made.token);
    const dump = await database().db.$queryRaw`SELECT row_to_json(t)::text AS r FROM "ApiToken" t`;
    expect(JSON.stringify(dump)).not.toContain(made.token);
    expect((await listTokens(ctx))[0]?.lastUsedAt).toBe(now.toISOString());
    await revokeToken(ctx, { id: made.id });
    expect(await byToken(made.token)).toBeNull();
    await expect(revokeToken(ctx, { id: made.id })).rejects.toMatchObject({ status: 404 });
    expect(await verifyAudit(database().db)).toEqual({ intact: true, entries: 2 });
  });

  test("the environment's token is a responder's; anything like it is nobody's", async () => {
    expect(await byToken("kg_bootstrap-token-of-24")).toMatchObject({ role: "responder" });
    for (const wrong of ["kg_bootstrap-token-of-25", "", "é", "x".repeat(5000), "kg_'; DROP"]) {
      expect(await byToken(wrong)).toBeNull();
    }
    const both = { cookie: "x=y", authorization: "Basic abc" };
    expect(await identify(gate, both)).toBeNull();
  });

  test("a session ends with its time, with the role, and with the person's", async () => {
    const person = await withSession("viewer");
    expect(await byCookie("a-session")).toMatchObject({ name: "Ada", role: "viewer" });
    expect(await byCookie("another")).toBeNull();
    await writePerson(database().db, { ...person, role: "admin" });
    expect(await byCookie("a-session")).toMatchObject({ role: "admin" });
    now = new Date(now.getTime() + 60_000);
    expect(await byCookie("a-session")).toBeNull();
    now = new Date(now.getTime() - 60_000);
    await writePerson(database().db, { ...person, role: null });
    expect(await byCookie("a-session")).toBeNull();
    await writePerson(database().db, person);
    expect(await byCookie("a-session"), "a session that ended stays ended").toBeNull();
  });

  test("with broken sign-in settings no session counts", async () => {
    await withSession("admin");
    const broken = signInOf(readEnv({}));
    expect(broken.problem).toMatch(/KNOWN_GOOD_SECRET/);
    expect(await byCookie("a-session", { ...gate, signIn: broken })).toBeNull();
  });

  test("a role that nobody knows lets nobody in", async () => {
    await withSession("viewer");
    await database().db.user.update({ where: { id: "ada" }, data: { role: "root" } });
    expect(await byCookie("a-session")).toBeNull();
  });

  test("the demo identity is made here and nowhere else", async () => {
    const answer = await signInAsDemo(ctx, { signIn: demo, headers: here });
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax/);
    const token = /=([^;]+)/.exec(cookie)?.[1] ?? "";
    expect(await byCookie(token, { ...gate, signIn: demo })).toMatchObject({ id: "user:demo" });
    const led = await signInAsDemo(ctx, { signIn: demo, headers: here, next: "/incidents" });
    expect([led.status, led.headers.get("location")]).toEqual([303, "/incidents"]);
    expect(led.headers.get("set-cookie")).toMatch(/; HttpOnly; SameSite=Lax/);
    const elsewhere = {
      signIn: demo,
      headers: new Headers({ host: "good.example.com" }),
      next: "/",
    };
    await expect(signInAsDemo(ctx, elsewhere)).rejects.toMatchObject({ status: 404 });
    const proxied = new Headers({ host: "127.0.0.1", "x-forwarded-host": "good.example.com" });
    const through = signInAsDemo(ctx, { signIn: demo, headers: proxied });
    await expect(through).rejects.toMatchObject({ status: 404 });
    await expect(signInAsDemo(ctx, { signIn, headers: here })).rejects.toMatchObject({
      status: 404,
    });
  });

  test("next-auth's rows hold hashes, and no second account is linked to who is signed in", async () => {
    const adapter = authAdapter(database().db);
    const user = await adapter.createUser?.({
      ...{ name: "Grace", email: "grace@example.com", emailVerified: null, role: "responder" },
    });
    const expires = new Date(now.getTime() + 60_000);
    await adapter.createSession?.({ sessionToken: "plain", userId: user?.id ?? "", expires });
    expect(await database().db.session.findMany()).toEqual([
      expect.objectContaining({ tokenHash: tokenHash("plain") }),
    ]);
    expect(await byCookie("plain")).toMatchObject({ role: "responder" });
    expect(await adapter.getSessionAndUser?.("plain")).toBeNull();
    await adapter.deleteSession?.("plain");
    expect(await byCookie("plain")).toBeNull();
    expect(await findPerson(database().db, user?.id ?? "")).toMatchObject({ login: null });
  });
});
