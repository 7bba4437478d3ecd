import { createHash, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Who the provider says is signing in. */
export type Claimed = { id: number; login: string; email: string; isVerified: boolean };

export type Provider = { url: string; claim: (who: Claimed) => void; stop: () => Promise<void> };

/** GitHub Enterprise's sign-in as OAuth prescribes it: one-time codes, proof of possession (S256). */
export async function startProvider(): Promise<Provider> {
  let who: Claimed = { id: 1, login: "nobody", email: "nobody@example.com", isVerified: false };
  const codes = new Map<string, string>();
  const tokens = new Set<string>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://provider");
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    if (url.pathname === "/login/oauth/authorize") {
      const code = randomUUID();
      codes.set(code, url.searchParams.get("code_challenge") ?? "");
      const back = new URL(url.searchParams.get("redirect_uri") ?? "");
      back.searchParams.set("code", code);
      back.searchParams.set("state", url.searchParams.get("state") ?? "");
      response.writeHead(302, { location: back.href });
      response.end();
      return;
    }
    if (url.pathname === "/login/oauth/access_token") {
      let body = "";
      for await (const part of request) body += part;
      const form = new URLSearchParams(body);
      const proof = createHash("sha256").update(form.get("code_verifier") ?? "");
      const expected = codes.get(form.get("code") ?? "");
      codes.delete(form.get("code") ?? "");
      if (expected !== proof.digest("base64url")) {
        json({ error: "bad_verification_code" }, 400);
        return;
      }
      const token = randomUUID();
      tokens.add(token);
      json({ access_token: token, token_type: "bearer", scope: "read:user,user:email" });
      return;
    }
    const token = /^(?:Bearer|token) (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (!token || !tokens.has(token)) json({ message: "Bad credentials" }, 401);
    else if (url.pathname === "/api/v3/user") json({ id: who.id, login: who.login, name: null });
    else if (url.pathname === "/api/v3/user/emails") {
      json([{ email: who.email, primary: true, verified: who.isVerified, visibility: null }]);
    } else json({ message: "Not Found" }, 404);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    claim: (next) => {
      who = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
