import "server-only";
import { createHash } from "node:crypto";

/**
 * What is stored of a session or API token. Tokens are 256 random bits, so a plain hash is enough:
 * there is nothing to guess.
 */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
