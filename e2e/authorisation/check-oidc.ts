import { ask } from "./ask.ts";
import type { Expect } from "./check-authorisation.ts";
import { startProduct } from "./product-server.ts";
import { type Subject, startIssuer } from "./start-issuer.ts";
import { Visitor } from "./visitor.ts";

const CLIENT = { id: "known-good", secret: "the-client-secret-of-the-issuer" };
/** Her own address: the checks before this one know another Ada, by another provider. */
const ADA: Subject = { sub: "a-1", name: "Ada", email: "ada@issuer.example", isVerified: true };

/** Signing in with an OpenID provider from button to role, and who it must not let in. */
export async function checkOidc(root: string, folder: string, expect: Expect): Promise<void> {
  const issuer = await startIssuer();
  const server = await startProduct(root, folder, {
    KNOWN_GOOD_LOG_LEVEL: "silent",
    KNOWN_GOOD_SECRET: "a-secret-for-the-authorisation-check",
    KNOWN_GOOD_OIDC_ISSUER: issuer.url,
    KNOWN_GOOD_OIDC_CLIENT_ID: CLIENT.id,
    KNOWN_GOOD_OIDC_CLIENT_SECRET: CLIENT.secret,
    KNOWN_GOOD_OIDC_NAME: "Acme accounts",
    KNOWN_GOOD_ADMINS: "ada@issuer.example",
    KNOWN_GOOD_RESPONDERS: "grace@example.com",
  });
  issuer.register({ ...CLIENT, redirectUri: `${server.url}/api/auth/callback/oidc` });
  const visit = async (who: Subject) => {
    issuer.claim(who);
    const visitor = new Visitor(server.url);
    const end = await visitor.signIn("oidc");
    const got = await visitor.go("GET", "/api/session");
    const session = got.status === 200 ? JSON.parse(got.text) : { role: null, name: null };
    return { end, role: session.role, name: session.name };
  };
  try {
    const page = await ask(server.url, "GET", "/sign-in");
    expect("the sign-in page names the issuer", page.text.includes("Acme accounts"), page.status);
    for (const place of ["id-token", "userinfo"] as const) {
      issuer.tellIn(place);
      const told = `with the address in the ${place}`;
      const ada = await visit(ADA);
      expect(`${told} a verified one is admin`, ada.role === "admin", ada.end);
      expect(`${told} her name is known`, ada.name === "Ada", ada.name);
      expect(`${told} she comes back`, ada.end === `${server.url}/incidents`, ada.end);
      const eve = await visit({ ...ADA, sub: `e-${place}`, isVerified: false });
      expect(`${told} an unverified one is nobody's`, eve.role === null, eve.end);
      const other = await visit({ ...ADA, sub: `m-${place}` });
      expect(`${told} another account with hers isn't linked`, other.role === null, other.end);
      const stranger = await visit({ ...ADA, sub: `s-${place}`, email: "s@example.com" });
      expect(`${told} a stranger is refused`, stranger.role === null, stranger.end);
      const blank = await visit({ sub: `b-${place}`, name: "ada@issuer.example" });
      expect(`${told} no address is nobody's`, blank.role === null, blank.end);
    }
    const moved = await visit({ ...ADA, name: "Ada L.", email: "grace@example.com" });
    expect("the same account is the same person", moved.role === "responder", moved.end);
    const forged = new Visitor(server.url);
    await forged.go("GET", "/api/auth/callback/oidc?code=stolen&state=forged");
    const shown = await forged.go("GET", "/api/session");
    expect("a callback nobody asked for does nothing", shown.status === 401, shown.status);
    issuer.showForeignKey();
    const unsigned = await visit(ADA);
    expect("an ID token of another key is nobody's", unsigned.role === null, unsigned.end);
  } finally {
    await server.stop();
    await issuer.stop();
  }
}
