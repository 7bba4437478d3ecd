import { isMap, isSeq, LineCounter, parseDocument, type YAMLMap } from "yaml";
import type { MigrationFile } from "./layouts-words";
import type { Column, ConstraintKind, Operation, Place, ReadMigration, Step } from "./operation";
import type { ReadSql } from "./program-read";

/**
 * Reads a migration of pgroll's, JSON or YAML. pgroll keeps the older schema beside the new one until a
 * migration is completed, and completes each before it starts the next: only of the newest one it isn't
 * known whether the older schema is still there, and what that takes away is said to be unknown.
 */
export async function readPgroll(
  file: MigrationFile,
  isNewest: boolean,
  readSql: ReadSql,
): Promise<ReadMigration> {
  const counter = new LineCounter();
  const document = parseDocument(file.content, { lineCounter: counter, logLevel: "silent" });
  const [error] = document.errors;
  const place = (from: number, to: number): Place => ({
    path: file.path,
    line: counter.linePos(from).line,
    statement: file.content.slice(from, Math.min(to, from + 400)).trim(),
  });
  const say = (step: Step): ReadMigration => ({
    path: file.path,
    up: [{ ...place(0, file.content.length), line: 1, ...step }],
    down: null,
  });
  if (error)
    return say({
      does: "unreadable",
      why: `the YAML parser says: ${error.message.split("\n")[0]}`,
    });
  const operations = document.get("operations");
  if (!isSeq(operations)) return say({ does: "unreadable", why: "it has no list of operations" });
  const up: Operation[] = [];
  for (const item of operations.items) {
    if (!isMap(item)) continue;
    const [from = 0, to = 0] = item.range ?? [];
    const at = place(from, to);
    const found = await readOne(item, at, readSql);
    const isHeld = isNewest && !found.every(isAdditive);
    up.push(...(isHeld ? [{ ...at, does: "dynamic" as const, why: HELD }] : found));
  }
  return { path: file.path, up, down: null };
}

const HELD = "the older schema stays until it is completed, and the file doesn't say whether it is";

function isAdditive(step: Operation): boolean {
  if (step.does === "add-column") return !step.column.isNotNull || step.column.isFilled;
  if (step.does === "add-index") return !step.isUnique;
  return ["create-table", "nothing", "drop-index", "drop-constraint"].includes(step.does);
}

async function readOne(item: YAMLMap, at: Place, readSql: ReadSql): Promise<Operation[]> {
  const [pair] = item.items;
  const name = String(pair?.key ?? "");
  const given = pair && isMap(pair.value) ? pair.value : null;
  if (given === null) return [{ ...at, does: "unreadable", why: "an operation says nothing" }];
  if (name === "sql" || name === "raw_sql") {
    const sql = [text(given, "up"), text(given, "onComplete")].filter((one) => one !== "");
    const read = await Promise.all(sql.map((one) => readSql(one, at, "postgresql")));
    return read.flat();
  }
  const steps = stepsOf(name, given);
  return steps.map((step) => ({ ...at, ...step }));
}

const text = (map: YAMLMap, key: string): string => {
  const value = map.get(key);
  return value === undefined || value === null || typeof value === "object" ? "" : String(value);
};

function stepsOf(name: string, given: YAMLMap): Step[] {
  const table = text(given, "table");
  const own = text(given, "name");
  switch (name) {
    case "create_table": {
      const list = given.get("columns");
      const columns = isSeq(list)
        ? list.items.flatMap((one) => (isMap(one) ? [columnOf(one)] : []))
        : [];
      return [{ does: "create-table", table: own, columns, ifNotExists: false }];
    }
    case "drop_table":
      return [{ does: "drop-table", table: own }];
    case "rename_table":
      return [{ does: "rename-table", table: text(given, "from"), to: text(given, "to") }];
    case "add_column": {
      const column = given.get("column");
      if (!isMap(column)) return [{ does: "unreadable", why: "the column isn't given" }];
      return [{ does: "add-column", table, column: columnOf(column) }];
    }
    case "drop_column":
      return [{ does: "drop-column", table, column: text(given, "column") }];
    case "rename_column":
      return [{ does: "rename-column", table, column: text(given, "from"), to: text(given, "to") }];
    case "alter_column":
      return alterColumn(given, table, text(given, "column"));
    case "create_index":
      return [
        {
          does: "add-index",
          table,
          name: own,
          isUnique: text(given, "unique") === "true",
          columns: [],
        },
      ];
    case "drop_index":
      return [{ does: "drop-index", name: own }];
    case "rename_constraint":
      return [{ does: "rename-unseen", name: text(given, "from"), to: text(given, "to") }];
    case "drop_constraint":
    case "drop_multicolumn_constraint":
      return [{ does: "drop-constraint", table, name: own }];
    case "create_constraint": {
      const list = given.get("columns");
      const columns = isSeq(list) ? list.items.map(String) : [];
      return [constraint(table, KINDS[text(given, "type")] ?? "check", own, columns)];
    }
    case "set_replica_identity":
      return [{ does: "nothing" }];
    default:
      return [{ does: "dynamic", why: `the operation ${name || "without a name"} isn't known` }];
  }
}

const KINDS: Record<string, ConstraintKind> = {
  unique: "unique",
  check: "check",
  foreign_key: "foreign-key",
  primary_key: "primary-key",
  exclude: "exclusion",
};

const constraint = (
  table: string,
  kind: ConstraintKind,
  name: string | null,
  columns: string[],
): Step => ({ does: "add-constraint", table, name, kind, columns, isNotValid: false, text: null });

function alterColumn(given: YAMLMap, table: string, column: string): Step[] {
  const steps: Step[] = [];
  const nullable = text(given, "nullable");
  if (given.has("type"))
    steps.push({ does: "change-type", table, column, to: text(given, "type"), widens: null });
  if (nullable !== "")
    steps.push({ does: nullable === "true" ? "drop-not-null" : "set-not-null", table, column });
  if (given.has("default")) steps.push({ does: "set-default", table, column });
  if (given.has("unique")) steps.push(constraint(table, "unique", null, [column]));
  if (given.has("check")) steps.push(constraint(table, "check", null, [column]));
  if (given.has("references")) steps.push(constraint(table, "foreign-key", null, [column]));
  if (given.has("name"))
    steps.push({ does: "rename-column", table, column, to: text(given, "name") });
  return steps.length > 0 ? steps : [{ does: "nothing" }];
}

/** A column that doesn't say may not be null. */
function columnOf(column: YAMLMap): Column {
  const constraints: ConstraintKind[] = [];
  if (text(column, "pk") === "true") constraints.push("primary-key");
  if (text(column, "unique") === "true") constraints.push("unique");
  if (column.has("references")) constraints.push("foreign-key");
  if (column.has("check")) constraints.push("check");
  const type = text(column, "type");
  return {
    name: text(column, "name"),
    type: type || null,
    isNotNull: text(column, "nullable") !== "true",
    isFilled: column.has("default") || column.has("generated") || /serial/.test(type),
    constraints,
  };
}
