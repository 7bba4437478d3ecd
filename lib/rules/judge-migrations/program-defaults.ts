import { generate } from "./generators";
import type { Expression, Statement } from "./program";
import { resolve, type Scope } from "./program-values";

/**
 * Whether a default gives each row a value of its own: knex.raw("gen_random_uuid()"), sa.func.uuid().
 * A bare text is a value like any other, unless the tool takes it for SQL (`isSql`).
 */
export function isMadeForEachRow(
  given: Expression | null | undefined,
  scope: Scope,
  isSql = false,
): boolean {
  if (!given) return false;
  const value = resolve(given, scope);
  return (isSql || value.is !== "text") && generate(calledIn(value, scope));
}

/** Names of all functions that an expression calls, in the program or in SQL that it writes. */
function calledIn(given: Expression, scope: Scope): string[] {
  const value = resolve(given, scope);
  const all = (expressions: readonly Expression[]) =>
    expressions.flatMap((one) => calledIn(one, scope));
  switch (value.is) {
    case "text":
      return calledInSql(value.value);
    case "pieces":
      return all(value.parts);
    case "computed":
      return all(value.inside);
    case "function":
      return all(value.body.flatMap(writtenIn));
    case "call": {
      const { name, on, args, named } = value;
      // Sequelize.fn("gen_random_uuid"): the name of a function in a text.
      const written = name === "fn" && args[0]?.is === "text" ? [args[0].value] : [];
      return [
        name,
        ...written,
        ...all(on ? [on] : []),
        ...all(args),
        ...all(named.map((one) => one.value)),
      ];
    }
    default:
      return [];
  }
}

function writtenIn(statement: Statement): Expression[] {
  return (statement.is === "do" || statement.is === "give") && statement.value
    ? [statement.value]
    : [];
}

function calledInSql(text: string): string[] {
  const code = text.replace(/'[^']*'/g, "''");
  return [...code.matchAll(/(\w+)\s*\(/g)].flatMap(([, name]) => name ?? []);
}
