import type { Dialect } from "./operation";
import { sqlTokens, type Token } from "./sql-tokens";

/** One statement, or what stands between two semicolons. */
export type Piece = {
  /** UTF-16 units in the text, without the comments around it and without its semicolon. */
  start: number;
  end: number;
  tokens: Token[];
  /** A client's own command (psql's \i, MySQL's source): no server ever sees it. */
  isClientCommand: boolean;
};

/** Splits SQL at its semicolons (or at what DELIMITER puts in their place), comments left out. */
export function splitStatements(sql: string, dialect: Dialect): Piece[] {
  const pieces: Piece[] = [];
  let held: Token[] = [];
  let delimiter = ";";
  let tokens = sqlTokens(sql, dialect);
  const close = () => {
    const [first] = held;
    const last = held.at(-1);
    if (first && last) {
      pieces.push({ start: first.start, end: last.end, tokens: held, isClientCommand: false });
    }
    held = [];
  };
  for (let next = tokens.next(); !next.done; next = tokens.next()) {
    const token = next.value;
    const command = held.length === 0 ? clientCommand(sql, token, dialect) : null;
    if (command !== null) {
      if (command.delimiter) delimiter = command.delimiter;
      else {
        const [word] = sqlTokens(sql, dialect, token.end);
        held = [token, ...(word && word.end <= command.end ? [word] : [])];
        pieces.push({ start: token.start, end: command.end, tokens: held, isClientCommand: true });
        held = [];
      }
      // What a client's command holds need not be SQL: tokens start afresh behind it.
      tokens = sqlTokens(sql, dialect, command.end);
    } else if (token.kind !== "string" && sql.startsWith(delimiter, token.start)) {
      const isRows = isCopyFromInput(held);
      close();
      const end = token.start + delimiter.length;
      // What follows COPY … FROM stdin are rows, up to a line with nothing but \.
      if (isRows) tokens = sqlTokens(sql, dialect, rowsEnd(sql, end));
      else if (delimiter.length > 1) tokens = sqlTokens(sql, dialect, end);
    } else held.push(token);
  }
  close();
  return pieces;
}

function rowsEnd(sql: string, from: number): number {
  const end = sql.indexOf("\n\\.", from);
  return end < 0 ? from : end + 3;
}

function isCopyFromInput(tokens: readonly Token[]): boolean {
  return (
    tokens[0]?.text === "COPY" &&
    tokens.some(({ text }, at) => text === "FROM" && tokens[at + 1]?.text === "STDIN")
  );
}

/** A command that ends with its line: \set of psql, DELIMITER and source of the mysql client. */
function clientCommand(
  sql: string,
  token: Token,
  dialect: Dialect,
): { end: number; delimiter?: string } | null {
  const newline = sql.indexOf("\n", token.start);
  const end = newline < 0 ? sql.length : newline;
  if (dialect === "postgresql" && token.text === "\\") return { end };
  if (dialect === "sqlite" && token.text === ".") return { end };
  if (dialect !== "mysql" || token.kind !== "word") return token.text === "\\" ? { end } : null;
  if (token.text === "DELIMITER") {
    const [delimiter = ";"] = sql.slice(token.end, end).trim().split(/\s/);
    return { end, delimiter: delimiter || ";" };
  }
  return token.text === "SOURCE" ? { end } : null;
}

/** How much nesting and how long a chain of operators a parser takes before it runs out of stack. */
const MOST = {
  postgresql: { depth: 500, run: 3_000, joined: 400 },
  mysql: { depth: 45, run: 600, joined: 100 },
  sqlite: { depth: 45, run: 600, joined: 100 },
} as const;

/** Longer than this (in characters), a statement takes more memory to parse than it is worth. */
const LONGEST = 2_000_000;

/** Why a parser would break down on what it is given of a statement, or null. */
export function tooMuch(text: string, piece: Piece, dialect: Dialect): string | null {
  if (text.length > LONGEST) return "it is too long for the parser";
  const isWhole = text.length === piece.end - piece.start;
  return tooDeep(isWhole ? piece.tokens : [...sqlTokens(text, dialect)], dialect);
}

/** Why a parser would break down on these tokens, or null. Chains are counted between commas. */
export function tooDeep(tokens: readonly Token[], dialect: Dialect): string | null {
  const most = MOST[dialect];
  const runs = [0];
  let joined = 0;
  for (const { kind, text } of tokens) {
    const last = runs.length - 1;
    if (kind === "symbol" && (text === "(" || text === "[")) runs.push(0);
    else if (kind === "symbol" && (text === ")" || text === "]")) runs.length > 1 && runs.pop();
    else if (kind === "symbol" && (text === "," || text === ";")) runs[last] = 0;
    else runs[last] = (runs[last] ?? 0) + 1;
    if (kind === "word" && JOINING.has(text)) joined += 1;
    if (text === ";") joined = 0;
    if (runs.length > most.depth || joined > most.joined || (runs.at(-1) ?? 0) > most.run) {
      return "it is nested too deeply or too long for the parser";
    }
  }
  return null;
}

const JOINING = new Set(["UNION", "EXCEPT", "INTERSECT", "JOIN", "CASE", "NOT"]);

/** An INSERT of many rows is as telling with its first. */
const LONG = 20_000;

/**
 * The statement for the parser: as it stands, or, when it inserts thousands of rows, with the first of
 * them alone. Keeps what follows the rows (ON CONFLICT …).
 */
export function withoutRows(sql: string, piece: Piece): string {
  const text = sql.slice(piece.start, piece.end);
  const head = piece.tokens[0]?.text;
  if (text.length < LONG || (head !== "INSERT" && head !== "REPLACE")) return text;
  const values = piece.tokens.findIndex(({ kind, text }) => kind === "word" && text === "VALUES");
  if (values < 0) return text;
  let depth = 0;
  let firstEnd: number | null = null;
  for (let at = values + 1; at < piece.tokens.length; at += 1) {
    const token = piece.tokens[at];
    if (token?.kind !== "symbol") continue;
    if (token.text === "(") depth += 1;
    if (token.text !== ")") continue;
    depth -= 1;
    if (depth > 0) continue;
    firstEnd ??= token.end;
    if (piece.tokens[at + 1]?.text !== ",") {
      return sql.slice(piece.start, firstEnd) + sql.slice(token.end, piece.end);
    }
  }
  return text;
}
