import { diffIndices } from "node-diff3";

export type Merged =
  /** Both sides' edits in one text. */
  | { outcome: "merged"; text: string }
  /** Both changed the same words; `both` holds theirs and then yours where they differ. */
  | { outcome: "conflict"; both: string };

/** Tokens of the base from `from` on, `count` of them, became `tokens`. */
type Hunk = { from: number; count: number; tokens: readonly string[]; isMine: boolean };
type Sides = { base: readonly string[]; theirs: readonly string[]; mine: readonly string[] };

// Comparing takes time by pairs of equal tokens; beyond this a stretch counts as changed as a whole.
const MAX_PAIRS = 1_000_000;
const MAX_AREA = 50_000_000;

/** Each line with the break before it, so that what is added at the end leaves the last one alone. */
const linesOf = (text: string) => (text === "" ? [] : text.split("\n").map((line) => `\n${line}`));
/** Each word with the space before it, for the same reason. */
const wordsOf = (text: string) => text.match(/\s*\S+|\s+$/g) ?? [];

/**
 * Three-way merge of prose: what either side did to `base` is done to it. Lines that only one side
 * touched are taken as they are; where both touched the same lines, their words are merged; where both
 * touched the same words, or one put something before a word that the other changed, it is a conflict.
 * What both added at one place stands one after the other, theirs first. Nothing that either side
 * added is ever left out.
 */
export function mergeTexts(base: string, theirs: string, mine: string): Merged {
  if (theirs === mine || base === mine) return { outcome: "merged", text: theirs };
  if (base === theirs) return { outcome: "merged", text: mine };
  let isConflict = false;
  const text = walk(
    { base: linesOf(base), theirs: linesOf(theirs), mine: linesOf(mine) },
    false,
    (lines) => {
      const words = inWords(lines);
      // What one side took out and the other went on writing has no place of its own any more.
      const isTakenOut = words.theirs.length === 0 || words.mine.length === 0;
      const merged = isTakenOut ? null : mergeWords(words);
      if (merged !== null) return merged;
      isConflict = true;
      return bothOf(lines);
    },
  );
  // The first line has no break before it.
  const whole = text.startsWith("\n") ? text.slice(1) : text;
  return isConflict ? { outcome: "conflict", both: whole } : { outcome: "merged", text: whole };
}

/** Theirs and then yours; line by line where the lines still answer to one another. */
function bothOf({ base, theirs, mine }: Sides): string {
  const isEven = base.length === theirs.length && base.length === mine.length;
  if (!isEven || base.length < 2) return [...theirs, ...mine].join("");
  return base
    .map((line, at) => {
      const [their = "", my = ""] = [theirs[at], mine[at]];
      if (their === my || my === line) return their;
      if (their === line) return my;
      return mergeWords(inWords({ base: [line], theirs: [their], mine: [my] })) ?? their + my;
    })
    .join("");
}

function mergeWords(sides: Sides): string | null {
  let isConflict = false;
  const text = walk(sides, true, ({ base, theirs, mine }) => {
    // Only space was replaced on both sides: each has added.
    if (base.join("").trim() === "") return [...theirs, ...mine].join("");
    isConflict = true;
    return "";
  });
  return isConflict ? null : text;
}

/** Applies the hunks of both sides; stretches that both changed are left to `settle`. */
function walk(sides: Sides, isProse: boolean, settle: (overlap: Sides) => string): string {
  const { base } = sides;
  const out: string[] = [];
  let at = 0;
  for (const group of groups(sides, isProse)) {
    const [first] = group;
    if (!first) continue;
    const start = Math.min(...group.map((hunk) => hunk.from));
    const end = Math.max(...group.map((hunk) => hunk.from + hunk.count));
    out.push(...base.slice(at, start));
    const side = (isMine: boolean) =>
      applied(
        base,
        group.filter((hunk) => hunk.isMine === isMine),
        start,
        end,
      );
    const [theirs, mine] = [side(false), side(true)];
    if (group.length === 1) out.push(...first.tokens);
    else if (isSame(theirs, mine)) out.push(...theirs);
    else if (end === start) out.push(...oneAfterTheOther(theirs, mine));
    else out.push(settle({ base: base.slice(start, end), theirs, mine }));
    at = end;
  }
  out.push(...base.slice(at));
  return out.join("");
}

/** Both added at one place; when one has what the other has and more, that is all of it. */
function oneAfterTheOther(theirs: readonly string[], mine: readonly string[]): readonly string[] {
  const [short, long] = theirs.length <= mine.length ? [theirs, mine] : [mine, theirs];
  return isSame(short, long.slice(0, short.length)) ? long : [...theirs, ...mine];
}

/** Hunks in order, those that change the same tokens (or one place) together. */
function groups({ base, theirs, mine }: Sides, isProse: boolean): Hunk[][] {
  const hunks = [...hunksOf(base, theirs, false), ...hunksOf(base, mine, true)].sort(
    // At one place, what is only added comes before what replaces.
    (a, b) => a.from - b.from || a.count - b.count || Number(a.isMine) - Number(b.isMine),
  );
  const found: Hunk[][] = [];
  let end = -1;
  for (const hunk of hunks) {
    const last = found.at(-1);
    const isBehindAdded = last?.length === 1 && last[0]?.count === 0 && last[0].from === hunk.from;
    // "very fast" and "too late" for "fast": what is put before a word belongs to it.
    const isAtOnePlace = isBehindAdded && (hunk.count === 0 || isProse);
    if (last && (hunk.from < end || isAtOnePlace)) last.push(hunk);
    else found.push([hunk]);
    end = Math.max(end, hunk.from + hunk.count);
  }
  return found;
}

function applied(
  base: readonly string[],
  hunks: readonly Hunk[],
  start: number,
  end: number,
): string[] {
  const out: string[] = [];
  let at = start;
  for (const { from, count, tokens } of hunks) {
    out.push(...base.slice(at, from), ...tokens);
    at = from + count;
  }
  return [...out, ...base.slice(at, end)];
}

function hunksOf(base: readonly string[], side: readonly string[], isMine: boolean): Hunk[] {
  let head = 0;
  while (head < base.length && head < side.length && base[head] === side[head]) head += 1;
  let tail = 0;
  const most = Math.min(base.length, side.length) - head;
  while (tail < most && base.at(-1 - tail) === side.at(-1 - tail)) tail += 1;
  const before = base.slice(head, base.length - tail);
  const after = side.slice(head, side.length - tail);
  if (before.length + after.length === 0) return [];
  if (before.length === 0 || after.length === 0 || isTooMuch(before, after))
    return [{ from: head, count: before.length, tokens: after, isMine }];
  return diffIndices([...before], [...after]).map(({ buffer1, buffer2Content }) => ({
    from: head + buffer1[0],
    count: buffer1[1],
    tokens: buffer2Content,
    isMine,
  }));
}

function isTooMuch(before: readonly string[], after: readonly string[]): boolean {
  if (before.length * after.length > MAX_AREA) return true;
  const counts = new Map<string, number>();
  for (const token of before) counts.set(token, (counts.get(token) ?? 0) + 1);
  let pairs = 0;
  for (const token of after) pairs += counts.get(token) ?? 0;
  return pairs > MAX_PAIRS;
}

function inWords(lines: Sides): Sides {
  const of = (tokens: readonly string[]) => wordsOf(tokens.join(""));
  return { base: of(lines.base), theirs: of(lines.theirs), mine: of(lines.mine) };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index]);
}

/** Whether `after` is `before` with something added in one place. */
export function extendsText(before: string, after: string): boolean {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return after.length >= before.length && head + tail === before.length;
}
