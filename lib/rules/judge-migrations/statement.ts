import type { Step } from "./operation";
import type { Token } from "./sql-tokens";

/** A statement by its place in the text (UTF-16 units, `end` exclusive) and what it does. */
export type Statement = {
  start: number;
  end: number;
  steps: Step[];
  tokens: readonly Token[];
  searchPath?: string[];
};

/** Statements between BEGIN and ROLLBACK were never done, where what they do can be rolled back. */
export function withoutRolledBack(statements: readonly Statement[]): Statement[] {
  let begun: number | null = null;
  const undone = new Set<number>();
  for (const [at, { tokens }] of statements.entries()) {
    const [first, second] = [tokens[0]?.text, tokens[1]?.text];
    if (first === "BEGIN" || (first === "START" && second === "TRANSACTION")) begun = at;
    else if (first === "COMMIT" || first === "END") begun = null;
    else if ((first === "ROLLBACK" || first === "ABORT") && begun !== null) {
      // TO a savepoint, it undoes a part: which, is left open.
      if (tokens.some(({ text }) => text === "TO")) continue;
      for (let gone = begun; gone < at; gone += 1) undone.add(gone);
      begun = null;
    }
  }
  return statements.filter((_, at) => !undone.has(at));
}
