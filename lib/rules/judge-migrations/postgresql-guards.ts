import type { Node } from "libpg-query";
import { calledFunctions } from "./postgresql-checks";

const SCHEMAS = new Set(["information_schema", "pg_catalog"]);

/** Functions that ask the catalog whether something is there, or which database this is. */
const ASKING = new Set(
  "to_regclass to_regtype to_regproc to_regprocedure to_regnamespace to_regrole has_column_privilege has_table_privilege current_setting current_database current_schema version count exists lower coalesce".split(
    " ",
  ),
);

/**
 * True for a query that asks nothing but what there is already (`IF NOT EXISTS (SELECT 1 FROM pg_type …)`):
 * the work behind it is done once, whoever did it.
 */
export function isCatalogGuard(nodes: readonly Node[]): boolean {
  const read = relationsIn(nodes);
  const called = calledFunctions(nodes);
  return (
    read.length + called.length > 0 &&
    read.every(isOfCatalog) &&
    called.every((name) => ASKING.has(name))
  );
}

type Relation = { schemaname?: unknown; relname?: unknown };

function isOfCatalog({ schemaname, relname }: Relation): boolean {
  if (typeof schemaname === "string") return SCHEMAS.has(schemaname);
  return typeof relname === "string" && relname.startsWith("pg_") && !relname.startsWith("pg_stat");
}

function relationsIn(node: unknown): Relation[] {
  if (Array.isArray(node)) return node.flatMap(relationsIn);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => [
    ...(key === "RangeVar" && typeof value === "object" && value !== null ? [value] : []),
    ...relationsIn(value),
  ]);
}
