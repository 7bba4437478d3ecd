import { generate } from "./generators";
import type { Column, ConstraintKind, Dialect, Step } from "./operation";
import { functionsIn, readExpressionCheck } from "./sqlparser-checks";
import { identifier, indexColumns, objectName, typeName } from "./sqlparser-names";
import { at, items, type Tree, textAt, variant } from "./syntax-tree";

/** A column as CREATE TABLE, ADD, MODIFY and CHANGE write it. */
export function readSqlparserColumn(
  name: string,
  dataType: Tree,
  options: Tree,
  dialect: Dialect,
): Column {
  const type = typeName(dataType);
  const written = items(options).map((one) => variant(at(one, "option") ?? one));
  const has = (...kinds: readonly string[]) => written.some(([kind]) => kinds.includes(kind));
  const value = written.find(([kind]) => kind === "Default")?.[1];
  const isCounted =
    type === "serial" ||
    written.some(
      ([kind, inside]) =>
        kind === "DialectSpecific" &&
        items(inside).some((one) =>
          /^AUTO_?INCREMENT$/.test((textAt(one, "Word", "value") ?? "").toUpperCase()),
        ),
    );
  // The key of a table in SQLite that is an integer is its row's number.
  const isRowNumber = dialect === "sqlite" && has("PrimaryKey") && type === "integer";
  const hasDefault = value !== undefined && variant(at(value, "Value", "value"))[0] !== "Null";
  const checks = written.flatMap(([kind, inside]) =>
    kind === "Check" ? [readExpressionCheck(at(inside, "expr") ?? inside)] : [],
  );
  return {
    name,
    type,
    isNotNull: has("NotNull", "PrimaryKey") || isCounted,
    isFilled: hasDefault || isCounted || isRowNumber || has("Generated", "Identity"),
    constraints: written.flatMap(([kind]) => COLUMN_KINDS[kind] ?? []),
    isFilledAlike: hasDefault && !generate(functionsIn(value)),
    ...(checks.length > 0 ? { checks } : {}),
    ...(has("Generated") && !isCounted ? { isComputed: true } : {}),
  };
}

const COLUMN_KINDS: Record<string, ConstraintKind[]> = {
  Unique: ["unique"],
  PrimaryKey: ["primary-key"],
  ForeignKey: ["foreign-key"],
  Check: ["check"],
};

/** What MySQL calls every table's primary key. */
export const PRIMARY = "primary";

/** ADD CONSTRAINT, ADD UNIQUE KEY, ADD INDEX … */
export function readSqlparserConstraint(table: string, tree: Tree, dialect: Dialect): Step {
  const [kind, inside] = variant(tree);
  const name = ownName(inside, dialect);
  const plain = { does: "add-constraint", table, name, isNotValid: false, text: null } as const;
  switch (kind) {
    case "Unique":
      return { ...plain, kind: "unique", columns: indexColumns(at(inside, "columns")) };
    case "PrimaryKey":
      return {
        ...plain,
        name: PRIMARY,
        kind: "primary-key",
        columns: indexColumns(at(inside, "columns")),
      };
    case "ForeignKey":
      return {
        ...plain,
        kind: "foreign-key",
        columns: items(at(inside, "columns")).map(identifier),
      };
    case "Check":
      if (at(inside, "enforced") === false) return { does: "nothing" };
      return {
        ...plain,
        kind: "check",
        columns: [],
        check: readExpressionCheck(at(inside, "expr")),
      };
    case "Index":
    case "FulltextOrSpatial": {
      const columns = indexColumns(at(inside, "columns"));
      return { does: "add-index", table, name, isUnique: false, columns };
    }
    default:
      return { does: "dynamic", why: "it adds a rule that isn't known" };
  }
}

/** A key's name; MySQL names one after its first column when none is given. */
function ownName(tree: Tree, dialect: Dialect): string | null {
  for (const key of ["index_name", "name", "opt_index_name"]) {
    const name = textAt(tree, key, "value");
    if (name !== null) return name.toLowerCase();
  }
  return dialect === "mysql" ? (indexColumns(at(tree, "columns"))[0] ?? null) : null;
}

/** CREATE TABLE; with AS or LIKE its columns aren't in the text. */
export function readSqlparserTable(tree: Tree, dialect: Dialect): Step {
  const isBare = at(tree, "query") || at(tree, "like");
  const columns = isBare ? [] : items(at(tree, "columns"));
  return {
    does: "create-table",
    table: objectName(at(tree, "name"), dialect),
    columns: columns.map((one) =>
      readSqlparserColumn(
        identifier(at(one, "name")),
        at(one, "data_type"),
        at(one, "options"),
        dialect,
      ),
    ),
    ifNotExists: at(tree, "if_not_exists") === true,
  };
}
