import type { Column, Dialect, Operation, Step } from "./operation";

/** Columns as they were written down, by "table.column". */
export type Written = Map<string, Column>;

/** How one step is taken back. */
export type Inverse = {
  statements: string[];
  /** What they do, for what is lost by them. */
  operation: Operation | null;
  /** Why no statement can, in one sentence. */
  impossible: string | null;
};

const NONE: Inverse = { statements: [], operation: null, impossible: null };

/** The statements that take back one step, where its text tells enough. */
export function invert(operation: Operation, written: Written, dialect: Dialect): Inverse {
  const name = (text: string) => quoted(text, dialect);
  const alter = (table: string, what: string) => `ALTER TABLE ${name(table)} ${what};`;
  const say = (statement: string): Inverse => ({ ...NONE, statements: [statement] });
  const cannot = (why: string): Inverse => ({
    ...NONE,
    impossible: `${why} (${operation.path}, line ${operation.line}).`,
  });
  switch (operation.does) {
    case "create-table":
      return losing(operation, `DROP TABLE ${name(operation.table)};`, {
        does: "drop-table",
        table: operation.table,
      });
    case "add-column": {
      const { table, column } = operation;
      return losing(operation, alter(table, `DROP COLUMN ${name(column.name)}`), {
        does: "drop-column",
        table,
        column: column.name,
      });
    }
    case "drop-column": {
      const { table, column } = operation;
      const type = written.get(`${table}.${column}`)?.type ?? null;
      if (type === null)
        return cannot(`The type that \`${table}.${column}\` had isn't in these files`);
      return say(alter(table, `ADD COLUMN ${name(column)} ${type}`));
    }
    case "rename-table":
      return say(alter(operation.to, `RENAME TO ${name(lastPart(operation.table))}`));
    case "rename-column":
      return say(
        alter(operation.table, `RENAME COLUMN ${name(operation.to)} TO ${name(operation.column)}`),
      );
    case "set-not-null":
    case "drop-not-null":
      return nullability(operation, written, dialect);
    case "set-default":
    case "drop-default":
      return cannot(
        `The default that \`${operation.table}.${operation.column}\` had isn't in these files`,
      );
    case "change-type": {
      const { table, column } = operation;
      const type = written.get(`${table}.${column}`)?.type ?? null;
      if (type === null)
        return cannot(`The type that \`${table}.${column}\` had isn't in these files`);
      const statement =
        dialect === "postgresql"
          ? alter(table, `ALTER COLUMN ${name(column)} TYPE ${type}`)
          : alter(table, `MODIFY COLUMN ${name(column)} ${type}`);
      return losing(operation, statement, {
        does: "change-type",
        table,
        column,
        to: type,
        widens: false,
      });
    }
    case "add-constraint": {
      const own = operation.name ?? usualName(operation, dialect);
      if (own === null)
        return cannot(`A constraint on \`${operation.table}\` has no name in the text`);
      return say(alter(operation.table, `DROP CONSTRAINT ${name(own)}`));
    }
    case "add-index": {
      if (operation.name === null)
        return cannot(`An index on \`${operation.table}\` has no name in the text`);
      const on = dialect === "mysql" ? ` ON ${name(operation.table)}` : "";
      return say(`DROP INDEX ${name(operation.name)}${on};`);
    }
    case "create-view":
    case "create-routine":
    case "create-type":
    case "create-trigger":
    case "create-schema":
    case "create-sequence":
      return created(operation, dialect);
    case "rename-type":
      return say(`ALTER TYPE ${name(operation.to)} RENAME TO ${name(lastPart(operation.type))};`);
    case "rename-enum-value":
      return say(
        `ALTER TYPE ${name(operation.type)} RENAME VALUE ${literal(operation.to)} TO ${literal(operation.value)};`,
      );
    case "add-enum-value":
      return cannot(
        `PostgreSQL has no statement that takes \`${operation.value}\` out of \`${operation.type}\``,
      );
    default:
      return others(operation, cannot);
  }
}

function losing(operation: Operation, statement: string, step: Step): Inverse {
  const { path, line } = operation;
  return {
    statements: [statement],
    operation: { path, line, statement, ...step },
    impossible: null,
  };
}

