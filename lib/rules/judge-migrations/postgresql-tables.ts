import type { CreateStmt, IndexStmt, Node } from "libpg-query";
import type { Column, Step } from "./operation";
import { readCheck } from "./postgresql-checks";
import { readColumn, readConstraint } from "./postgresql-columns";
import { listName, relationName } from "./postgresql-names";

/** CREATE TABLE, INDEX, VIEW, SCHEMA, SEQUENCE, TRIGGER and RULE; null for anything else. */
export function readDefinition(node: Node): Step[] | null {
  if ("CreateStmt" in node) return readTable(node.CreateStmt);
  if ("CreateForeignTableStmt" in node) return readTable(node.CreateForeignTableStmt.base ?? {});
  if ("CreateTableAsStmt" in node) {
    const { into, objtype, if_not_exists } = node.CreateTableAsStmt;
    const name = relationName(into?.rel);
    return objtype === "OBJECT_MATVIEW"
      ? [{ does: "create-view", view: name, replaces: false }]
      : [{ does: "create-table", table: name, columns: [], ifNotExists: if_not_exists === true }];
  }
  if ("IndexStmt" in node) return [readIndex(node.IndexStmt)];
  if ("ViewStmt" in node) {
    const { view, replace } = node.ViewStmt;
    return [{ does: "create-view", view: relationName(view), replaces: replace === true }];
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

function readTable({ relation, tableElts = [], if_not_exists }: CreateStmt): Step[] {
  const table = relationName(relation);
  const columns = tableElts.flatMap((one): Column[] =>
    "ColumnDef" in one ? [readColumn(one.ColumnDef)] : [],
  );
  const constraints = tableElts.flatMap((one): Step[] =>
    "Constraint" in one ? [readConstraint(table, one.Constraint)] : [],
  );
  // Temporary tables are gone with the session that ran the migration; what they hide is, too.
  return [
    { does: "create-table", table, columns, ifNotExists: if_not_exists === true },
    ...constraints,
  ];
}

function readIndex(statement: IndexStmt): Step {
  const columns = (statement.indexParams ?? []).flatMap((one) =>
    "IndexElem" in one ? [one.IndexElem.name ?? ""] : [],
  );
  return {
    does: "add-index",
    table: relationName(statement.relation),
    name: statement.idxname ?? null,
    isUnique: statement.unique === true,
    columns,
    ...(statement.whereClause ? { where: readCheck(statement.whereClause) } : {}),
    ...(statement.nulls_not_distinct ? { nullsAreAlike: true } : {}),
  };
}
