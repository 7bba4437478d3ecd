import "server-only";
import { randomBytes } from "node:crypto";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { isFromThisMachine, SESSION_SECONDS, type SignIn } from "@/lib/server/sign-in";
import { insertSession, writePerson } from "./store";
import { tokenHash } from "./token-hash";

/**
 * A session for the demo identity: only where the demo was started, only for a browser on the same
 * machine. Everywhere else this address does not exist. With `next`, a path of this console, the
 * answer leads there, so that a form works without script; without it, it is JSON.
 */
export async function signInAsDemo(
  ctx: Ctx,
  input: { signIn: SignIn; headers: Headers; next?: string },
): Promise<Response> {
  const { signIn, headers, next } = input;
  if (!signIn.demo || !isFromThisMachine(headers)) {
    throw new Refusal("not-found", 404, "There is nothing at this address.");
  }
  const person = await writePerson(ctx.db, {
    id: "demo",
    name: "Demo commander",
    email: null,
    login: null,
    image: null,
    role: "admin",
  });
  const token = randomBytes(32).toString("base64url");
  const expires = new Date(ctx.now().getTime() + SESSION_SECONDS * 1000);
  await insertSession(ctx.db, { tokenHash: tokenHash(token), userId: person.id, expires });
  const response =
    next === undefined
      ? Response.json({ name: person.name, role: person.role })
      : new Response(null, { status: 303, headers: { Location: next } });
  const secure = signIn.secureCookies ? "; Secure" : "";
  response.headers.append(
    "Set-Cookie",
    `${signIn.cookieName}=${token}; Path=/; HttpOnly; SameSite=Lax; Expires=${expires.toUTCString()}${secure}`,
  );
  return response;
}
