import type { CreateStmt, IndexStmt, Node } from "libpg-query";
import type { Column, Step } from "./operation";
import { readCheck } from "./postgresql-checks";
import { readColumn, readConstraint } from "./postgresql-columns";
import { readDataStatement } from "./postgresql-data";
import { readFallible } from "./postgresql-fallible";
import { listName, relationName } from "./postgresql-names";

/** CREATE TABLE, INDEX, VIEW, SCHEMA, SEQUENCE, TRIGGER and RULE; null for anything else. */
export function readDefinition(node: Node): Step[] | null {
  if ("CreateStmt" in node) return readTable(node.CreateStmt);
  if ("CreateForeignTableStmt" in node) return readTable(node.CreateForeignTableStmt.base ?? {});
  if ("CreateTableAsStmt" in node) {
    const { into, objtype, if_not_exists, query } = node.CreateTableAsStmt;
    const name = relationName(into?.rel);
    if (objtype === "OBJECT_MATVIEW") return [{ does: "create-view", view: name, replaces: false }];
    // What its query changes or calls is done as well.
    const done = (query ? readDataStatement(query) : null) ?? [];
    return [
      ...done.filter(({ does }) => does !== "nothing"),
      { does: "create-table", table: name, columns: [], ifNotExists: if_not_exists === true },
    ];
  }
  if ("IndexStmt" in node) return [readIndex(node.IndexStmt)];
  if ("ViewStmt" in node) {
    const { view, replace, query, aliases = [] } = node.ViewStmt;
    const isPlain = view?.relpersistence === "p" && aliases.length === 0;
    const shows = query && isPlain ? shownWhole(query) : null;
    return [
      {
        does: "create-view",
        view: relationName(view),
        replaces: replace === true,
        ...(shows === null ? {} : { shows }),
      },
    ];
  }
  if ("CreateSeqStmt" in node) {
    return [{ does: "create-sequence", name: relationName(node.CreateSeqStmt.sequence) }];
  }
  if ("CreateTrigStmt" in node) {
    const { relation, trigname = "", funcname } = node.CreateTrigStmt;
    const table = relationName(relation);
    return [{ does: "create-trigger", table, name: trigname, routine: listName(funcname) }];
  }
  if ("RuleStmt" in node) {
    const { relation, rulename = "" } = node.RuleStmt;
    return [{ does: "create-trigger", table: relationName(relation), name: rulename }];
  }
  if ("CreateSchemaStmt" in node) {
    const { schemaname, authrole, schemaElts = [] } = node.CreateSchemaStmt;
    return [
      { does: "create-schema", schema: schemaname ?? authrole?.rolename ?? "" },
      ...schemaElts.flatMap((one) => readDefinition(one) ?? []),
    ];
  }
  return null;
}

/** What SELECT * FROM one_table and nothing more shows; null for any other query. */
function shownWhole(query: Node): string | null {
  if (!("SelectStmt" in query)) return null;
  const { targetList = [], fromClause = [], op, limitOption, ...others } = query.SelectStmt;
  const [[target], [from]] = [targetList, fromClause];
  const isPlain =
    op === "SETOP_NONE" &&
    limitOption === "LIMIT_OPTION_DEFAULT" &&
    Object.values(others).every((one) => one === undefined || one === false) &&
    targetList.length === 1 &&
    fromClause.length === 1;
  if (!isPlain || !from || !("RangeVar" in from)) return null;
  // ONLY leaves out the rows of tables that inherit from it; an alias may name columns.
  if (!from.RangeVar.inh || from.RangeVar.alias?.colnames) return null;
  const value = target && "ResTarget" in target ? target.ResTarget.val : undefined;
  const fields = value && "ColumnRef" in value ? (value.ColumnRef.fields ?? []) : [];
  const last = fields.at(-1);
  return last && "A_Star" in last ? relationName(from.RangeVar) : null;
}

function readTable(statement: CreateStmt): Step[] {
  const { relation, tableElts = [], if_not_exists, inhRelations = [], partbound } = statement;
  const table = relationName(relation);
  const written = tableElts.flatMap((one): Column[] =>
    "ColumnDef" in one ? [readColumn(one.ColumnDef)] : [],
  );
  const constraints = tableElts.flatMap((one): Step[] =>
    "Constraint" in one ? [readConstraint(table, one.Constraint)] : [],
  );
  if (partbound) return readPartition(statement, table, written, constraints);
  // What is read from a table is read from those that inherit from it, too.
  const shown = inhRelations.map((one): Step => {
    const object = "RangeVar" in one ? relationName(one.RangeVar) : "";
    return { does: "restrict-access", object, how: `it shows the rows of ${table}, too` };
  });
  // Temporary tables are gone with the session that ran the migration; what they hide is, too.
  return [
    { does: "create-table", table, columns: written, ifNotExists: if_not_exists === true },
    ...constraints,
    ...shown,
  ];
}

/** A part of another table has that one's columns; what is written of them are further rules. */
function readPartition(
  { inhRelations = [], if_not_exists, partspec }: CreateStmt,
  table: string,
  written: readonly Column[],
  constraints: readonly Step[],
): Step[] {
  const [parent] = inhRelations;
  const partitionOf = parent && "RangeVar" in parent ? relationName(parent.RangeVar) : "";
  const how = `rows that no part of ${table} takes are refused`;
  return [
    { does: "create-table", table, columns: [], ifNotExists: if_not_exists === true, partitionOf },
    ...written.flatMap(({ name, isNotNull, isFilled, constraints: kinds }): Step[] => [
      ...(isNotNull ? [{ does: "set-not-null", table, column: name } as const] : []),
      ...(isFilled ? [{ does: "set-default", table, column: name } as const] : []),
      ...kinds.map((kind): Step => {
        const plain = { name: null, isNotValid: false, text: null };
        return { does: "add-constraint", table, kind, columns: [name], ...plain };
      }),
    ]),
    ...constraints,
    ...(partspec ? [{ does: "restrict-access", object: partitionOf, how } as const] : []),
  ];
}

function readIndex(statement: IndexStmt): Step {
  const parts = (statement.indexParams ?? []).flatMap((one) =>
    "IndexElem" in one ? [one.IndexElem] : [],
  );
  const columns = parts.map(({ name = "" }) => name);
  const fails = readFallible([...parts.map(({ expr }) => expr), statement.whereClause]);
  return {
    does: "add-index",
    table: relationName(statement.relation),
    name: statement.idxname ?? null,
    isUnique: statement.unique === true,
    columns,
    ...(statement.whereClause ? { where: readCheck(statement.whereClause) } : {}),
    ...(statement.nulls_not_distinct ? { nullsAreAlike: true } : {}),
    ...(fails ? { fails } : {}),
  };
}
