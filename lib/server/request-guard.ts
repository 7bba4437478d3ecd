import "server-only";
import type { App } from "./app-state";
import { MALFORMED_PATH } from "./mend-path";
import { Refusal } from "./refusal";

const MAX_BODY = 1_048_576;
const FORM = "application/x-www-form-urlencoded";

/** `raw`: the verb checks the body itself. `form`: JSON, or a form of our own pages, script or not. */
export type BodyKind = "json" | "form" | "raw";

/** Refuses a path with a "%" that stands for nothing, which no link of ours has. */
export function checkPath(request: Request): void {
  if (!request.headers.has(MALFORMED_PATH)) return;
  throw new Refusal(
    "malformed-path",
    400,
    "The address has a % that isn’t followed by a character’s code, so nothing was done. Write a % in a name as %25.",
  );
}

/**
 * Refuses a write that another site could have made a browser send. Runs before anything is read:
 * a request with a cookie must come from our own pages and be JSON, which no foreign form can send.
 */
export function checkOrigin(
  request: Request,
  app: Pick<App, "env">,
  body: BodyKind = "json",
): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  const isOwn = origin !== null && ownOrigins(request, app).has(origin);
  const site = request.headers.get("sec-fetch-site");
  if ((origin !== null && !isOwn) || (site !== null && site !== "same-origin" && site !== "none")) {
    throw new Refusal("foreign-origin", 403, "This was sent by another site, so nothing was done.");
  }
  if (body === "raw" || request.headers.has("authorization")) return;
  if (!isOwn) {
    throw new Refusal(
      "no-origin",
      403,
      "Nothing was done: a write with a session must come from Known Good's own pages. Scripts present a token.",
    );
  }
  if (body === "form" && isForm(request)) return;
  if (request.method !== "DELETE" && typeOf(request) !== "application/json") {
    throw new Refusal("not-json", 415, "Send the body as application/json.");
  }
}

/** Whether the body is what a form without script sends. */
export function isForm(request: Request): boolean {
  return typeOf(request) === FORM;
}

function typeOf(request: Request): string | undefined {
  return request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
}

function ownOrigins(request: Request, app: Pick<App, "env">): Set<string> {
  const host = request.headers.get("host");
  const scheme = new URL(app.env.publicUrl).protocol;
  return new Set([new URL(app.env.publicUrl).origin, ...(host ? [`${scheme}//${host}`] : [])]);
}

/** The body as text, at most one megabyte of it; larger ones are refused without being kept. */
export async function readBody(request: Request): Promise<string> {
  const tooLarge = () => new Refusal("too-large", 413, "The body is larger than one megabyte.");
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY) throw tooLarge();
  if (request.body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > MAX_BODY) throw tooLarge();
    parts.push(part);
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
