import type { Call, Entry, Expression } from "./program";

/** What names stand for where a statement runs. Null: something that is only known as it runs. */
export type Scope = { values: Map<string, Expression | null>; outer: Scope | null };

export const newScope = (outer: Scope | null): Scope => ({ values: new Map(), outer });

/** What an expression stands for: names are followed to what was assigned to them. */
export function resolve(expression: Expression, scope: Scope): Expression {
  let now = expression;
  for (let steps = 0; steps < 20; steps++) {
    if (now.is === "pieces") return listOf(now, scope) ?? now;
    if (now.is !== "name") return now;
    const value = lookUp(now.name, scope);
    if (!value) return now;
    now = value;
  }
  return now;
}

/** FIRST + [third]: lists that are put together. */
function listOf(pieces: Extract<Expression, { is: "pieces" }>, scope: Scope): Expression | null {
  const parts = pieces.parts.map((part) => (part.is === "name" ? resolve(part, scope) : part));
  const items = parts.flatMap((part) => (part.is === "list" ? part.items : []));
  if (parts.length === 0 || parts.some((part) => part.is !== "list")) return null;
  return { from: pieces.from, to: pieces.to, is: "list", items };
}

export function lookUp(name: string, scope: Scope): Expression | null | undefined {
  for (let at: Scope | null = scope; at; at = at.outer)
    if (at.values.has(name)) return at.values.get(name);
  return undefined;
}

/** Methods and functions that give back the text they are given, but for blanks. */
const SAME_TEXT = new Set(
  "strip squish strip_heredoc dedent text freeze trim trimStart trimEnd to_s to_sym to_str cleandoc raw lstrip rstrip chomp SQL sql unindent quote_table_name quote_column_name f".split(
    " ",
  ),
);

/** The text that an expression gives; null when that is only known as it runs. */
export function textOf(expression: Expression | null | undefined, scope: Scope): string | null {
  if (!expression) return null;
  const value = resolve(expression, scope);
  switch (value.is) {
    case "text":
      return value.value;
    case "number":
      return String(value.value);
    case "pieces": {
      const parts = value.parts.map((part) => textOf(part, scope));
      return parts.includes(null) ? null : parts.join("");
    }
    case "call":
      return textOfCall(value, scope);
    default:
      return null;
  }
}

function textOfCall(call: Call, scope: Scope): string | null {
  if (call.name === "join") {
    // Python joins on the glue, the others on the list.
    const list = call.on && resolve(call.on, scope);
    const items = list?.is === "list" ? list : call.args[0] && resolve(call.args[0], scope);
    const glue = items === list ? textOf(call.args[0], scope) : textOf(call.on, scope);
    const texts = items?.is === "list" ? items.items.map((one) => textOf(one, scope)) : [null];
    return texts.includes(null) || glue === null ? null : texts.join(glue);
  }
  if (!SAME_TEXT.has(call.name)) return null;
  const own = call.on ? textOf(call.on, scope) : null;
  if (own !== null && call.args.length === 0) return own;
  return call.args.length === 1 ? textOf(call.args[0], scope) : null;
}

/** Where a text's first character stands, so that lines inside of it can be counted. */
export function innerOf(expression: Expression, scope: Scope): number {
  const value = resolve(expression, scope);
  if (value.is === "text") return value.inner;
  if (value.is === "pieces" && value.parts[0]) return innerOf(value.parts[0], scope);
  if (value.is === "call" && value.on && textOf(value.on, scope) !== null)
    return innerOf(value.on, scope);
  if (value.is === "call" && value.args[0]) return innerOf(value.args[0], scope);
  return value.from;
}

/** The texts of a list, or of one text as a list of one; null when any is only known as it runs. */
export function textsOf(expression: Expression | null | undefined, scope: Scope): string[] | null {
  if (!expression) return null;
  const value = resolve(expression, scope);
  if (value.is === "list") {
    const texts = value.items.map((item) => textOf(item, scope));
    return texts.every((text) => text !== null) ? texts : null;
  }
  const text = textOf(value, scope);
  return text === null ? null : [text];
}

export function truthOf(expression: Expression | null | undefined, scope: Scope): boolean | null {
  if (!expression) return null;
  const value = resolve(expression, scope);
  return value.is === "truth" ? value.value : null;
}

/** A named argument, or the entry of a hash or an object that is the last argument. */
export function option(call: Call, key: string, scope: Scope): Expression | null {
  return entryOf(optionsOf(call, scope), key);
}

/** All named arguments, with those of a hash or an object that is the last argument. */
export function optionsOf(call: Call, scope: Scope): Entry[] {
  const last = call.args.at(-1);
  const map = last && resolve(last, scope);
  return map?.is === "map" ? [...map.entries, ...call.named] : call.named;
}

export function entryOf(entries: readonly Entry[], key: string): Expression | null {
  return entries.findLast((entry) => entry.key === key)?.value ?? null;
}

/**
 * "queryRunner.query", "op.add_column", "execute": the dotted name of what is called; null when it is
 * computed.
 */
export function dottedName(call: Call): string | null {
  if (call.on === null) return call.name;
  if (call.on.is === "name") return `${call.on.name}.${call.name}`;
  return null;
}
