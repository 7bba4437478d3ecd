import "server-only";
import { NextRequest } from "next/server";
import NextAuth, { type AuthOptions, type Profile } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import * as z from "zod";
import { authAdapter } from "@/lib/people/auth-adapter";
import { roleOf } from "@/lib/people/role-of";
import { findPersonByAccount, findPersonByEmail, writePerson } from "@/lib/people/store";
import type { Ctx } from "./context";
import type { Database } from "./db";
import type { Log } from "./log";
import { Refusal } from "./refusal";
import { SESSION_SECONDS, type SignIn } from "./sign-in";

/** What next-auth is given: everything that is not said here is its default. */
export function authOptions(db: Database, signIn: SignIn, log: Log): AuthOptions {
  return {
    adapter: authAdapter(db),
    secret: signIn.secret,
    session: { strategy: "database", maxAge: SESSION_SECONDS, updateAge: SESSION_SECONDS },
    useSecureCookies: signIn.secureCookies,
    providers: [
      ...(signIn.github ? [githubProvider(signIn.github)] : []),
      ...(signIn.oidc ? [oidcProvider(signIn.oidc)] : []),
    ],
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/sign-in" },
    logger: {
      error: (code, metadata) => log.error({ code, error: errorOf(metadata) }, "sign-in failed"),
      warn: (code) => log.warn({ code }, "sign-in"),
      debug: () => undefined,
    },
    callbacks: {
      async signIn({ account, profile }) {
        if (!account || !profile) return false;
        const shown = shownBy(account.provider, profile);
        const role = roleOf(shown, signIn.lists);
        const known = await findPersonByAccount(db, account);
        if (known) {
          // Somebody else may have the address by now; nobody is merged because of it.
          const owner = shown.email ? await findPersonByEmail(db, shown.email) : null;
          const email = owner && owner.id !== known.id ? null : shown.email;
          await writePerson(db, { ...known, ...shown, email, role });
        }
        if (role === null) log.warn({ provider: account.provider }, "refused: on no list");
        return role !== null;
      },
      redirect: ({ url, baseUrl }) =>
        isOwnPath(url, baseUrl) ? new URL(url, baseUrl).href : baseUrl,
    },
  };

  function githubProvider(github: NonNullable<SignIn["github"]>): OAuthConfig<Profile> {
    const api =
      github.url === "https://github.com" ? "https://api.github.com" : `${github.url}/api/v3`;
    return {
      id: "github",
      name: "GitHub",
      type: "oauth",
      clientId: github.id,
      clientSecret: github.secret,
      checks: ["state", "pkce"],
      authorization: {
        url: `${github.url}/login/oauth/authorize`,
        params: { scope: "read:user user:email" },
      },
      token: `${github.url}/login/oauth/access_token`,
      userinfo: {
        url: `${api}/user`,
        async request({ tokens }) {
          const profile = GitHubUser.parse(await ask(`${api}/user`, tokens.access_token));
          const emails = GitHubEmails.parse(await ask(`${api}/user/emails`, tokens.access_token));
          const email = emails.find((each) => each.primary && each.verified)?.email;
          return { ...profile, sub: String(profile.id), name: profile.name ?? undefined, email };
        },
      },
      profile: (profile) => personOf("github", profile),
    };
  }

  function oidcProvider(oidc: NonNullable<SignIn["oidc"]>): OAuthConfig<Profile> {
    return {
      id: "oidc",
      name: oidc.name,
      type: "oauth",
      wellKnown: `${oidc.issuer}/.well-known/openid-configuration`,
      issuer: oidc.issuer,
      clientId: oidc.id,
      clientSecret: oidc.secret,
      idToken: true,
      checks: ["state", "pkce", "nonce"],
      authorization: { params: { scope: "openid email profile" } },
      userinfo: {
        request: ({ client, tokens }) =>
          claimsOf(tokens.id_token, async () =>
            client.issuer.metadata.userinfo_endpoint
              ? client.userinfo(tokens.access_token ?? "")
              : null,
          ),
      },
      profile: (profile) => personOf("oidc", profile),
    };
  }

  /** The row that is made at the first sign-in. */
  function personOf(provider: string, profile: Profile) {
    const shown = shownBy(provider, profile);
    return { id: profile.sub ?? "", ...shown, role: roleOf(shown, signIn.lists) };
  }
}

