import "server-only";
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter } from "yaml";
import * as z from "zod";

export type Path = readonly PropertyKey[];
/** One thing that is wrong: where it stands and what was expected there. */
export type ConfigProblem = { line: number; column: number; path: string; expected: string };

/** Finds the place in the file that a path stands for, or the nearest one around it. */
export function placeOf(document: Document.Parsed, lines: LineCounter, path: Path) {
  let node: unknown = document.contents;
  let offset = 0;
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(segment),
      );
      if (!pair) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(segment)];
      if (item === undefined) break;
      node = item;
      if (isMap(node) || isSeq(node)) offset = node.range?.[0] ?? offset;
    } else break;
    if (isScalar(node)) offset = node.range?.[0] ?? offset;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** What zod found, one entry per wrong thing, with a hint for a misspelt key. */
export function issuesToProblems(
  issues: readonly z.core.$ZodIssue[],
  schema: z.ZodType,
  base: Path,
): { path: Path; expected: string }[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => {
        const near = nearest(key, known);
        const hint = near ? `; did you mean "${near}"?` : `, only ${known.join(", ")}`;
        return { path: [...path, key], expected: `no such key is known here${hint}` };
      });
    }
    if (issue.code === "invalid_key") {
      const inner = issue.issues[0]?.message ?? "another name";
      return [{ path, expected: `a name of another form: ${inner}` }];
    }
    return [{ path, expected: issue.message.replace(/^Invalid (input|option): /, "") }];
  });
}

function keysAt(schema: z.ZodType, path: Path): string[] {
  let at: unknown = schema;
  for (const segment of [...path, null]) {
    at = unwrapped(at);
    if (segment === null) break;
    if (at instanceof z.ZodObject) at = at.shape[String(segment)];
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else if (at instanceof z.ZodArray) at = at.element;
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

/** The schema inside optional, nullable and default. */
export function unwrapped(schema: unknown): unknown {
  let at = schema;
  while (
    at instanceof z.ZodOptional ||
    at instanceof z.ZodNullable ||
    at instanceof z.ZodDefault ||
    at instanceof z.ZodPrefault
  ) {
    at = at.def.innerType;
  }
  return at;
}

/** The known name that is at most a third of its length in edits away, or null. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least && edits <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}

/** Letters added, left out, changed or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
