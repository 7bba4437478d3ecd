import type { Node, SelectStmt } from "libpg-query";
import type { Step } from "./operation";
import { calledFunctions } from "./postgresql-checks";
import { relationName } from "./postgresql-names";

/** INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE and SELECT; null for anything else. */
export function readDataStatement(node: Node): Step[] | null {
  if ("InsertStmt" in node) {
    const { relation, cols = [], selectStmt, onConflictClause, withClause } = node.InsertStmt;
    const from = onlySource(selectStmt);
    return [
      ...readQueries(withClause?.ctes),
      {
        does: "change-data",
        how: "insert",
        table: relationName(relation),
        overwrites: onConflictClause?.action === "ONCONFLICT_UPDATE",
        columns: targets(cols),
        ...(from === null ? {} : { from }),
      },
    ];
  }
  if ("UpdateStmt" in node) {
    const { relation, targetList = [], withClause } = node.UpdateStmt;
    const table = relationName(relation);
    const columns = targets(targetList);
    return [
      ...readQueries(withClause?.ctes),
      { does: "change-data", how: "update", table, overwrites: true, columns },
    ];
  }
  if ("DeleteStmt" in node) {
    const table = relationName(node.DeleteStmt.relation);
    return [
      ...readQueries(node.DeleteStmt.withClause?.ctes),
      { does: "change-data", how: "delete", table, overwrites: true },
    ];
  }
  if ("MergeStmt" in node) {
    const table = relationName(node.MergeStmt.relation);
    return [{ does: "change-data", how: "update", table, overwrites: true }];
  }
  if ("TruncateStmt" in node) {
    return (node.TruncateStmt.relations ?? []).map((one) => {
      const table = "RangeVar" in one ? relationName(one.RangeVar) : "";
      return { does: "change-data", how: "truncate", table, overwrites: true };
    });
  }
  if ("CopyStmt" in node) {
    const { relation, is_from } = node.CopyStmt;
    if (!is_from) return [{ does: "nothing" }];
    const table = relationName(relation);
    return [{ does: "change-data", how: "insert", table, overwrites: false }];
  }
  return "SelectStmt" in node ? readSelect(node.SelectStmt) : null;
}

function targets(nodes: readonly Node[]): string[] {
  return nodes.flatMap((one) => ("ResTarget" in one ? [one.ResTarget.name ?? ""] : []));
}

/** The one table that rows are copied from; null when they come from elsewhere. */
function onlySource(node: Node | undefined): string | null {
  const from = node && "SelectStmt" in node ? (node.SelectStmt.fromClause ?? []) : [];
  const [only] = from;
  return from.length === 1 && only && "RangeVar" in only ? relationName(only.RangeVar) : null;
}

/** WITH gone AS (DELETE … RETURNING *) changes rows as well. */
function readQueries(queries: readonly Node[] | undefined): Step[] {
  return (queries ?? []).flatMap((one) => {
    const query = "CommonTableExpr" in one ? one.CommonTableExpr.ctequery : undefined;
    return query ? (readDataStatement(query) ?? []).filter(({ does }) => does !== "nothing") : [];
  });
}

/** Functions that change nothing that a program could notice. */
const HARMLESS = new Set(
  "set_config current_setting setval pg_sleep pg_advisory_lock pg_advisory_xact_lock pg_advisory_unlock pg_advisory_unlock_all pg_try_advisory_lock pg_try_advisory_xact_lock pg_notify pg_reload_conf now clock_timestamp version current_database current_schema count max min sum avg coalesce lower upper length concat format to_regclass pg_get_serial_sequence exists nextval currval pg_backend_pid pg_stat_reset".split(
    " ",
  ),
);

function readSelect(select: SelectStmt): Step[] {
  const made = select.intoClause?.rel;
  const steps = readQueries(select.withClause?.ctes);
  if (made !== undefined) {
    const table = relationName(made);
    steps.push({ does: "create-table", table, columns: [], ifNotExists: false });
  }
  const called = calledFunctions(select).find((name) => !HARMLESS.has(name));
  if (called !== undefined) {
    return [...steps, { does: "dynamic", why: `what ${called}() does isn't in this file` }];
  }
  return steps.length > 0 ? steps : [{ does: "nothing" }];
}
