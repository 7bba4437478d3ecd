import type { Dialect } from "./operation";

/** A word, mark or literal of SQL, by its place in the text (UTF-16 units, `end` exclusive). */
export type Token = {
  kind: "word" | "name" | "string" | "number" | "symbol";
  start: number;
  end: number;
  /** Words in capitals, quoted names without their quotes, symbols as they are; strings empty. */
  text: string;
};

const isSpace = (code: number) => code <= 32 || code === 0xa0 || code === 0xfeff;
const isDigit = (code: number) => code >= 48 && code <= 57;
const isWordStart = (code: number) =>
  (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127;
const isWordPartOfMySql = (code: number) => isWordStart(code) || isDigit(code);
const isWordPart = (code: number) => isWordPartOfMySql(code) || code === 36;

/**
 * Goes through the tokens of SQL from a place on, leaving comments out. The parsers need it in front of
 * them: it finds where one statement ends and the next begins when a file can't be parsed as a whole,
 * and it measures a statement before a parser that would run out of stack sees it. An unclosed quote
 * runs to the end.
 */
export function* sqlTokens(sql: string, dialect: Dialect, from = 0): Generator<Token> {
  let at = from;
  let before: Token | null = null;
  // Inside a comment of MySQL that is run all the same: its end is no more than a space.
  let isInVersioned = false;
  while (at < sql.length) {
    if (isSpace(sql.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const comment = commentEnd(sql, at, dialect);
    if (comment !== null) {
      if (comment < 0) isInVersioned = true;
      at = Math.abs(comment);
    } else if (isInVersioned && sql.startsWith("*/", at)) {
      isInVersioned = false;
      at += 2;
    } else {
      before = tokenAt(sql, at, dialect, before);
      at = before.end;
      yield before;
    }
  }
}

function tokenAt(sql: string, start: number, dialect: Dialect, before: Token | null): Token {
  const quote = quoted(sql, start, dialect, before);
  if (quote !== null) return { ...quote, start };
  const code = sql.charCodeAt(start);
  // A delimiter of MySQL's client may follow a word at once: END$$.
  const isPart = dialect === "mysql" ? isWordPartOfMySql : isWordPart;
  if (isWordStart(code)) {
    const end = runEnd(sql, start, isPart);
    return { kind: "word", start, end, text: sql.slice(start, end).toUpperCase() };
  }
  if (isDigit(code)) {
    const end = runEnd(sql, start, isPart);
    return { kind: "number", start, end, text: sql.slice(start, end) };
  }
  return { kind: "symbol", start, end: start + 1, text: sql.charAt(start) };
}

function runEnd(sql: string, from: number, isPart: (code: number) => boolean): number {
  let end = from + 1;
  while (end < sql.length && isPart(sql.charCodeAt(end))) end += 1;
  return end;
}

/** Where the comment that starts here ends; negative when what it holds is run; null when none starts. */
function commentEnd(sql: string, at: number, dialect: Dialect): number | null {
  const next = sql.charCodeAt(at + 1);
  const lineEnd = () => {
    const end = sql.indexOf("\n", at);
    return end < 0 ? sql.length : end;
  };
  switch (sql.charAt(at)) {
    case "-": {
      if (next !== 45) return null;
      // In MySQL a space must follow, so that 5--1 stays an expression.
      const third = sql.charCodeAt(at + 2);
      const isComment = dialect !== "mysql" || at + 2 >= sql.length || isSpace(third);
      // What Drizzle writes between statements, it takes out before MySQL sees them.
      return isComment || sql.startsWith("--> statement-breakpoint", at) ? lineEnd() : null;
    }
    case "#":
      return dialect === "mysql" ? lineEnd() : null;
    case "/": {
      if (next !== 42) return null;
      if (dialect === "mysql" && (sql.startsWith("!", at + 2) || sql.startsWith("M!", at + 2))) {
        return -runEnd(sql, sql.indexOf("!", at), isDigit);
      }
      return blockEnd(sql, at, dialect === "postgresql");
    }
    default:
      return null;
  }
}

function blockEnd(sql: string, from: number, nests: boolean): number {
  let depth = 0;
  let at = from;
  while (at < sql.length) {
    const close = sql.indexOf("*/", at + (depth === 0 ? 2 : 0));
    if (close < 0) return sql.length;
    const open = nests ? sql.indexOf("/*", depth === 0 ? at + 2 : at) : -1;
    if (depth === 0) depth = 1;
    if (open >= 0 && open < close) {
      depth += 1;
      at = open + 2;
    } else {
      depth -= 1;
      at = close + 2;
      if (depth === 0) return at;
    }
  }
  return sql.length;
}

type Quoted = { kind: "name" | "string"; end: number; text: string };

function quoted(sql: string, at: number, dialect: Dialect, before: Token | null): Quoted | null {
  switch (sql.charAt(at)) {
    case "'": {
      // E'…' of PostgreSQL, whose E stands right before the quote.
      const isEscaped = before?.kind === "word" && before.text === "E" && before.end === at;
      const end = closing(sql, at, "'", dialect === "mysql" || isEscaped);
      return { kind: "string", end, text: "" };
    }
    case '"': {
      const end = closing(sql, at, '"', dialect === "mysql");
      if (dialect === "mysql") return { kind: "string", end, text: "" };
      return { kind: "name", end, text: sql.slice(at + 1, end - 1).replaceAll('""', '"') };
    }
    case "`": {
      if (dialect === "postgresql") return null;
      const end = closing(sql, at, "`", false);
      return { kind: "name", end, text: sql.slice(at + 1, end - 1).replaceAll("``", "`") };
    }
    case "[": {
      const close = dialect === "sqlite" ? sql.indexOf("]", at) : -1;
      return close < 0 ? null : { kind: "name", end: close + 1, text: sql.slice(at + 1, close) };
    }
    case "$": {
      if (dialect !== "postgresql") return null;
      const tag = runEnd(sql, at, (code) => isWordPart(code) && code !== 36);
      if (sql.charAt(tag) !== "$" || isDigit(sql.charCodeAt(at + 1))) return null;
      const mark = sql.slice(at, tag + 1);
      const close = sql.indexOf(mark, tag + 1);
      return { kind: "string", end: close < 0 ? sql.length : close + mark.length, text: "" };
    }
    default:
      return null;
  }
}

function closing(sql: string, from: number, quote: string, hasEscapes: boolean): number {
  for (let at = from + 1; at < sql.length; at += 1) {
    const char = sql.charAt(at);
    if (hasEscapes && char === "\\") at += 1;
    else if (char === quote) {
      if (sql.charAt(at + 1) !== quote) return at + 1;
      at += 1;
    }
  }
  return sql.length;
}
