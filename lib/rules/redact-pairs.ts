/** A stretch of a line: from the first character that is masked to the first that isn't. */
export type Span = [from: number, to: number];

const SECRET_KEY =
  /pass(word|wd|phrase|code)|secret|token|credential|bearer|jwt|cookie|private[_-]?key|(api|access|account|auth|client|encryption|host|license|master|shared|signing|ssh|storage)[_.-]?key|connection[_-]?string|authori[sz]ation|signature|hmac|(^|[_.-])(pass|pwd|pw|dsn|auth|session|session[_-]?id|sid|otp|sig|pat|sas)$|[a-z](Pwd|Pass|Dsn|Otp|SessionId)$/i;
/** What is said about a secret, and where one lies, is none. */
const ABOUT_SECRET =
  /[a-z_.-](names?|types?|refs?|counts?|length|size|seconds|ttl|urls?|uri|endpoint|path|files?|dir|enabled|required|version|policy|expir\w{0,8})$/i;

/** Whether the name of a field, a variable or a header says that its value is a secret. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) && !ABOUT_SECRET.test(key);
}

const LONGEST_KEY = 64;
const MOST_BACKSLASHES = 8;
const MOST_SPACES = 3;
const HEADER = /authori[sz]ation|cookie/i;
const SCHEME = /(Bearer|Basic|Token|Negotiate)[ \t]+/iy;
/** After a comma: does another field begin? */
const NEXT_FIELD = /\s|$|["'\\]|[A-Za-z_][\w.-]{0,40}["']?\s?[=:]/y;
const OPTION = /--([A-Za-z][A-Za-z0-9-]{1,63})[ \t]{1,3}(?=[^\s-])/g;

/**
 * Values of fields whose name says that they are secret: `password=x`, `"token": "x"`, also escaped
 * inside another text, `Authorization: Bearer x`, `--api-key x`. Each character is looked at a bounded
 * number of times.
 */
export function secretPairs(line: string): Span[] {
  const spans: Span[] = [];
  const separators = /[=:]/g;
  for (let found = separators.exec(line); found; found = separators.exec(line)) {
    const key = keyBefore(line, found.index);
    if (!isSecretKey(key)) continue;
    const span = valueAfter(line, found.index + 1, key, found[0] === ":");
    if (!span) continue;
    spans.push(span);
    separators.lastIndex = span[1];
  }
  for (const option of line.matchAll(OPTION)) {
    const from = option.index + option[0].length;
    if (isSecretKey(option[1] ?? "")) spans.push([from, endOfWord(line, from)]);
  }
  return spans;
}

function keyBefore(line: string, separator: number): string {
  let at = back(line, separator, /[ \t]/, MOST_SPACES);
  if (/["'\]]/.test(line[at - 1] ?? "")) at = back(line, at - 1, /\\/, MOST_BACKSLASHES);
  return line.slice(back(line, at, /[\w.-]/, LONGEST_KEY), at);
}

function back(line: string, from: number, over: RegExp, most: number): number {
  let at = from;
  while (at > 0 && from - at < most && over.test(line[at - 1] ?? "")) at -= 1;
  return at;
}

function forth(line: string, from: number, over: RegExp, most: number): number {
  let at = from;
  while (at < line.length && at - from < most && over.test(line[at] ?? "")) at += 1;
  return at;
}

function valueAfter(line: string, start: number, key: string, isColon: boolean): Span | null {
  const at = forth(line, start, /[ \t>]/, MOST_SPACES);
  const quote = forth(line, at, /\\/, MOST_BACKSLASHES);
  const mark = line[quote] ?? "";
  if (mark === '"' || mark === "'") {
    return nonEmpty(quote + 1, endOfQuoted(line, quote + 1, mark, quote - at));
  }
  if (mark === "[") return nonEmpty(quote + 1, endAt(line, quote + 1, "]"));
  if (mark === "{" || mark === "") return null;
  if (HEADER.test(key)) return headerValue(line, at, key, isColon);
  const to = endOfWord(line, at);
  const isCount = /tokens$/i.test(key) && /^\d+$/.test(line.slice(at, to));
  return isCount ? null : nonEmpty(at, to);
}

/** One token after a known scheme; anything else may have spaces and goes on to the end. */
function headerValue(line: string, at: number, key: string, isColon: boolean): Span | null {
  SCHEME.lastIndex = at;
  const scheme = SCHEME.exec(line);
  if (scheme) return nonEmpty(at + scheme[0].length, endOfWord(line, at + scheme[0].length));
  if (!isColon && !/cookie/i.test(key)) return nonEmpty(at, endOfWord(line, at));
  const rest = /["'\]]/g;
  rest.lastIndex = at;
  return nonEmpty(at, rest.exec(line)?.index ?? line.length);
}

function nonEmpty(from: number, to: number): Span | null {
  return to > from ? [from, to] : null;
}

function endAt(line: string, from: number, mark: string): number {
  const to = line.indexOf(mark, from);
  return to < 0 ? line.length : to;
}

/** Before the next quote that isn't escaped deeper than the first one; else the end of the line. */
function endOfQuoted(line: string, from: number, mark: string, depth: number): number {
  let backslashes = 0;
  for (let at = from; at < line.length; at += 1) {
    const one = line[at];
    if (one === mark && backslashes <= depth) return at - backslashes;
    backslashes = one === "\\" ? backslashes + 1 : 0;
  }
  return line.length;
}

function endOfWord(line: string, from: number): number {
  const ends = /[\s&;"'`<>()\]}\\,]/g;
  ends.lastIndex = from;
  for (let found = ends.exec(line); found; found = ends.exec(line)) {
    if (found[0] !== ",") return found.index;
    NEXT_FIELD.lastIndex = found.index + 1;
    if (NEXT_FIELD.test(line)) return found.index;
  }
  return line.length;
}
