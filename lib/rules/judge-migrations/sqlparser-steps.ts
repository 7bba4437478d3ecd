import { dropsFirst } from "./drops-first";
import type { Dialect, Step } from "./operation";
import { readSqlparserAction } from "./sqlparser-alter-table";
import { functionsIn, readExpressionCheck } from "./sqlparser-checks";
import { readSqlparserTable } from "./sqlparser-columns";
import { identifier, indexColumns, objectName } from "./sqlparser-names";
import { at, isFields, items, type Tree, textAt, variant } from "./syntax-tree";

/** What one statement of MySQL or SQLite does, from the tree that its parser made. */
export function readSqlparserStatement(tree: Tree, dialect: Dialect): Step[] {
  const [kind, inside] = variant(tree);
  const name = (key: string) => objectName(at(inside, key), dialect);
  switch (kind) {
    case "AlterTable":
      return dropsFirst(
        items(at(inside, "operations")).flatMap((one) =>
          readSqlparserAction(name("name"), one, dialect),
        ),
      );
    case "CreateTable":
      return [readSqlparserTable(inside, dialect)];
    case "CreateVirtualTable": {
      const ifNotExists = at(inside, "if_not_exists") === true;
      return [{ does: "create-table", table: name("name"), columns: [], ifNotExists }];
    }
    case "CreateIndex":
      return [readIndex(inside, dialect)];
    case "CreateView":
      return [
        {
          does: "create-view",
          view: name("name"),
          replaces: at(inside, "or_replace") === true,
        },
      ];
    case "AlterView":
      return [{ does: "create-view", view: name("name"), replaces: true }];
    case "RenameTable":
      return items(inside).map((one) => ({
        does: "rename-table",
        table: objectName(at(one, "old_name"), dialect),
        to: objectName(at(one, "new_name"), dialect),
      }));
    case "Drop":
      return readDrop(inside, dialect);
    case "DropFunction":
    case "DropProcedure":
      return items(at(inside, "func_desc") ?? at(inside, "proc_desc")).map((one) => ({
        does: "drop-routine",
        name: objectName(at(one, "name"), dialect),
      }));
    case "DropTrigger":
      return [{ does: "drop-trigger", table: "", name: name("trigger_name") }];
    case "CreateTrigger": {
      const table = name("table_name");
      return [{ does: "create-trigger", table, name: name("name"), rejects: raises(inside) }];
    }
    case "CreateFunction":
    case "CreateProcedure": {
      const replaces = at(inside, "or_replace") === true;
      return [{ does: "create-routine", name: name("name"), replaces }];
    }
    case "CreateDatabase":
      return [{ does: "create-schema", schema: name("db_name") }];
    case "CreateSchema":
      return [{ does: "create-schema", schema: objectName(variant(inside)[1], dialect) }];
    case "Revoke":
      return [
        {
          does: "restrict-writes",
          object: "a right",
          table: null,
          how: "a right was taken away from a user",
        },
      ];
    case "Execute":
    case "Prepare":
      return [{ does: "dynamic", why: "it runs a prepared statement" }];
    case "Call":
      return [{ does: "dynamic", why: `what ${name("name")} does isn't in this file` }];
    case "Pragma":
      return readPragma(name("name"));
    default:
      return readRows(kind, inside, dialect) ?? readRest(kind);
  }
}

/** RAISE(ABORT, …) of SQLite. */
function raises(tree: Tree): boolean {
  return functionsIn(tree).includes("raise");
}

function readPragma(name: string): Step[] {
  return name === "writable_schema"
    ? [{ does: "dynamic", why: "it writes into the schema's own tables" }]
    : [{ does: "nothing" }];
}

function readIndex(tree: Tree, dialect: Dialect): Step {
  const predicate = at(tree, "predicate");
  return {
    does: "add-index",
    table: objectName(at(tree, "table_name"), dialect),
    name: objectName(at(tree, "name"), dialect).toLowerCase() || null,
    isUnique: at(tree, "unique") === true,
    columns: indexColumns(at(tree, "columns")),
    ...(predicate ? { where: readExpressionCheck(predicate) } : {}),
  };
}

