import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Answer, Exchange } from "../exchange.ts";
import { HttpError } from "../exchange.ts";
import type { Site } from "../site.ts";
import { html } from "./html.ts";
import { page } from "./page.ts";

type Code = {
  login: string;
  scope: string;
  redirectUri: string;
  challenge: string | null;
  expiresAt: number;
};

const CODE_LIFE_MS = 600_000;

/** Codes wait here between the redirect and the exchange; each is good once. */
const codes = new WeakMap<Site, Map<string, Code>>();

function codesOf(site: Site): Map<string, Code> {
  const known = codes.get(site) ?? new Map<string, Code>();
  codes.set(site, known);
  return known;
}

function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function redirectOf(text: string | null): URL {
  try {
    const url = new URL(text ?? "");
    if (url.protocol === "http:" || url.protocol === "https:") return url;
  } catch {
    // Said below.
  }
  throw new HttpError(400, "The redirect_uri is missing or is not an http(s) address.");
}

/** Asks who you are today: one button for each seeded user, no password. */
function authorize(exchange: Exchange): Answer {
  const { site, query } = exchange;
  if (!site.oauth || query.get("client_id") !== site.oauth.clientId)
    throw new HttpError(404, "Not Found");
  const redirect = redirectOf(query.get("redirect_uri"));
  const carried = ["client_id", "redirect_uri", "state", "scope", "code_challenge"].map((name) => {
    const value = query.get(name);
    return value === null ? null : html`<input type="hidden" name="${name}" value="${value}">`;
  });
  const rows = site.oauth.users.map(
    ({ login, name }) =>
      html`<li><button name="login" value="${login}">Continue as ${login}</button> <span class="quiet">${name}</span></li>`,
  );
  const body = html`<h1>Sign in</h1><p>${redirect.host} wants to know who you are. Nobody here has a password.</p>
<form method="post" action="/login/oauth/authorize">${carried}<ul class="rows">${rows}</ul></form>`;
  return page("Sign in", body);
}

function grant(exchange: Exchange): Answer {
  const { site, body } = exchange;
  const text = (name: string) => (typeof body[name] === "string" ? (body[name] as string) : "");
  const user = site.oauth?.users.find(({ login }) => login === text("login"));
  if (!site.oauth || text("client_id") !== site.oauth.clientId || !user)
    throw new HttpError(404, "Not Found");
  const redirect = redirectOf(text("redirect_uri"));
  const code = randomBytes(10).toString("hex");
  codesOf(site).set(code, {
    login: user.login,
    scope: text("scope"),
    redirectUri: redirect.href,
    challenge: text("code_challenge") || null,
    expiresAt: site.now() + CODE_LIFE_MS,
  });
  redirect.searchParams.set("code", code);
  if (text("state")) redirect.searchParams.set("state", text("state"));
  return { status: 302, headers: { location: redirect.href } };
}

function tokenAnswer(exchange: Exchange, fields: Record<string, string>): Answer {
  // Form encoding is what GitHub answers unless JSON is asked for; errors come with 200 as well.
  if (String(exchange.headers.accept ?? "").includes("json")) return { json: fields };
  return {
    text: new URLSearchParams(fields).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  };
}

function exchangeCode(exchange: Exchange): Answer {
  const { site, body, query, headers } = exchange;
  const [, basic = ""] = /^basic +(.+)$/i.exec(headers.authorization ?? "") ?? [];
  const [basicId = "", basicSecret = ""] = Buffer.from(basic, "base64").toString().split(":");
  const field = (name: string) => String(body[name] ?? query.get(name) ?? "");
  const clientId = field("client_id") || decodeURIComponent(basicId);
  const secret = field("client_secret") || decodeURIComponent(basicSecret);
  const { oauth } = site;
  if (!oauth || clientId !== oauth.clientId || !same(secret, oauth.clientSecret))
    return tokenAnswer(exchange, {
      error: "incorrect_client_credentials",
      error_description: "The client_id and/or client_secret passed are incorrect.",
    });

  const known = codesOf(site).get(field("code"));
  codesOf(site).delete(field("code"));
  const verifier = createHash("sha256").update(field("code_verifier")).digest("base64url");
  const proven = !known?.challenge || known.challenge === verifier;
  if (!known || known.expiresAt < site.now() || !proven)
    return tokenAnswer(exchange, {
      error: "bad_verification_code",
      error_description: "The code passed is incorrect or expired.",
    });
  if (field("redirect_uri") && new URL(field("redirect_uri")).href !== known.redirectUri)
    return tokenAnswer(exchange, {
      error: "redirect_uri_mismatch",
      error_description: "The redirect_uri MUST match the registered callback URL.",
    });

  const scopes = known.scope.split(/[\s,]+/).filter(Boolean);
  const token = site.accounts.issue("gho", {
    kind: "user",
    person: site.accounts.person(known.login),
    permission: scopes.includes("repo") ? "write" : "read",
    scopes: scopes.join(", "),
    grants: null,
  });
  return tokenAnswer(exchange, {
    access_token: token,
    scope: scopes.join(","),
    token_type: "bearer",
  });
}

/** OAuth sign-in. */
export const signInRoutes = [
  { method: "GET", pattern: "/login/oauth/authorize", handle: authorize },
  { method: "POST", pattern: "/login/oauth/authorize", handle: grant },
  { method: "POST", pattern: "/login/oauth/access_token", handle: exchangeCode },
];
