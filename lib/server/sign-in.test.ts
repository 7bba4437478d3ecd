import { expect, test } from "vitest";
import { shownBy } from "./auth";
import { readEnv } from "./env";
import { isFromThisMachine, isLoopback, signInOf } from "./sign-in";

const SECRET = { KNOWN_GOOD_SECRET: "0123456789abcdef0123456789abcdef" };
const GITHUB = { KNOWN_GOOD_GITHUB_OAUTH_ID: "id", KNOWN_GOOD_GITHUB_OAUTH_SECRET: "secret" };
const settings = (variables: Record<string, string>) => signInOf(readEnv(variables));

test("nothing half-configured lets anybody in", () => {
  expect(settings({}).problem).toMatch(/KNOWN_GOOD_SECRET/);
  expect(settings(GITHUB).problem).toMatch(/KNOWN_GOOD_SECRET/);
  expect(settings(SECRET).problem).toMatch(/OpenID Connect/);
  expect(settings({ ...SECRET, ...GITHUB }).problem).toBeNull();
});

test("the demo only exists on this machine", () => {
  expect(settings({ KNOWN_GOOD_DEMO: "1" })).toMatchObject({ demo: true, problem: null });
  const away = settings({ KNOWN_GOOD_DEMO: "1", KNOWN_GOOD_URL: "https://good.example.com" });
  expect(away).toMatchObject({ demo: false, problem: expect.stringMatching(/this machine/) });
  expect(settings({ ...SECRET, ...GITHUB }).demo).toBe(false);
});

test("cookies are for https alone when people come by https", () => {
  const https = settings({ ...SECRET, ...GITHUB, KNOWN_GOOD_URL: "https://good.example.com" });
  expect(https).toMatchObject({
    secureCookies: true,
    cookieName: "__Secure-next-auth.session-token",
  });
  expect(settings({ ...SECRET, ...GITHUB }).secureCookies).toBe(false);
});

test.each(["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "LOCALHOST"])("%s is here", (name) => {
  expect(isLoopback(name)).toBe(true);
});
test.each(["localhost.example.com", "127.0.0.1.nip.io", "0.0.0.0", "10.0.0.1", "", "1270.0.0.1"])(
  "%j is elsewhere",
  (name) => {
    expect(isLoopback(name)).toBe(false);
  },
);

test.each([
  [{ host: "127.0.0.1:3000" }, true],
  [{ host: "[::1]:3000" }, true],
  [{ host: "good.example.com" }, false],
  [{}, false],
  [{ host: "127.0.0.1", "x-forwarded-host": "good.example.com" }, false],
  [{ host: "127.0.0.1", "x-forwarded-host": "127.0.0.1:3000" }, true],
  [{ host: "127.0.0.1", forwarded: "for=1.2.3.4" }, false],
])("a request with %j comes from this machine: %s", (headers, is) => {
  expect(isFromThisMachine(new Headers(Object.entries(headers)))).toBe(is);
});

test("an address counts only when the provider calls it verified", () => {
  const profile = { name: "Ada", email: "Ada@Example.com" };
  expect(shownBy("oidc", profile).email).toBeNull();
  expect(shownBy("oidc", { ...profile, email_verified: false }).email).toBeNull();
  expect(shownBy("oidc", { ...profile, email_verified: "maybe" }).email).toBeNull();
  expect(shownBy("oidc", { ...profile, email_verified: true }).email).toBe("ada@example.com");
  expect(shownBy("github", profile).email).toBe("ada@example.com");
});

test("an address with letters that only look alike is not kept", () => {
  const look = { email: "\u0430da@example.com", email_verified: true };
  expect(shownBy("oidc", look).email).toBeNull();
  expect(
    shownBy("oidc", { email: "ada@ex\u212Aample.com", email_verified: true }).email,
  ).toBeNull();
});

test("a login is GitHub's word alone", () => {
  expect(shownBy("github", { login: "grace" }).login).toBe("grace");
  expect(shownBy("oidc", { login: "grace", preferred_username: "grace" }).login).toBeNull();
});