function readDrop(tree: Tree, dialect: Dialect): Step[] {
  const names = items(at(tree, "names")).map((one) => objectName(one, dialect));
  const table = objectName(at(tree, "table"), dialect);
  switch (textAt(tree, "object_type")) {
    case "Table":
      return names.map((name) => ({
        does: "drop-table",
        table: name,
        ifExists: at(tree, "if_exists") === true,
      }));
    case "View":
    case "MaterializedView":
      return names.map((view) => ({ does: "drop-view", view }));
    case "Index":
      return names.map((name) => ({
        does: "drop-index",
        name: name.toLowerCase(),
        ...(table ? { table } : {}),
      }));
    case "Schema":
    case "Database":
      return names.map((schema) => ({ does: "drop-schema", schema }));
    case "Sequence":
      return names.map((name) => ({ does: "drop-sequence", name }));
    case "User":
    case "Role":
      return [{ does: "restrict-access", object: "a user", how: "a user is gone" }];
    default:
      return [{ does: "dynamic", why: "it drops an object whose use isn't known" }];
  }
}

/** INSERT, UPDATE, DELETE, TRUNCATE and queries; null for anything else. */
function readRows(kind: string, tree: Tree, dialect: Dialect): Step[] | null {
  switch (kind) {
    case "Insert": {
      const from = onlySource(at(tree, "source", "body"), dialect);
      const on = at(tree, "on");
      const isReplacing = at(tree, "replace_into") === true || textAt(tree, "or") === "Replace";
      return [
        {
          does: "change-data",
          how: "insert",
          table: objectName(at(tree, "table", "TableName"), dialect),
          overwrites: isReplacing || (isFields(on) && JSON.stringify(on).includes("pdate")),
          columns: items(at(tree, "columns")).map((one) => objectName(one, dialect).toLowerCase()),
          ...(from === null ? {} : { from }),
        },
      ];
    }
    case "Update": {
      const columns = items(at(tree, "assignments")).map((one) =>
        identifier(at(items(at(one, "target", "ColumnName")).at(-1), "Identifier")),
      );
      const table = tableOf(at(tree, "table"), dialect);
      return [{ does: "change-data", how: "update", table, overwrites: true, columns }];
    }
    case "Delete": {
      const [, from] = variant(at(tree, "from"));
      const named = items(at(tree, "tables")).map((one) => objectName(one, dialect));
      const tables = named.length > 0 ? named : items(from).map((one) => tableOf(one, dialect));
      return tables.map((table) => ({
        does: "change-data",
        how: "delete",
        table,
        overwrites: true,
      }));
    }
    case "Truncate":
      return items(at(tree, "table_names")).map((one) => ({
        does: "change-data",
        how: "truncate",
        table: objectName(at(one, "name"), dialect),
        overwrites: true,
      }));
    case "Query":
      return readQuery(tree, dialect);
    default:
      return null;
  }
}

function tableOf(tree: Tree, dialect: Dialect): string {
  return objectName(at(tree, "relation", "Table", "name"), dialect);
}

function onlySource(body: Tree, dialect: Dialect): string | null {
  const from = items(at(body, "Select", "from"));
  return from.length === 1 ? tableOf(from[0], dialect) || null : null;
}

/** Functions of queries that change nothing. */
const HARMLESS = new Set(
  "count max min sum avg coalesce ifnull concat lower upper now version database changes last_insert_id current_timestamp date datetime if exists group_concat length sleep get_lock release_lock".split(
    " ",
  ),
);

function readQuery(tree: Tree, dialect: Dialect): Step[] {
  const [kind, inside] = variant(at(tree, "body"));
  // WITH … DELETE, WITH … UPDATE.
  if (kind === "Delete" || kind === "Update" || kind === "Insert") {
    return readSqlparserStatement(inside, dialect);
  }
  const called = functionsIn(tree).find((name) => !HARMLESS.has(name));
  return called === undefined
    ? [{ does: "nothing" }]
    : [{ does: "dynamic", why: `what ${called}() does isn't in this file` }];
}

/** Statements that no program can tell were run: settings, locks, upkeep, who may more. */
const UNNOTICED = new Set(
  "Set Use StartTransaction Commit Rollback Savepoint ReleaseSavepoint LockTables UnlockTables Analyze Vacuum Grant CreateUser CreateRole Explain ExplainTable ShowVariables ShowTables ShowColumns ShowCreate ShowStatus Flush Kill Deallocate AttachDatabase Comment Deny".split(
    " ",
  ),
);

function readRest(kind: string): Step[] {
  return UNNOTICED.has(kind)
    ? [{ does: "nothing" }]
    : [{ does: "dynamic", why: `what ${kind || "it"} means for programs isn't known` }];
}
