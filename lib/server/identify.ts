import "server-only";
import { timingSafeEqual } from "node:crypto";
import type { Actor } from "@/lib/contracts/role";
import { acceptToken, findSession } from "@/lib/people/store";
import { tokenHash } from "@/lib/people/token-hash";
import type { Database } from "./db";
import type { SignIn } from "./sign-in";

/** What a request shows of who sends it. */
export type Credentials = { cookie: string | null; authorization: string | null };

export type Gate = {
  db: Database;
  signIn: SignIn;
  /** Hash of KNOWN_GOOD_TOKEN, when it is set. */
  bootstrapHash: string | null;
  now: () => Date;
};

/** Who is asking, or null. A token that is shown counts alone: a wrong one is not made up for by a cookie. */
export async function identify(gate: Gate, shown: Credentials): Promise<Actor | null> {
  if (shown.authorization !== null) return byToken(gate, shown.authorization);
  if (gate.signIn.problem !== null) return null;
  const token = cookieValue(shown.cookie, gate.signIn.cookieName);
  return token === null ? null : bySession(gate, token);
}

async function byToken(gate: Gate, authorization: string): Promise<Actor | null> {
  const token = /^Bearer ([\w.~+/-]{8,200}=*)$/i.exec(authorization)?.[1];
  if (!token) return null;
  const hash = tokenHash(token);
  if (gate.bootstrapHash !== null && sameHash(hash, gate.bootstrapHash)) {
    return { id: "token:environment", name: "KNOWN_GOOD_TOKEN", role: "responder", via: "token" };
  }
  const row = await acceptToken(gate.db, hash, gate.now());
  return row && { id: `token:${row.id}`, name: row.name, role: row.role, via: "token" };
}

async function bySession(gate: Gate, token: string): Promise<Actor | null> {
  const found = await findSession(gate.db, tokenHash(token));
  if (!found || found.session.expires <= gate.now() || found.person.role === null) return null;
  const { id, name, login, email, role } = found.person;
  return { id: `user:${id}`, name: name ?? login ?? email ?? "somebody", role, via: "session" };
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, "hex"), Buffer.from(b, "hex"));
}

/** The value of one cookie of a Cookie header, or null. */
export function cookieValue(header: string | null, name: string): string | null {
  for (const part of header?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) {
      return part.slice(at + 1).trim() || null;
    }
  }
  return null;
}
