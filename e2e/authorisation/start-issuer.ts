import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

/** Who the issuer says is signing in; without `email` it has no address of them. */
export type Subject = { sub: string; name: string; email?: string; isVerified?: boolean };

/** Where the address is told: in the ID token, or at the userinfo endpoint alone. */
export type Place = "id-token" | "userinfo";

export type Issuer = {
  url: string;
  /** Lets a client in, which may be sent back to this address alone. */
  register: (client: { id: string; secret: string; redirectUri: string }) => void;
  claim: (who: Subject) => void;
  tellIn: (place: Place) => void;
  /** From now on it shows a key that it doesn't sign with. */
  showForeignKey: () => void;
  stop: () => Promise<void>;
};

const jwkOf = (key: KeyObject) => ({
  ...key.export({ format: "jwk" }),
  ...{ kid: "one", use: "sig", alg: "RS256" },
});
const newKey = () => generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A real OpenID provider on loopback in which everybody signs in as whom was claimed last. */
export async function startIssuer(): Promise<Issuer> {
  const people = new Map<string, Subject>();
  const { privateKey } = newKey();
  let who: Subject = { sub: "nobody", name: "Nobody" };
  let place: Place = "id-token";
  let hasForeignKey = false;
  let providers: Record<Place, Provider> | null = null;
  let listeners: Record<Place, RequestListener> | null = null;

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://issuer");
    if (!providers || !listeners) {
      response.writeHead(503).end();
      return;
    }
    if (pathname === "/jwks" && hasForeignKey) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ keys: [jwkOf(newKey().publicKey)] }));
      return;
    }
    if (!pathname.startsWith("/enter/")) {
      listeners[place](request, response);
      return;
    }
    people.set(who.sub, who);
    await providers[place].interactionFinished(request, response, {
      login: { accountId: who.sub },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const makeProvider = (client: Parameters<Issuer["register"]>[0], conformIdTokenClaims: boolean) =>
    new Provider(url, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: [client.redirectUri],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      jwks: { keys: [jwkOf(privateKey)] },
      cookies: { keys: [randomBytes(16).toString("hex")] },
      pkce: { required: () => true },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      conformIdTokenClaims,
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_ctx, { uid }) => `/enter/${uid}` },
      findAccount: (_ctx, accountId) => {
        const person = people.get(accountId);
        if (!person) return undefined;
        const { sub, name, email, isVerified } = person;
        const address = email ? { email, email_verified: isVerified === true } : {};
        return { accountId, claims: () => ({ sub, name, ...address }) };
      },
      // Nobody is asked whether they consent.
      async loadExistingGrant({ oidc }) {
        const grant = new oidc.provider.Grant({
          clientId: client.id,
          accountId: oidc.session?.accountId ?? "",
        });
        grant.addOIDCScope("openid email profile");
        await grant.save();
        return grant;
      },
    });

  return {
    url,
    register(client) {
      const made = {
        "id-token": makeProvider(client, false),
        userinfo: makeProvider(client, true),
      };
      providers = made;
      listeners = { "id-token": made["id-token"].callback(), userinfo: made.userinfo.callback() };
    },
    claim(next) {
      who = next;
    },
    tellIn(next) {
      place = next;
    },
    showForeignKey() {
      hasForeignKey = true;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
