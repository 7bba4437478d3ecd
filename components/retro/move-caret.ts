import { diffIndices } from "node-diff3";

const wordsOf = (text: string) => text.match(/\s+|[^\s]+/g) ?? [];
const lengthOf = (words: readonly string[]) => words.reduce((sum, { length }) => sum + length, 0);

/** Where a caret at `caret` in `before` belongs in `after`: beside the same words. */
export function moveCaret(before: string, after: string, caret: number): number {
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  const shortest = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shortest && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const oldMiddle = old.slice(head, old.length - tail);
  const start = lengthOf(old.slice(0, head));
  const end = start + lengthOf(oldMiddle);
  if (caret <= start) return caret;
  if (caret >= end) return after.length - (before.length - caret);
  let moved = caret;
  for (const hunk of diffIndices(oldMiddle, fresh.slice(head, fresh.length - tail))) {
    const [first, count] = hunk.buffer1;
    const from = start + lengthOf(oldMiddle.slice(0, first));
    if (from >= caret) break;
    const length = lengthOf(oldMiddle.slice(first, first + count));
    const freshLength = lengthOf(hunk.buffer2Content);
    // Inside replaced words there is no same place: as far in as before, or their end.
    if (caret < from + length) return moved - caret + from + Math.min(caret - from, freshLength);
    moved += freshLength - length;
  }
  return moved;
}
