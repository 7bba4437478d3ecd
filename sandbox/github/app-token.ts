import { createVerify } from "node:crypto";
import type { AppOptions } from "./site.ts";

/** Why a JSON web token of an App is refused, in GitHub's words, or null when it is good. */
export function refuseAppToken(
  token: string,
  app: AppOptions & { publicKey: string },
  now: number,
): string | null {
  const undecodable = "A JSON web token could not be decoded";
  const [header = "", payload = "", signature = ""] = token.split(".");
  let claims: { iss?: unknown; exp?: unknown; iat?: unknown };
  try {
    const kind: unknown = JSON.parse(Buffer.from(header, "base64url").toString());
    // Only the algorithm we check may be named: "none" or a shared-key one must not pass.
    if ((kind as { alg?: unknown } | null)?.alg !== "RS256") return undecodable;
    claims = JSON.parse(Buffer.from(payload, "base64url").toString());
    const check = createVerify("RSA-SHA256").update(`${header}.${payload}`);
    if (!check.verify(app.publicKey, Buffer.from(signature, "base64url"))) return undecodable;
  } catch {
    return undecodable;
  }
  const seconds = now / 1000;
  const { iss, exp, iat } = claims;
  if (String(iss) !== String(app.id)) return "Integration not found";
  if (typeof exp !== "number") return "Missing 'exp' claim in assertion";
  if (exp <= seconds)
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  if (exp - seconds > 600 + 60) return "'Expiration time' claim ('exp') is too far in the future";
  if (typeof iat !== "number" || iat > seconds + 60)
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  return null;
}
