import { MASK } from "./mask-template";
import { isSecretKey, type Span, secretPairs } from "./redact-pairs";
import { secretAddresses, secretTokens } from "./redact-tokens";

/** A key that is written over lines ends after so many: one that was cut off must not hide the rest. */
const LONGEST_KEY_LINES = 200;
const KEY_BEGINS = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/;
const KEY_ENDS = /-----END [A-Z0-9 ]{0,40}KEY(-----)?/;

/** Lines left of a private key that began and hasn't ended; 0 outside of one. */
export type KeyLinesLeft = number;

/**
 * A text with its secret-looking values masked: those of fields named like secrets, known kinds of keys
 * and tokens, private keys, and who signs in by an address. It takes time in proportion to its length,
 * whatever it says. Long texts may be given in pieces of whole lines, each with what the one before left.
 */
export function redactText(
  text: string,
  keyLinesLeft: KeyLinesLeft = 0,
): { text: string; keyLinesLeft: KeyLinesLeft } {
  let left = keyLinesLeft;
  const lines = text.split("\n").map((line) => {
    if (left > 0) {
      const end = KEY_ENDS.exec(line);
      left = end ? 0 : left - 1;
      return end ? MASK + redactLine(line.slice(end.index + end[0].length)) : MASK;
    }
    const begin = KEY_BEGINS.exec(line);
    if (!begin) return redactLine(line);
    const before = redactLine(line.slice(0, begin.index));
    const end = KEY_ENDS.exec(line.slice(begin.index));
    if (end) return before + MASK + redactLine(line.slice(begin.index + end.index + end[0].length));
    left = LONGEST_KEY_LINES;
    return before + MASK;
  });
  return { text: lines.join("\n"), keyLinesLeft: left };
}

function redactLine(line: string): string {
  const spans = [...secretPairs(line), ...secretTokens(line), ...secretAddresses(line)];
  if (spans.length === 0) return line;
  let text = "";
  let from = 0;
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0]).reduce(merge, [])) {
    text += line.slice(from, start) + MASK;
    from = end;
  }
  return text + line.slice(from);
}

function merge(merged: Span[], [from, to]: Span): Span[] {
  const last = merged.at(-1);
  if (last && from <= last[1]) last[1] = Math.max(last[1], to);
  else merged.push([from, to]);
  return merged;
}

/** Plain data with the same values masked; a field named like a secret holds one, whatever it looks like. */
export function redactData(value: unknown): unknown {
  if (typeof value === "string") return redactText(value).text;
  if (Array.isArray(value)) return value.map(redactData);
  if (value === null || typeof value !== "object") return value;
  const isSecretPair = "name" in value && typeof value.name === "string" && isSecretKey(value.name);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const isSecret = isSecretKey(key) || (isSecretPair && key === "value");
      const isPlain = typeof one === "string" || typeof one === "number";
      return [key, isSecret && isPlain && one !== "" ? MASK : redactData(one)];
    }),
  );
}
