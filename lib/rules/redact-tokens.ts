import type { Span } from "./redact-pairs";

/** Unbroken runs of the characters that keys are made of. */
const RUN = /[\w\-+/=.~%]{12,}/g;
/** How well-known kinds of keys begin, anywhere but inside a word. */
const KNOWN =
  /(?<![A-Za-z0-9])(gh[pousr]_\w{8}|github_pat_\w{8}|gl[a-z]{1,8}-[\w-]{16}|xox[a-z]-[\w-]{8}|xapp-[\w-]{8}|[sr]k[-_](live|test|proj|ant|svcacct|admin)[-_]\w{6}|sk-[A-Za-z0-9]{20}|whsec_\w{8}|(AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12}|AIza[\w-]{16}|ya29\.[\w-]{8}|SG\.[\w-]{12}|eyJ[\w-]{10}|npm_\w{16}|pypi-\w{16}|hf_\w{16}|hvs\.\w{12}|do[opr]_v1_\w{8}|shp(at|ca|pa|ss)_\w{8}|glsa_\w{8}|ATATT\w{8}|dckr_pat_\w{8}|lin_api_\w{8}|nrak-\w{8})/i;
const SCHEME = /\b(?:Bearer|Basic)[ \t]{1,3}([\w\-+/=.~]{8,})/gi;
/** A word of a sentence has neither figures nor capitals inside. */
const LOOKS_MADE = /[0-9=]|[a-z][A-Z]|^.{20}/;
/** A line of a key or certificate, in a log that begins after its first line. */
const ONLY_BASE64 = /^[ \t]*[A-Za-z0-9+/]{48,}={0,2}[ \t]*$/;

const LONGEST_ADDRESS = 256;
/** Addresses that whoever knows them may post to; what follows is the secret. */
const WEBHOOK =
  /(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|\.webhook\.office\.com\/webhookb2)\/([^\s"'<>`\\]+)/gi;
/** `curl -u user:password`, but not `docker run -u 1000:1000`. */
const SIGNED_IN = /(?:^|\s)(?:-u|--user)[ =]["']?[^\s:"']{1,64}:(?!\d+(?:["'\s]|$))([^\s"']+)/g;

/** Keys and tokens known by their look, in whatever stands around them. */
export function secretTokens(line: string): Span[] {
  if (ONLY_BASE64.test(line)) return [[0, line.length]];
  const spans = knownTokens(line);
  for (const { 0: all, 1: token = "", index } of line.matchAll(SCHEME)) {
    const to = index + all.length;
    if (LOOKS_MADE.test(token)) spans.push([to - token.length, to]);
  }
  return spans;
}

/** Those of well-known kinds alone. */
export function knownTokens(line: string): Span[] {
  const spans: Span[] = [];
  for (const { 0: run, index } of line.matchAll(RUN)) {
    const from = KNOWN.exec(run)?.index;
    if (from !== undefined) spans.push([index + from, index + run.length]);
  }
  return spans;
}

/**
 * Who signs in by an address: what stands before the `@` of `postgres://user:password@host` and
 * `user:password@tcp(host)`, the end of a webhook's address, and `curl -u user:password`. The user is
 * left where only the password can be told apart.
 */
export function secretAddresses(line: string): Span[] {
  const spans: Span[] = [];
  const starts = /([A-Za-z][\w+.-]{0,20})?:?\/\//g;
  for (let found = starts.exec(line); found; found = starts.exec(line)) {
    const from = found.index + found[0].length;
    const isWeb = /^(https?|wss?)$/i.test(found[1] ?? "http");
    const authority = authorityAt(line, from, isWeb);
    const at = authority.lastIndexOf("@");
    if (at > 0) spans.push([from, from + at]);
  }
  for (const { 0: all, 1: secret = "", index } of [
    ...line.matchAll(WEBHOOK),
    ...line.matchAll(SIGNED_IN),
  ]) {
    spans.push([index + all.length - secret.length, index + all.length]);
  }
  for (const found of line.matchAll(/@(tcp|unix)\(/g)) {
    const before = line.slice(Math.max(0, found.index - LONGEST_ADDRESS), found.index);
    const colon = before.search(/:[^\s:]*$/);
    if (colon >= 0) spans.push([found.index - before.length + colon + 1, found.index]);
  }
  return spans;
}

/** A password in the address of a database may hold slashes that nobody escaped; one on the web can't. */
function authorityAt(line: string, from: number, isWeb: boolean): string {
  const end = isWeb ? /[\s"'<>`\\/?#]/ : /[\s"'<>`\\]/;
  const rest = line.slice(from, from + LONGEST_ADDRESS);
  const to = rest.search(end);
  return to < 0 ? rest : rest.slice(0, to);
}
