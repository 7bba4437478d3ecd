import { type ParserOptions, parse } from "@babel/parser";
import type { Program } from "./program";
import { scriptStatements } from "./script-statements";

const LENIENT: ParserOptions = {
  errorRecovery: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowUndeclaredExports: true,
  sourceType: "unambiguous",
};

/**
 * Parses JavaScript or TypeScript with Babel's parser. What it couldn't read is in `faults`; the rest is
 * there all the same, where there is a rest.
 */
export function scriptProgram(path: string, text: string): Program {
  try {
    const plugins: ParserOptions["plugins"] = /\.[cm]?tsx?$/.test(path)
      ? ["typescript", "decorators-legacy"]
      : ["jsx", "flow", "decorators-legacy"];
    const { program, errors } = parse(text, { ...LENIENT, plugins });
    return {
      path,
      text,
      statements: scriptStatements(program.body),
      faults: (errors ?? []).map((error) => ({ line: lineOf(error), why: whyOf(error) })),
    };
  } catch (error) {
    return { path, text, statements: [], faults: [{ line: lineOf(error), why: whyOf(error) }] };
  }
}

function lineOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("loc" in error)) return 1;
  const { loc } = error;
  if (typeof loc !== "object" || loc === null || !("line" in loc)) return 1;
  return typeof loc.line === "number" ? loc.line : 1;
}

const whyOf = (error: unknown) =>
  `JavaScript's parser says: ${error instanceof Error ? error.message : String(error)}`;
