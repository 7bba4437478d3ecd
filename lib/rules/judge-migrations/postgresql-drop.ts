import type { DropStmt, Node } from "libpg-query";
import type { Step } from "./operation";
import { listName, objectName, strings } from "./postgresql-names";

/** DROP of one or several objects. */
export function readDrop(statement: DropStmt): Step[] {
  const ifExists = statement.missing_ok === true;
  const cascades = statement.behavior === "DROP_CASCADE";
  return (statement.objects ?? []).map((object) => {
    const step = dropOne(statement.removeType, object, ifExists);
    const drags = step.does === "drop-sequence" || step.does === "drop-routine";
    return cascades && drags ? { ...step, cascades } : step;
  });
}

function dropOne(type: DropStmt["removeType"], object: Node, ifExists: boolean): Step {
  const name = objectName(object);
  switch (type) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE":
      return { does: "drop-table", table: name, ifExists };
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
      return { does: "drop-view", view: name };
    case "OBJECT_INDEX":
      return { does: "drop-index", name };
    case "OBJECT_SEQUENCE":
      return { does: "drop-sequence", name };
    case "OBJECT_TYPE":
    case "OBJECT_DOMAIN":
      return { does: "drop-type", type: name };
    case "OBJECT_SCHEMA":
      return { does: "drop-schema", schema: name };
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
      return { does: "drop-routine", name, ...argumentsOf(object) };
    case "OBJECT_AGGREGATE":
    case "OBJECT_OPERATOR":
      return { does: "drop-routine", name };
    case "OBJECT_TRIGGER":
    case "OBJECT_RULE":
    case "OBJECT_POLICY": {
      const parts = "List" in object ? (object.List.items ?? []) : [];
      const table = listName(parts.slice(0, -1));
      const own = strings(parts).at(-1) ?? "";
      return { does: type === "OBJECT_POLICY" ? "drop-policy" : "drop-trigger", table, name: own };
    }
    case "OBJECT_EXTENSION": {
      const how = `what the extension ${name} brought is gone`;
      return { does: "restrict-access", object: name, how };
    }
    case "OBJECT_CAST":
    case "OBJECT_COLLATION":
    case "OBJECT_FOREIGN_SERVER":
    case "OBJECT_FDW":
    case "OBJECT_TSCONFIGURATION":
    case "OBJECT_TSDICTIONARY":
      return { does: "restrict-access", object: name, how: "something that queries use is gone" };
    // Statistics, publications, event triggers, operator classes: programs don't name them.
    default:
      return { does: "nothing" };
  }
}

/** Nothing when the statement leaves the arguments out. */
function argumentsOf(object: Node): { takes?: number } {
  if (!("ObjectWithArgs" in object) || object.ObjectWithArgs.args_unspecified) return {};
  return { takes: object.ObjectWithArgs.objargs?.length ?? 0 };
}
