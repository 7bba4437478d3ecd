import type { Dialect, Operation, Place, Step } from "./operation";
import {
  type Call,
  type Callable,
  type Expression,
  lineAt,
  type Program,
  type Span,
} from "./program";
import { innerOf, type Scope, textOf } from "./program-values";

/** SQL in a program's string, still to be read. */
export type Sql = Place & {
  does: "sql";
  sql: string;
  dialect: Dialect | null;
  /** Written down elsewhere in the file, under a name: found where it is run. */
  isNamed: boolean;
};

/**
 * "read": what it does has been found. "wrapper": its block or callback simply runs, as in a transaction.
 * "harmless": it changes nothing, though its arguments may. "unknown": nobody here knows it.
 */
export type Reading = "read" | "wrapper" | "harmless" | "unknown";

/** What has been found so far in one direction, and what names mean where the reading stands. */
export type Run = {
  program: Program;
  starts: number[];
  scope: Scope;
  /** Functions and methods of the same file, by name. */
  functions: ReadonlyMap<string, Callable>;
  /** Those that are being followed, so that none is followed into itself. */
  following: readonly Callable[];
  found: (Operation | Sql)[];
  /** Says what a call does, and finds what it does if it is one of the tool's own. */
  interpret: (call: Call, run: Run) => Reading;
  /** A condition that only asks whether the work is still to be done. */
  isGuard: (test: Expression, run: Run) => boolean;
  /** Inside of such a condition: what is made may have been there before. */
  isGuarded: boolean;
};

export function placeOf(run: Run, span: Span): Place {
  return {
    path: run.program.path,
    line: lineAt(run.starts, span.from),
    statement: run.program.text.slice(span.from, Math.min(span.to, span.from + 400)).trim(),
  };
}

export function emit(run: Run, span: Span, step: Step): void {
  const guarded =
    step.does === "create-table" && run.isGuarded ? { ...step, ifNotExists: true } : step;
  run.found.push({ ...placeOf(run, span), ...guarded });
}

/** What only running it would tell. */
export function emitDynamic(run: Run, span: Span, why: string): void {
  const place = placeOf(run, span);
  if (run.found.slice(-50).some((one) => one.does === "dynamic" && one.line === place.line)) return;
  run.found.push({ ...place, does: "dynamic", why });
}

/** SQL given as a text, or as something that only running it would tell. */
export function emitSql(
  run: Run,
  span: Span,
  expression: Expression | null | undefined,
  dialect: Dialect | null = null,
): void {
  const sql = textOf(expression, run.scope);
  if (!expression || sql === null) {
    emitDynamic(run, span, "the SQL is put together as it runs");
    return;
  }
  const place = placeOf(run, span);
  const isNamed = beginsWithName(expression);
  const line = isNamed ? place.line : lineAt(run.starts, innerOf(expression, run.scope));
  run.found.push({ ...place, line, does: "sql", sql, dialect, isNamed });
}

function beginsWithName(expression: Expression): boolean {
  if (expression.is === "pieces") return expression.parts.slice(0, 1).some(beginsWithName);
  if (expression.is !== "call") return expression.is === "name";
  // sa.text(QUERY), QUERY.strip(): of a call on a name that stands for no text, what it is given counts.
  const [first] = expression.args;
  return first ? beginsWithName(first) : expression.on !== null && beginsWithName(expression.on);
}
