const ESCAPES: Record<string, string> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  "'": "'",
  '"': '"',
  "\n": "",
  "0": "\0",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/**
 * What a Python string's source stands for: prefix, quotes and escapes taken off. `inner` and `end` are
 * where its first character and its closing quotes stand, given where the source does.
 */
export function pythonString(
  source: string,
  from: number,
): { value: string; inner: number; end: number } {
  const quoteAt = source.search(/['"]/);
  if (quoteAt < 0) return { value: source, inner: from, end: from + source.length };
  const quote = source.charAt(quoteAt);
  const isTriple = source.startsWith(quote.repeat(3), quoteAt) && source.length >= quoteAt + 6;
  const width = isTriple ? 3 : 1;
  const inside = source.slice(quoteAt + width, Math.max(quoteAt + width, source.length - width));
  const isRaw = source.slice(0, quoteAt).toLowerCase().includes("r");
  return {
    value: isRaw ? inside : unescaped(inside),
    inner: from + quoteAt + width,
    end: from + Math.max(quoteAt + width, source.length - width),
  };
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  let plain = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character !== "\\") {
      plain += character;
      continue;
    }
    const next = text.charAt(++at);
    const digits = { x: 2, u: 4, U: 8 }[next];
    const code =
      digits === undefined ? Number.NaN : Number.parseInt(text.slice(at + 1, at + 1 + digits), 16);
    if (digits !== undefined && code <= 0x10ffff) {
      plain += String.fromCodePoint(code);
      at += digits;
    } else plain += Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : `\\${next}`;
  }
  return plain;
}
