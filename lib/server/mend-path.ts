import "server-only";

/** Set by us alone on a request whose path wasn't one; what a client sends under this name is dropped. */
export const MALFORMED_PATH = "x-known-good-malformed-path";

/** What a decoder puts in place of what it can't read. */
const UNREADABLE = encodeURIComponent("\ufffd");

/**
 * Puts "�" for each % of a part of a path that can't be decoded ("%E0%A4%A"), so that the request reaches
 * our door and is refused there; Next answers such a path itself, with an error of the server in plain text.
 */
export function mendPath(request: {
  url?: string;
  headers: Record<string, string | string[] | undefined>;
}): void {
  delete request.headers[MALFORMED_PATH];
  const [path = "", ...query] = (request.url ?? "").split("?");
  if (isDecodable(path)) return;
  const mended = path
    .split("/")
    .map((part) => (isDecodable(part) ? part : part.replaceAll("%", UNREADABLE)))
    .join("/");
  request.url = [mended, ...query].join("?");
  request.headers[MALFORMED_PATH] = "1";
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
