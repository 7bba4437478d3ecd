import { loadModule, type Node, parseSync } from "libpg-query";
import type { Step } from "./operation";
import { readBlock } from "./postgresql-blocks";
import { readPostgresqlStatement } from "./postgresql-steps";
import { temporaryNames, withTemporary } from "./postgresql-temporary";
import { type Piece, splitStatements, tooMuch, withoutRows } from "./split-statements";
import { type Statement, withoutRolledBack } from "./statement";

/** How many pieces a statement with semicolons inside may be made of. */
const MOST_PIECES = 200;

/** Reads statements through PostgreSQL's own parser, one by one, so that none hides another. */
export async function readPostgresql(sql: string): Promise<Statement[]> {
  await loadModule();
  const pieces = splitStatements(sql, "postgresql");
  const statements: Statement[] = [];
  let searchPath: string[] | undefined;
  const temporary = new Set<string>();
  for (let at = 0; at < pieces.length; at += 1) {
    const piece = pieces[at];
    if (piece === undefined) break;
    const alone = readPiece(sql, piece, temporary);
    const whole = "why" in alone ? readJoined(sql, pieces, at) : null;
    if (whole !== null) {
      statements.push(whole.statement);
      at = whole.last;
      continue;
    }
    const steps: Step[] = "why" in alone ? [{ does: "unreadable", why: alone.why }] : alone.steps;
    const { start, end, tokens } = piece;
    if ("searchPath" in alone) searchPath = alone.searchPath;
    statements.push({ start, end, steps, tokens, ...(searchPath ? { searchPath } : {}) });
  }
  return withoutRolledBack(statements);
}

type Read = { steps: Step[]; searchPath?: string[] | undefined } | { why: string };

/** `temporary`: names of the session's own tables; those that are made are added. */
function readPiece(sql: string, piece: Piece, temporary = new Set<string>()): Read {
  if (piece.isClientCommand) return readPsqlCommand(piece);
  const text = withoutRows(sql, piece);
  const why = tooMuch(text, piece, "postgresql");
  if (why !== null) return { why };
  // The parser takes its text up to the first NUL.
  if (text.includes("\0")) return { why: "it holds characters that no SQL holds" };
  const parsed = parse(text);
  if ("why" in parsed) return parsed;
  const steps = parsed.nodes.flatMap((node) => {
    for (const name of temporaryNames(node)) temporary.add(name);
    return readNode(withTemporary(node, temporary), text);
  });
  const [only] = parsed.nodes;
  return only && "VariableSetStmt" in only && only.VariableSetStmt.name === "search_path"
    ? { steps, searchPath: searchPathOf(only.VariableSetStmt.args) }
    : { steps };
}

/** Schemas before the one that goes without saying; undefined when it comes first. */
function searchPathOf(args: readonly Node[] | undefined): string[] | undefined {
  const schemas = (args ?? []).map((one) =>
    "A_Const" in one ? (one.A_Const.sval?.sval ?? "") : "",
  );
  const own = schemas.filter((name) => name !== "" && name !== "$user");
  return own[0] === undefined || own[0] === "public" ? undefined : own;
}

/** Commands of psql that run what isn't in the file; all others speak to the person at the terminal. */
const RUNS = new Set(
  "I IR INCLUDE INCLUDE_RELATIVE GEXEC COPY C CONNECT LO_IMPORT LO_UNLINK BIND PARSE".split(" "),
);

function readPsqlCommand({ tokens }: Piece): Read {
  const command = tokens[1]?.text ?? "";
  return RUNS.has(command) || !/^[A-Z]/.test(command)
    ? { why: `psql's \\${command.toLowerCase()} runs what isn't in this file` }
    : { steps: [{ does: "nothing" }] };
}

function readNode(node: Node, text: string): Step[] {
  const block = readBlock(node, text, readNode);
  return block ?? readPostgresqlStatement(node);
}

function parse(text: string): { nodes: Node[] } | { why: string } {
  try {
    const { stmts = [] } = parseSync(text.toWellFormed());
    return { nodes: stmts.flatMap(({ stmt }) => (stmt ? [stmt] : [])) };
  } catch (error) {
    const what = error instanceof Error ? error.message : "it can't be parsed";
    return { why: `PostgreSQL can't parse it: ${what}` };
  }
}

/** Bodies between BEGIN ATOMIC and END, and rules of several statements, have semicolons inside. */
function readJoined(
  sql: string,
  pieces: readonly Piece[],
  first: number,
): { statement: Statement; last: number } | null {
  const start = pieces[first];
  if (start?.tokens[0]?.text !== "CREATE" || !isOpen(start)) return null;
  for (let last = first + 1; last < Math.min(pieces.length, first + MOST_PIECES); last += 1) {
    const end = pieces[last];
    const final = end?.tokens.at(-1)?.text;
    if (end === undefined || (final !== "END" && final !== ")")) continue;
    const tokens = pieces.slice(first, last + 1).flatMap((piece) => piece.tokens);
    const read = readPiece(sql, { ...start, end: end.end, tokens });
    if (!("why" in read)) {
      return { statement: { start: start.start, end: end.end, steps: read.steps, tokens }, last };
    }
  }
  return null;
}

function isOpen({ tokens }: Piece): boolean {
  const count = (mark: string) =>
    tokens.filter(({ kind, text }) => kind === "symbol" && text === mark).length;
  return count("(") > count(")") || tokens.some(({ text }) => text === "ATOMIC");
}
