import "server-only";
import { randomBytes } from "node:crypto";
import type { RoleLists } from "@/lib/people/role-of";
import type { Env } from "./env";

export const SESSION_SECONDS = 7 * 24 * 3600;

/** How people may sign in, or why nobody can. */
export type SignIn = {
  /** Null when sign-in is set up; else a sentence, and no session is accepted at all. */
  problem: string | null;
  secret: string;
  github: { id: string; secret: string; url: string } | null;
  oidc: { issuer: string; id: string; secret: string; name: string } | null;
  /** The demo identity may be offered to requests from this machine. */
  demo: boolean;
  lists: RoleLists;
  secureCookies: boolean;
  cookieName: string;
};

/** Decides from the environment alone. Nothing half-configured ever lets anybody in. */
export function signInOf(env: Env): SignIn {
  const { KNOWN_GOOD_GITHUB_OAUTH_ID: id, KNOWN_GOOD_GITHUB_OAUTH_SECRET: secret } = env;
  const github = id && secret ? { id, secret, url: env.KNOWN_GOOD_GITHUB_OAUTH_URL } : null;
  const { KNOWN_GOOD_OIDC_ISSUER: issuer, KNOWN_GOOD_OIDC_CLIENT_ID: clientId } = env;
  const clientSecret = env.KNOWN_GOOD_OIDC_CLIENT_SECRET;
  const oidc =
    issuer && clientId && clientSecret
      ? { issuer, id: clientId, secret: clientSecret, name: env.KNOWN_GOOD_OIDC_NAME }
      : null;
  const demo = env.KNOWN_GOOD_DEMO === "1" && isLoopback(new URL(env.publicUrl).hostname);
  const secureCookies = env.publicUrl.startsWith("https:");
  return {
    problem: problemOf(env, { demo, hasProvider: github !== null || oidc !== null }),
    // The demo's sign-in exchange need not outlive the process.
    secret: env.KNOWN_GOOD_SECRET ?? randomBytes(32).toString("base64"),
    github,
    oidc,
    demo,
    lists: {
      admins: env.KNOWN_GOOD_ADMINS,
      responders: env.KNOWN_GOOD_RESPONDERS,
      otherwise: env.KNOWN_GOOD_DEFAULT_ROLE === "none" ? null : env.KNOWN_GOOD_DEFAULT_ROLE,
    },
    secureCookies,
    cookieName: `${secureCookies ? "__Secure-" : ""}next-auth.session-token`,
  };
}

function problemOf(env: Env, found: { demo: boolean; hasProvider: boolean }): string | null {
  if (found.demo) return null;
  if (env.KNOWN_GOOD_DEMO === "1") {
    return "The demo identity only exists on this machine, but KNOWN_GOOD_URL names another one.";
  }
  if (env.KNOWN_GOOD_SECRET === undefined) {
    return "Nobody can sign in, because KNOWN_GOOD_SECRET is not set.";
  }
  if (!found.hasProvider) {
    return "Nobody can sign in, because neither a GitHub OAuth app nor an OpenID Connect issuer is configured.";
  }
  return null;
}

/** A host name, without a port, that can only mean this machine. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase();
  return (
    name === "localhost" ||
    name === "[::1]" ||
    name === "::1" ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
}

/** The request names this machine as its host, and came over no proxy. */
export function isFromThisMachine(headers: Headers): boolean {
  if (headers.get("x-forwarded-host") ?? headers.get("forwarded")) {
    const forwarded = headers.get("x-forwarded-host") ?? "";
    if (!isLoopback(forwarded.replace(/:\d+$/, ""))) return false;
  }
  const host = headers.get("host") ?? "";
  return isLoopback(host.replace(/:\d+$/, ""));
}
