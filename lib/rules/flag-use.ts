import { mentionsFlag } from "./find-flag-keys";

/** How one file of one commit uses a flag. */
export type FlagUse = {
  path: string;
  mentions: boolean;
  /** Guards of this flag that have another path beside the guarded one, as far as the text shows. */
  otherPaths: number;
};

/** How far below a guard its other path may begin. */
const MOST_LINES = 200;

/** How a file's text uses a flag. `text` is null where there is no such file, or none that can be read. */
export function flagUse(path: string, text: string | null, key: string): FlagUse {
  if (text === null || !mentionsFlag(text, key)) return { path, mentions: false, otherPaths: 0 };
  const lines = text.split("\n");
  const guards = lines.flatMap((line, index) =>
    line.includes(key) && mentionsFlag(line, key) && hasOtherPath(lines, index, key) ? index : [],
  );
  return { path, mentions: true, otherPaths: guards.length };
}

/** Files in which a mention of a flag says something about what runs. */
export function isCode(path: string): boolean {
  return !/\.(md|mdx|txt|rst|adoc|lock|snap)$|(^|\/)(tests?|__tests__|specs?|fixtures)\/|[._-](test|spec)\.|_test\.\w+$/i.test(
    path,
  );
}

function hasOtherPath(lines: string[], at: number, key: string): boolean {
  const line = lines[at] ?? "";
  const rest = line.slice(line.indexOf(key) + key.length);
  if (/[^?]\?(?![?.])[^?]*:/.test(rest)) return true;
  const next = [lines[at + 1] ?? "", lines[at + 2] ?? ""].map((one) => one.trim());
  if (next[0]?.startsWith("? ") && next[1]?.startsWith(": ")) return true;
  const head = [at, at - 1, at - 2].find((index) =>
    /(^|[^\w])(if|unless|elif|elsif)\b/.test(lines[index] ?? ""),
  );
  if (head === undefined) return false;
  const depth = indentOf(lines[head] ?? "");
  for (let index = at + 1; index < Math.min(lines.length, at + MOST_LINES); index += 1) {
    const one = lines[index] ?? "";
    if (one.trim() === "" || indentOf(one) > depth) continue;
    if (/^\s*[})\]]*\s*(else|elif|elsif)\b/.test(one)) return true;
    // What closes the guard, or the head of a condition of several lines, may stand alone.
    if (!/^\s*[(){}[\]]+\s*[{:]?\s*;?\s*$/.test(one)) return false;
  }
  return false;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
