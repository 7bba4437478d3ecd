import type { Column, Dialect, Step } from "./operation";
import { PRIMARY, readSqlparserColumn, readSqlparserConstraint } from "./sqlparser-columns";
import { identifier, objectName } from "./sqlparser-names";
import { at, items, type Tree, variant } from "./syntax-tree";
import { widensInMysql } from "./type-widening";

/** One action of ALTER TABLE in MySQL or SQLite. */
export function readSqlparserAction(table: string, tree: Tree, dialect: Dialect): Step[] {
  const [kind, inside] = variant(tree);
  switch (kind) {
    case "AddColumn": {
      const written = at(inside, "column_def");
      const name = identifier(at(written, "name"));
      const column = readSqlparserColumn(
        name,
        at(written, "data_type"),
        at(written, "options"),
        dialect,
      );
      return [{ does: "add-column", table, column }];
    }
    case "DropColumn":
      return items(at(inside, "column_names")).map((one) => ({
        does: "drop-column",
        table,
        column: identifier(one),
        ifExists: at(inside, "if_exists") === true,
      }));
    case "RenameColumn": {
      const column = identifier(at(inside, "old_column_name"));
      return [
        { does: "rename-column", table, column, to: identifier(at(inside, "new_column_name")) },
      ];
    }
    case "ModifyColumn": {
      const name = identifier(at(inside, "col_name"));
      return [redefined(table, name, inside, dialect)];
    }
    case "ChangeColumn": {
      const name = identifier(at(inside, "old_name"));
      const to = identifier(at(inside, "new_name"));
      const definition = redefined(table, to, inside, dialect);
      return name === to
        ? [definition]
        : [{ does: "rename-column", table, column: name, to }, definition];
    }
    case "RenameTable": {
      const [, to] = variant(at(inside, "table_name"));
      return [{ does: "rename-table", table, to: objectName(to, dialect) }];
    }
    case "AlterColumn":
      return [readColumnChange(table, identifier(at(inside, "column_name")), at(inside, "op"))];
    case "AddConstraint":
      return [readSqlparserConstraint(table, at(inside, "constraint"), dialect)];
    case "DropConstraint":
    case "DropForeignKey":
      return [{ does: "drop-constraint", table, name: identifier(at(inside, "name")) }];
    case "DropPrimaryKey":
      return [{ does: "drop-constraint", table, name: PRIMARY }];
    case "DropIndex":
      return [{ does: "drop-index", name: identifier(at(inside, "name")), table }];
    case "RenameConstraint": {
      const name = identifier(at(inside, "old_name"));
      return [{ does: "rename-unseen", name, to: identifier(at(inside, "new_name")) }];
    }
    case "Algorithm":
    case "Lock":
    case "AutoIncrement":
    case "ValidateConstraint":
    case "OwnerTo":
    case "SetTblProperties":
    case "SetOptionsParens":
      return [{ does: "nothing" }];
    case "DropPartitions":
      return [{ does: "change-data", how: "delete", table, overwrites: true }];
    default:
      return [{ does: "dynamic", why: `what ${kind || "it"} means for programs isn't known` }];
  }
}

function redefined(table: string, name: string, tree: Tree, dialect: Dialect): Step {
  const column: Column = readSqlparserColumn(
    name,
    at(tree, "data_type"),
    at(tree, "options"),
    dialect,
  );
  return { does: "redefine-column", table, column, widens: widensInMysql(column) };
}

function readColumnChange(table: string, column: string, operation: Tree): Step {
  const [kind, inside] = variant(operation);
  switch (kind) {
    case "SetDefault": {
      const isNull = variant(at(inside, "value", "Value", "value"))[0] === "Null";
      return { does: isNull ? "drop-default" : "set-default", table, column };
    }
    case "DropDefault":
      return { does: "drop-default", table, column };
    case "SetNotNull":
      return { does: "set-not-null", table, column };
    case "DropNotNull":
      return { does: "drop-not-null", table, column };
    default:
      return { does: "change-type", table, column, to: null, widens: false };
  }
}
