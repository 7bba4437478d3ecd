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

/**
 * Statements between BEGIN and ROLLBACK were never done, where what they do can be rolled back; nor those
 * between a savepoint and ROLLBACK TO it.
 */
export function withoutRolledBack(statements: readonly Statement[]): Statement[] {
  let begun: number | null = null;
  let savepoints: { name: string; at: number }[] = [];
  const undone = new Set<number>();
  const undo = (from: number, to: number) => {
    for (let gone = from; gone < to; gone += 1) undone.add(gone);
  };
  for (const [at, { tokens }] of statements.entries()) {
    const [first, second] = [tokens[0]?.text, tokens[1]?.text];
    const has = (word: string) => tokens.some(({ kind, text }) => kind === "word" && text === word);
    const chained = () => (has("CHAIN") && !has("NO") ? at : null);
    const isEnd = first === "ROLLBACK" || first === "ABORT";
    if (first === "BEGIN" || (first === "START" && second === "TRANSACTION")) begun ??= at;
    else if (first === "SAVEPOINT" && begun !== null)
      savepoints.push({ name: lastName(tokens), at });
    else if (first === "COMMIT" || first === "END") {
      begun = chained();
      savepoints = [];
    } else if (first === "RELEASE") {
      const released = savepoints.findLastIndex(({ name }) => name === lastName(tokens));
      if (released >= 0) savepoints = savepoints.slice(0, released);
    } else if (isEnd && has("TO")) {
      const kept = savepoints.findLastIndex(({ name }) => name === lastName(tokens));
      undo(savepoints[kept]?.at ?? at, at);
      if (kept >= 0) savepoints = savepoints.slice(0, kept + 1);
    } else if (isEnd && begun !== null) {
      undo(begun, at);
      begun = chained();
      savepoints = [];
    }
  }
  return statements.filter((_, at) => !undone.has(at));
}

/** A savepoint's name, with which the statements about it end. */
function lastName(tokens: readonly Token[]): string {
  const last = tokens.at(-1);
  return last?.kind === "name" ? last.text : (last?.text.toLowerCase() ?? "");
}
