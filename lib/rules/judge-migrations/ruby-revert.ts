import type { Column, Operation, Step } from "./operation";

/** What taking back one step does; null when its text doesn't tell. */
export function reverted(operation: Operation): Step | null {
  switch (operation.does) {
    case "create-table":
      return { does: "drop-table", table: operation.table };
    case "add-column":
      return { does: "drop-column", table: operation.table, column: operation.column.name };
    case "drop-column": {
      const { table, column: name } = operation;
      const column: Column = {
        name,
        type: null,
        isNotNull: false,
        isFilled: false,
        constraints: [],
      };
      return { does: "add-column", table, column };
    }
    case "rename-table":
      return { does: "rename-table", table: operation.to, to: operation.table };
    case "rename-column":
      return {
        does: "rename-column",
        table: operation.table,
        column: operation.to,
        to: operation.column,
      };
    case "set-not-null":
      return { does: "drop-not-null", table: operation.table, column: operation.column };
    case "drop-not-null":
      return { does: "set-not-null", table: operation.table, column: operation.column };
    case "add-constraint":
      return { does: "drop-constraint", table: operation.table, name: operation.name };
    case "add-index":
      return { does: "drop-index", name: operation.name ?? "" };
    case "create-view":
      return operation.replaces ? null : { does: "drop-view", view: operation.view };
    case "create-type":
      return { does: "drop-type", type: operation.type };
    case "nothing":
      return { does: "nothing" };
    default:
      return null;
  }
}
