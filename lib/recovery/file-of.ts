import "server-only";
import { asCsv, type RecoveryTable } from "./export-recovery";

/** Rows as a file to save: CSV, or JSON with one object a row. */
export function fileOf(
  rows: Parameters<typeof asCsv>[0],
  table: RecoveryTable,
  format: "csv" | "json",
): Response {
  const isCsv = format === "csv";
  return new Response(isCsv ? asCsv(rows, table) : JSON.stringify(rows), {
    headers: {
      "Content-Type": isCsv ? "text/csv; charset=utf-8" : "application/json",
      "Content-Disposition": `attachment; filename="${table}.${format}"`,
    },
  });
}
