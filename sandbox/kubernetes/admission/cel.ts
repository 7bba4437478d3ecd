import { Environment } from "@marcbachmann/cel-js";

/** A compiled expression; throws a `CelError` when it comes to no value. */
export type Program = (context: Record<string, unknown>) => unknown;
export type ResultType = "bool" | "string" | "any";

/** An expression that can't be read, or that came to no value; the message is one line. */
export class CelError extends Error {}

const VARIABLES = ["object", "oldObject", "request", "namespaceObject"];
const environments = new Map<string, Environment>();

function format(text: string, values: unknown[]): string {
  let next = 0;
  return text.replace(/%([sd%])/g, (_, verb) => (verb === "%" ? "%" : String(values[next++])));
}

/** What the real server knows beside the language itself, as far as policies here need it. */
function environment(more: readonly string[]): Environment {
  const key = more.join();
  let found = environments.get(key);
  if (!found) {
    found = new Environment({ enableOptionalTypes: true });
    for (const name of [...VARIABLES, ...more]) found.registerVariable(name, "dyn");
    found.registerFunction("string.replace(string, string): string", (text, from, to) =>
      text.replaceAll(from, () => to),
    );
    found.registerFunction("string.find(string): string", (text, pattern) => {
      return new RegExp(pattern, "u").exec(text)?.[0] ?? "";
    });
    found.registerFunction("string.format(list<dyn>): string", format);
    environments.set(key, found);
  }
  return found;
}

/** The first line of what went wrong; the language's own errors carry it without the source. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = "summary" in error ? String(error.summary) : error.message;
  return text.replace(/^No such key/, "no such key");
}

/**
 * Compiles an expression. `names` are the variables beside the four that every expression has.
 * Throws a `CelError` for one that can't be parsed, names something unknown, or whose type isn't
 * the one wanted.
 */
export function compile(expression: string, names: readonly string[], wanted: ResultType): Program {
  const known = environment(names);
  const checked = known.check(expression);
  if (!checked.valid) throw new CelError(`compilation failed: ERROR: ${told(checked.error)}`);
  const fits = wanted === "any" || checked.type === wanted;
  if (!fits) throw new CelError(`must evaluate to ${wanted}`);
  const run = known.parse(expression);
  return (context) => {
    try {
      return run(context);
    } catch (error) {
      throw new CelError(`expression '${expression}' resulted in error: ${told(error)}`);
    }
  };
}

/** The syntax tree of an expression that compiles. */
export function syntaxTree(expression: string, names: readonly string[]): unknown {
  return environment(names).parse(expression).ast;
}

/** A JSON value as expressions see it: whole numbers are integers. */
export function celValue(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== "object" || value === null) return value;
  const read: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
    if (field !== undefined) read[key] = celValue(field);
  }
  return read;
}