const GitHubUser = z.object({
  id: z.number(),
  login: z.string(),
  name: z.string().nullish(),
  avatar_url: z.string().nullish(),
});
const GitHubEmails = z.array(
  z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }),
);
const Claims = z.looseObject({
  sub: z.string().min(1),
  name: z.string().optional(),
  email: z.string().optional(),
});
const Shown = z.object({
  name: z.string().nullish(),
  email: z.string().nullish(),
  email_verified: z.union([z.boolean(), z.string()]).nullish(),
  login: z.string().nullish(),
});

/** What a provider vouches for. An address that it does not call verified is not kept at all. */
export function shownBy(provider: string, profile: unknown) {
  const { name, email, email_verified, login } = Shown.parse(profile);
  const isVerified = provider === "github" || email_verified === true || email_verified === "true";
  const ownLogin = provider === "github" ? (login ?? null) : null;
  // Addresses that only look like another are refused by keeping to plain characters.
  const plain = email && /^[\x21-\x7e]+@[\x21-\x7e]+$/.test(email) ? email.toLowerCase() : null;
  return {
    name: name ?? ownLogin,
    email: isVerified ? plain : null,
    login: ownLogin,
    image: null,
  };
}

/**
 * What an issuer says of a person: the claims of the ID token, which next-auth has checked, and where
 * they leave out the address, as the standard allows, what its userinfo endpoint says.
 */
async function claimsOf(
  idToken: string | undefined,
  askUserinfo: () => Promise<unknown>,
): Promise<Profile> {
  const payload = Buffer.from(idToken?.split(".")[1] ?? "", "base64url").toString();
  const claims = Claims.parse(JSON.parse(payload));
  if (claims.email) return claims;
  const answer = await askUserinfo();
  if (answer === null) return claims;
  const { sub, name, email, email_verified } = Claims.parse(answer);
  if (sub !== claims.sub) throw new Error("The issuer's userinfo is about somebody else.");
  const profile = { ...claims, name: claims.name ?? name, email, email_verified };
  return profile;
}

async function ask(url: string, token: string | undefined): Promise<unknown> {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token ?? ""}`, accept: "application/vnd.github+json" },
    signal: AbortSignal.timeout(10_000),
    redirect: "error",
  });
  if (!response.ok)
    throw new Error(`GitHub answered ${response.status} for ${new URL(url).pathname}`);
  return response.json();
}

function isOwnPath(url: string, baseUrl: string): boolean {
  const target = URL.canParse(url, baseUrl) ? new URL(url, baseUrl) : null;
  return target?.origin === new URL(baseUrl).origin;
}

function errorOf(metadata: unknown): unknown {
  if (metadata instanceof Error) return metadata;
  const { error } = z.object({ error: z.unknown() }).catch({ error: null }).parse(metadata);
  return error;
}

/** Read elsewhere (the session), or not needed (the browser's error reports). */
const NOT_SERVED = new Set(["session", "_log"]);

/** Answers next-auth's addresses. While sign-in is broken none of them does anything. */
export async function answerSignIn(
  ctx: Ctx,
  { app, request, raw, params }: SignInRequest,
): Promise<Response> {
  if (app.signIn.problem !== null) throw new Refusal("sign-in-broken", 503, app.signIn.problem);
  if (NOT_SERVED.has(params.nextauth[0] ?? "")) {
    throw new Refusal("not-found", 404, "There is nothing at this address.");
  }
  refuseOddJson(request.headers, raw);
  const { method, headers, url } = request;
  const copy = new NextRequest(url, { method, headers, body: raw === "" ? null : raw });
  const answer: unknown = await NextAuth(
    copy,
    { params: Promise.resolve(params) },
    authOptions(ctx.db, app.signIn, ctx.log),
  );
  if (answer instanceof Response) return answer;
  throw new Error("next-auth gave no answer");
}

/** next-auth reads JSON without a net: what isn't an object in it would be an error of ours. */
function refuseOddJson(headers: Headers, raw: string): void {
  if (raw === "" || !headers.get("content-type")?.includes("application/json")) return;
  const refusal = new Refusal("invalid-json", 400, "The body isn't a JSON object.");
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    throw refusal;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refusal;
}

type SignInRequest = {
  app: { signIn: SignIn };
  request: Request;
  raw: string;
  params: { nextauth: string[] };
};
