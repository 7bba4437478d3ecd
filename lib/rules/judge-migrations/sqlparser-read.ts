import { init, parse } from "@guanmingchiu/sqlparser-ts";
import { dropsFirst } from "./drops-first";
import type { Dialect, Step } from "./operation";
import { type Piece, splitStatements, tooDeep, tooMuch, withoutRows } from "./split-statements";
import type { Token } from "./sql-tokens";
import { readActionByWords, readByWords } from "./sqlparser-fallback";
import { objectName } from "./sqlparser-names";
import { readSqlparserStatement } from "./sqlparser-steps";
import { type Statement, withoutRolledBack } from "./statement";
import { at, items, type Tree, variant } from "./syntax-tree";

/** Reads statements of MySQL and SQLite, one by one, so that none hides another. */
export async function readSqlparser(sql: string, dialect: Dialect): Promise<Statement[]> {
  await init();
  const statements = joinBodies(splitStatements(sql, dialect)).map((piece) => ({
    start: piece.start,
    end: piece.end,
    steps: readPiece(sql, piece, dialect),
    tokens: piece.tokens,
  }));
  // MySQL commits before and after each change of its schema.
  return dialect === "sqlite" ? withoutRolledBack(statements) : statements;
}

function readPiece(sql: string, piece: Piece, dialect: Dialect): Step[] {
  if (piece.isClientCommand) {
    const why = "it is a command of the client, which runs what isn't in this file";
    return [{ does: "unreadable", why }];
  }
  const text = withoutRows(sql, piece);
  if (text.includes("\0")) {
    return [{ does: "unreadable", why: "it holds characters that no SQL holds" }];
  }
  // A body is the server's to read; that it is there is what counts. So is what a setting means.
  if (isRoutine(piece.tokens) || piece.tokens[0]?.text === "SET") {
    const steps = readByWords(piece.tokens, dialect);
    if (steps !== null) return steps;
  }
  const deep = tooMuch(text, piece, dialect);
  const whole = deep === null ? parsed(text, dialect) : { why: deep };
  if ("trees" in whole) {
    return whole.trees.flatMap((tree) => readSqlparserStatement(tree, dialect));
  }
  const actions = readActions(sql, piece, dialect);
  const steps = actions ?? readByWords(piece.tokens, dialect) ?? readUnkept(sql, piece, dialect);
  return steps ?? [{ does: "unreadable", why: whole.why }];
}

function parsed(text: string, dialect: Dialect): { trees: Tree[] } | { why: string } {
  try {
    return { trees: parse(text.toWellFormed(), dialect) };
  } catch (error) {
    const what = error instanceof Error ? error.message : "it can't be parsed";
    return { why: what.replace(/^sql parser error: /, "the parser stopped: ") };
  }
}

/**
 * ALTER TABLE action by action: one that the parser doesn't know must not hide the others. Null when it
 * isn't an ALTER TABLE.
 */
function readActions(sql: string, piece: Piece, dialect: Dialect): Step[] | null {
  const { tokens } = piece;
  const table = tokens.findIndex(({ kind, text }) => kind === "word" && text === "TABLE");
  if (tokens[0]?.text !== "ALTER" || table < 0 || table > 2) return null;
  const name = tokens[table + 1]?.text === "IF" ? table + 3 : table + 1;
  const isQualified = tokens[name + 1]?.text === ".";
  const first = name + (isQualified ? 3 : 1);
  const [opening, after] = [tokens[name], tokens[first - 1]];
  if (!opening || !after || first >= tokens.length) return null;
  const written = sql.slice(opening.start, after.end);
  const steps = actionTokens(tokens.slice(first)).flatMap((action) =>
    readAction(sql, written, action, dialect),
  );
  return dropsFirst(steps);
}

function readAction(
  sql: string,
  table: string,
  tokens: readonly Token[],
  dialect: Dialect,
): Step[] {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (!first || !last) return [];
  const isList = first.text === "ADD" && tokens.some(({ text }, at) => at < 3 && text === "(");
  const written = isList ? columnList(sql, tokens) : [withoutIf(sql, tokens)];
  const named = parsed(`ALTER TABLE ${table} DROP COLUMN a`, dialect);
  const name = "trees" in named ? nameOf(named.trees[0], dialect) : table;
  return written.flatMap((action): Step[] => {
    const deep = tooDeep(tokens, dialect);
    const read = deep === null ? parsed(`ALTER TABLE ${table} ${action}`, dialect) : { why: deep };
    if ("trees" in read) {
      return read.trees.flatMap((tree) => readSqlparserStatement(tree, dialect));
    }
    return readActionByWords(name, tokens) ?? [{ does: "unreadable", why: read.why }];
  });
}

