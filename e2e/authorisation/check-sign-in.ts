import { ask } from "./ask.ts";
import type { Expect } from "./check-authorisation.ts";
import { startProduct } from "./product-server.ts";
import { type Claimed, startProvider } from "./sign-in-provider.ts";
import { Visitor } from "./visitor.ts";

const ADA: Claimed = { id: 7, login: "ada", email: "ada@example.com", isVerified: true };

/** Signing in with GitHub from button to role, and who it must not let in. */
export async function checkSignIn(root: string, folder: string, expect: Expect): Promise<void> {
  const provider = await startProvider();
  const settings = {
    KNOWN_GOOD_LOG_LEVEL: "error",
    KNOWN_GOOD_SECRET: "a-secret-for-the-authorisation-check",
    KNOWN_GOOD_GITHUB_OAUTH_ID: "known-good",
    KNOWN_GOOD_GITHUB_OAUTH_SECRET: "the-client-secret",
    KNOWN_GOOD_GITHUB_OAUTH_URL: provider.url,
    KNOWN_GOOD_ADMINS: "ada@example.com",
    KNOWN_GOOD_RESPONDERS: "grace",
  };
  let server = await startProduct(root, folder, settings);
  const visit = async (who: Claimed) => {
    provider.claim(who);
    const visitor = new Visitor(server.url);
    const end = await visitor.signIn("github");
    const session = await visitor.go("GET", "/api/session");
    const role: unknown = session.status === 200 ? JSON.parse(session.text).role : null;
    return { visitor, end, role };
  };
  try {
    const ada = await visit(ADA);
    expect("a verified address on the list signs in as admin", ada.role === "admin", ada.end);
    expect(
      "and comes back to where it wanted to go",
      ada.end === `${server.url}/incidents`,
      ada.end,
    );
    const again = await visit({ ...ADA, login: "ada-renamed" });
    expect("the same account is the same person", again.role === "admin", again.end);
    const other = await visit({ ...ADA, id: 8, login: "mallory" });
    expect("another account with her address isn't linked", other.role === null, other.end);
    const unverified = await visit({ ...ADA, id: 9, login: "eve", isVerified: false });
    expect("an unverified address is nobody's", unverified.role === null, unverified.end);
    const grace = await visit({ id: 10, login: "Grace", email: "g@example.com", isVerified: true });
    expect("a login on the list signs in as responder", grace.role === "responder", grace.end);
    const stranger = await visit({ id: 11, login: "x", email: "x@example.com", isVerified: true });
    expect("a stranger is refused", stranger.role === null, stranger.end);
    const forged = new Visitor(server.url);
    await forged.go("GET", "/api/auth/callback/github?code=stolen&state=forged");
    const shown = await forged.go("GET", "/api/session");
    expect("a callback nobody asked for does nothing", shown.status === 401, shown.status);
    const own = { origin: server.url, "content-type": "application/json" };
    for (const body of ["{", "null", "[]", '"text"', "\u0000"]) {
      for (const path of ["callback/github", "signin/github", "signout"]) {
        const got = await ask(server.url, "POST", `/api/auth/${path}`, own, body);
        expect(`${path} with the body ${body} is refused`, got.status === 400, got.status);
      }
    }
    const away = new Visitor(server.url);
    const { csrfToken } = JSON.parse((await away.go("GET", "/api/auth/csrf")).text);
    const out = new URLSearchParams({ csrfToken, callbackUrl: "https://evil.example/" });
    await away.go("POST", "/api/auth/signin/github", out.toString());
    const kept = decodeURIComponent(away.cookies.get("next-auth.callback-url") ?? "");
    expect("nobody is sent to another site", !kept.includes("evil.example"), kept);
    provider.claim(ADA);
    const linked = await ada.visitor.signIn("github");
    expect("signing in again while signed in works", !linked.includes("error"), linked);
    await server.stop();
    server = await startProduct(root, folder, { ...settings, KNOWN_GOOD_ADMINS: "" });
    const cookies = [...ada.visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const after = await ask(server.url, "GET", "/api/session", { cookie: cookies });
    expect("taken off the list, her session is over", after.status === 401, after.status);
  } finally {
    await server.stop();
    await provider.stop();
  }
}
