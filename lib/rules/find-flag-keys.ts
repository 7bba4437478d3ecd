/**
 * Which of `keys` a diff mentions on an added or removed line, in the order of `keys`.
 *
 * A key counts where it stands alone: not as part of a longer word, so `new-checkout` is not found in
 * `new-checkout-v2` nor in `my.new-checkout`. Quotes, brackets and the like end it; a full stop does too
 * when the sentence ends there.
 *
 * @param diff Lines of a unified diff; lines without a leading `+` or `-` and file headers are ignored.
 */
export function findFlagKeys(diff: string, keys: readonly string[]): string[] {
  const lines = diff
    .split("\n")
    .filter((line) => /^[+-]/.test(line) && !/^(\+\+\+|---) /.test(line))
    .map((line) => line.slice(1));
  const text = lines.join("\n");
  return keys.filter((key) => mentionsFlag(text, key));
}

/** Characters that flag keys are made of, so that one beside a match makes it another key. */
const KEY_CHARACTER = /[\p{L}\p{N}_$-]/u;

/** Whether a text mentions a key where it stands alone, as `findFlagKeys` counts it. */
export function mentionsFlag(text: string, key: string): boolean {
  if (key === "") return false;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1))
    if (!continuesBefore(text, at) && !continuesAfter(text, at + key.length)) return true;
  return false;
}

function continuesBefore(text: string, at: number): boolean {
  const previous = text.charAt(at - 1);
  if (previous === "") return false;
  // `flags.new-checkout` reads a property, but `"team.new-checkout"` is another key.
  if (previous === ".") return KEY_CHARACTER.test(text.charAt(at - 2)) && isQuotedBefore(text, at);
  return KEY_CHARACTER.test(previous);
}

function continuesAfter(text: string, end: number): boolean {
  const next = text.charAt(end);
  if (next === "") return false;
  if (next === ".") return KEY_CHARACTER.test(text.charAt(end + 1)) && isQuotedAfter(text, end);
  return KEY_CHARACTER.test(next);
}

/** Whether the dotted word that ends at `at` was opened by a quote. */
function isQuotedBefore(text: string, at: number): boolean {
  const word = /(.?)[\p{L}\p{N}_$.-]*$/u.exec(text.slice(Math.max(0, at - 200), at));
  return word !== null && /["'`]/.test(word[1] ?? "");
}

/** Whether the dotted word that starts at `end` is closed by a quote. */
function isQuotedAfter(text: string, end: number): boolean {
  const word = /^[\p{L}\p{N}_$.-]*(.?)/u.exec(text.slice(end, end + 200));
  return word !== null && /["'`]/.test(word[1] ?? "");
}
