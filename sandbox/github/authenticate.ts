import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "./accounts.ts";
import { refuseAppToken } from "./app-token.ts";
import { HttpError } from "./exchange.ts";
import type { Site } from "./site.ts";

/** Whom the Authorization header speaks for: nobody without one, and 401 for a wrong one. */
export function authenticate(site: Site, headers: IncomingHttpHeaders): Caller | null {
  const header = headers.authorization;
  if (header === undefined) return null;
  const [scheme = "", credentials = ""] = header.split(/ +/);
  const token = /^basic$/i.test(scheme)
    ? Buffer.from(credentials, "base64").toString().replace(/^.*?:/, "")
    : /^(token|bearer)$/i.test(scheme)
      ? credentials
      : "";
  const caller = site.accounts.caller(token, site.now());
  if (caller) return caller;
  if (site.app && token.split(".").length === 3) {
    const refused = refuseAppToken(token, site.app, site.now());
    if (refused) throw new HttpError(401, refused);
    const person = site.accounts.person(`${site.app.slug}[bot]`);
    const key = `app ${site.app.id}`;
    return { kind: "app", person, permission: "read", key, scopes: null, grants: null };
  }
  throw new HttpError(401, "Bad credentials");
}
