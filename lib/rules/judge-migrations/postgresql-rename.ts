import type { AlterObjectSchemaStmt, ObjectType, RenameStmt } from "libpg-query";
import type { Step } from "./operation";
import { objectName, relationName } from "./postgresql-names";

/** ALTER … RENAME of whatever has a name. */
export function readRename(statement: RenameStmt): Step[] {
  const { renameType, relationType, subname = "", newname = "" } = statement;
  const relation = relationName(statement.relation);
  const object = objectName(statement.object);
  switch (renameType) {
    case "OBJECT_COLUMN":
      return relationType === "OBJECT_VIEW" || relationType === "OBJECT_MATVIEW"
        ? [{ does: "drop-view", view: relation }]
        : [{ does: "rename-column", table: relation, column: subname, to: newname }];
    case "OBJECT_ATTRIBUTE":
      return [{ does: "drop-type", type: relation }];
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE":
    case "OBJECT_POLICY":
    case "OBJECT_TABCONSTRAINT":
      return [{ does: "rename-unseen", name: subname, to: newname }];
    default:
      return renameNamed(statement, relation || object || subname);
  }
}

function renameNamed({ renameType, newname = "" }: RenameStmt, name: string): Step[] {
  return rename(renameType, name, sibling(name, newname));
}

/** ALTER … SET SCHEMA: for a program that names it, a rename. */
export function readSchemaMove(statement: AlterObjectSchemaStmt): Step[] {
  const name = relationName(statement.relation) || objectName(statement.object);
  const last = name.slice(name.lastIndexOf(".") + 1);
  const schema = statement.newschema ?? "";
  return rename(statement.objectType, name, schema === "public" ? last : `${schema}.${last}`);
}

/** The new name in the schema of the old one. */
function sibling(name: string, to: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? to : `${name.slice(0, dot)}.${to}`;
}

function rename(type: ObjectType | undefined, name: string, to: string): Step[] {
  switch (type) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE":
      return [{ does: "rename-table", table: name, to }];
    case "OBJECT_INDEX":
    case "OBJECT_DOMCONSTRAINT":
      return [{ does: "rename-unseen", name, to }];
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
      return [
        { does: "drop-view", view: name },
        { does: "create-view", view: to, replaces: false },
      ];
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return [{ does: "rename-type", type: name, to }];
    case "OBJECT_SEQUENCE":
      return [
        { does: "drop-sequence", name },
        { does: "create-sequence", name: to },
      ];
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
    case "OBJECT_AGGREGATE":
      return [
        { does: "drop-routine", name },
        { does: "create-routine", name: to, replaces: false },
      ];
    case "OBJECT_SCHEMA":
      return [
        { does: "drop-schema", schema: name },
        { does: "create-schema", schema: to },
      ];
    case "OBJECT_DATABASE":
      return [{ does: "drop-database", database: name }];
    case "OBJECT_ROLE":
      return [{ does: "restrict-access", object: name, how: "the role has another name" }];
    case "OBJECT_EXTENSION": {
      const how = "what the extension brought is called by another schema";
      return [{ does: "restrict-access", object: name, how }];
    }
    default:
      return [{ does: "dynamic", why: "it renames an object whose use isn't known" }];
  }
}