function nullability(
  { does, table, column }: Extract<Operation, { does: "set-not-null" | "drop-not-null" }>,
  written: Written,
  dialect: Dialect,
): Inverse {
  const [on, of] = [quoted(table, dialect), quoted(column, dialect)];
  const isFreed = does === "set-not-null";
  if (dialect === "postgresql")
    return {
      ...NONE,
      statements: [`ALTER TABLE ${on} ALTER COLUMN ${of} ${isFreed ? "DROP" : "SET"} NOT NULL;`],
    };
  const type = written.get(`${table}.${column}`)?.type ?? null;
  if (type !== null && dialect === "mysql")
    return {
      ...NONE,
      statements: [
        `ALTER TABLE ${on} MODIFY COLUMN ${of} ${type} ${isFreed ? "NULL" : "NOT NULL"};`,
      ],
    };
  const what = isFreed ? "may be null again" : "may no longer be null";
  return {
    ...NONE,
    impossible: `That \`${table}.${column}\` ${what} takes its whole definition, which isn't in these files.`,
  };
}

type Created = Extract<
  Operation,
  { does: `create-${"view" | "routine" | "type" | "trigger" | "schema" | "sequence"}` }
>;

function created(operation: Created, dialect: Dialect): Inverse {
  const name = (text: string) => quoted(text, dialect);
  const say = (statement: string): Inverse => ({ ...NONE, statements: [statement] });
  switch (operation.does) {
    case "create-view":
      if (operation.replaces) return redefined(operation.view);
      return say(`DROP VIEW ${name(operation.view)};`);
    case "create-routine":
      if (operation.replaces) return redefined(operation.name);
      return say(`DROP FUNCTION ${name(operation.name)};`);
    case "create-type":
      return say(`DROP TYPE ${name(operation.type)};`);
    case "create-trigger":
      return say(
        dialect === "postgresql"
          ? `DROP TRIGGER ${name(operation.name)} ON ${name(operation.table)};`
          : `DROP TRIGGER ${name(operation.name)};`,
      );
    case "create-schema":
      return say(`DROP SCHEMA ${name(operation.schema)};`);
    case "create-sequence":
      return say(`DROP SEQUENCE ${name(operation.name)};`);
    default:
      return operation satisfies never;
  }
}

const redefined = (name: string): Inverse => ({
  ...NONE,
  impossible: `\`${name}\` was redefined: what it was before isn't in these files.`,
});

/** What was taken away, or happened as it ran: the text doesn't say how it was. */
function others(operation: Operation, cannot: (why: string) => Inverse): Inverse {
  switch (operation.does) {
    case "drop-constraint":
      return cannot(
        `The constraint \`${operation.name ?? "without a name"}\` isn't defined in these files`,
      );
    case "drop-view":
      return cannot(`The view \`${operation.view}\` isn't defined in these files`);
    case "drop-type":
      return cannot(`The type \`${operation.type}\` isn't defined in these files`);
    case "drop-routine":
    case "drop-trigger":
    case "drop-sequence":
      return cannot(`\`${operation.name}\` isn't defined in these files`);
    case "restrict-access":
      return cannot(`Who may use \`${operation.object}\` was changed by hand-written rules`);
    case "dynamic":
    case "unreadable":
      return cannot(`Nobody can tell from the text how to take this back: ${operation.why}`);
    default:
      // Data and whole tables are said elsewhere; of indexes, settings and the like nothing is missed.
      return NONE;
  }
}

/** As PostgreSQL names what nobody named. */
function usualName(
  { table, kind, columns }: Extract<Operation, { does: "add-constraint" }>,
  dialect: Dialect,
): string | null {
  if (dialect !== "postgresql") return null;
  const bare = lastPart(table);
  if (kind === "primary-key") return `${bare}_pkey`;
  const ending = { unique: "key", "foreign-key": "fkey", check: "check", exclusion: "excl" }[kind];
  return columns.length === 0 ? null : `${bare}_${columns.join("_")}_${ending}`;
}

const lastPart = (name: string) => name.slice(name.lastIndexOf(".") + 1);

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

function quoted(name: string, dialect: Dialect): string {
  return name
    .split(".")
    .map((part) => {
      if (dialect === "mysql") return `\`${part.replaceAll("`", "``")}\``;
      return /^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`;
    })
    .join(".");
}