function nameOf(tree: Tree, dialect: Dialect): string {
  return objectName(at(variant(tree)[1], "name"), dialect);
}

/** Tokens between the commas that stand outside all brackets. */
function actionTokens(tokens: readonly Token[]): Token[][] {
  const actions: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === "symbol" && token.text === "(") depth += 1;
    if (token.kind === "symbol" && token.text === ")") depth -= 1;
    if (depth === 0 && token.kind === "symbol" && token.text === ",") actions.push([]);
    else actions.at(-1)?.push(token);
  }
  return actions;
}

/** ADD (a int, b int) as ADD COLUMN a int and ADD COLUMN b int. */
function columnList(sql: string, tokens: readonly Token[]): string[] {
  const open = tokens.findIndex(({ text }) => text === "(");
  return actionTokens(tokens.slice(open + 1, -1)).flatMap((one) => {
    const [first, last] = [one[0], one.at(-1)];
    return first && last ? [`ADD COLUMN ${sql.slice(first.start, last.end)}`] : [];
  });
}

/** The action's text without IF EXISTS and IF NOT EXISTS, which only MariaDB knows here. */
function withoutIf(sql: string, tokens: readonly Token[]): string {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (!first || !last) return "";
  const from = tokens.findIndex(({ kind, text }) => kind === "word" && text === "IF");
  const to = tokens.findIndex(({ kind, text }) => kind === "word" && text === "EXISTS");
  const [before, behind] = [tokens[from - 1], tokens[to + 1]];
  if (from < 1 || to < from || to > from + 2 || !before || !behind) {
    return sql.slice(first.start, last.end);
  }
  return `${sql.slice(first.start, before.end)} ${sql.slice(behind.start, last.end)}`;
}

/** CREATE TABLE … PARTITION BY … and (…) STRICT, WITHOUT ROWID: how it is kept is cut off. */
function readUnkept(sql: string, piece: Piece, dialect: Dialect): Step[] | null {
  const { tokens } = piece;
  if (tokens[0]?.text !== "CREATE") return null;
  let depth = 0;
  for (const [place, token] of tokens.entries()) {
    if (token.text === "(" && token.kind === "symbol") depth += 1;
    if (token.text === ")" && token.kind === "symbol") depth -= 1;
    if (depth > 0 || token.kind !== "word" || !KEPT.has(token.text)) continue;
    const before = tokens[place - 1];
    if (before?.text !== ")" && tokens[place + 1]?.text !== "BY") return null;
    if (!before) return null;
    const read = parsed(sql.slice(piece.start, before.end), dialect);
    return "trees" in read
      ? items(read.trees).flatMap((tree) => readSqlparserStatement(tree, dialect))
      : null;
  }
  return null;
}

const KEPT = new Set(["PARTITION", "STRICT", "WITHOUT"]);

const ROUTINES = new Set(["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"]);

/** CREATE … TRIGGER, PROCEDURE, FUNCTION or EVENT: what is made stands among the first words. */
function isRoutine(tokens: readonly Token[]): boolean {
  if (tokens[0]?.text !== "CREATE") return false;
  const opening = tokens.slice(1, 14).find(({ kind, text }) => kind === "word" && MADE.has(text));
  return opening !== undefined && ROUTINES.has(opening.text);
}

const MADE = new Set([...ROUTINES, "TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "USER"]);

/** Bodies between BEGIN and END have semicolons inside: their pieces are put together again. */
function joinBodies(pieces: readonly Piece[]): Piece[] {
  const joined: Piece[] = [];
  let depth = 0;
  for (const piece of pieces) {
    const open = joined.at(-1);
    if (depth > 0 && open) {
      open.end = piece.end;
      open.tokens = [...open.tokens, ...piece.tokens];
      depth += openings(piece.tokens);
    } else {
      joined.push({ ...piece });
      depth = isRoutine(piece.tokens) ? openings(piece.tokens) : 0;
    }
  }
  return joined;
}

/** How many bodies a piece opens more than it closes. */
function openings(tokens: readonly Token[]): number {
  let depth = 0;
  for (const [place, { kind, text }] of tokens.entries()) {
    if (kind !== "word") continue;
    const isAfterEnd = tokens[place - 1]?.text === "END";
    if ((text === "BEGIN" || text === "CASE") && !isAfterEnd) depth += 1;
    if (text === "END" && !INNER.has(tokens[place + 1]?.text ?? "")) depth -= 1;
  }
  return depth;
}

/** END of these closes what opened without BEGIN. */
const INNER = new Set(["IF", "LOOP", "WHILE", "REPEAT"]);
