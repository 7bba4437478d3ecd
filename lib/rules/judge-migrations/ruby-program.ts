import * as prism from "@ruby/prism";
import { lineAt, lineStarts, type Program } from "./program";
import type { Ruby } from "./ruby-expressions";
import { rubyStatements } from "./ruby-statements";

type Parse = Awaited<ReturnType<typeof prism.loadPrism>>;
let loading: Promise<Parse> | null = null;

/**
 * Parses Ruby with Prism, Ruby's own parser. What it couldn't read is in `faults`; the rest is there all
 * the same.
 */
export async function rubyProgram(path: string, text: string): Promise<Program> {
  loading ??= prism.loadPrism();
  try {
    const parse = await loading;
    const result = parse(text);
    const toIndex = indexOfBytes(text);
    const starts = lineStarts(text);
    const offsets: Ruby["offsets"] = (location) => ({
      from: toIndex(location.startOffset),
      to: toIndex(location.startOffset + location.length),
    });
    return {
      path,
      text,
      statements: rubyStatements(result.value, offsets),
      faults: result.errors.map(({ message, location }) => ({
        line: lineAt(starts, toIndex(location.startOffset)),
        why: `Ruby's parser says: ${message}`,
      })),
    };
  } catch (error) {
    // A parser that ran out of its stack is not to be used again.
    loading = null;
    const why = `Ruby's parser gave up: ${error instanceof Error ? error.message : String(error)}`;
    return { path, text, statements: [], faults: [{ line: 1, why }] };
  }
}

/** Prism counts bytes of UTF-8, strings are counted in UTF-16 units. */
function indexOfBytes(text: string): (bytes: number) => number {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length === text.length) return (bytes) => bytes;
  const map = new Uint32Array(encoded.length + 1);
  let index = 0;
  for (let at = 0; at < encoded.length; at++) {
    map[at] = index;
    const byte = encoded[at] ?? 0;
    const next = encoded[at + 1] ?? 0;
    // The last byte of a character: what follows begins another one.
    if ((next & 0xc0) !== 0x80) index += isAstral(encoded, at, byte) ? 2 : 1;
  }
  map[encoded.length] = text.length;
  return (bytes) => map[Math.min(bytes, encoded.length)] ?? text.length;
}

const isAstral = (encoded: Uint8Array, at: number, byte: number) =>
  (byte & 0xc0) === 0x80 && ((encoded[at - 3] ?? 0) & 0xf8) === 0xf0;
