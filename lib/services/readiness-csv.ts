import "server-only";
import { stringify } from "csv-stringify/sync";
import { ReadinessColumn, type ReadinessRow } from "@/lib/contracts/recovery";

/** The board as CSV (RFC 4180): a line per service, for each column its state and its sentence. */
export function readinessCsv(rows: readonly ReadinessRow[]): string {
  const heads = ReadinessColumn.options.flatMap((column) => [column, `${column}: why`]);
  const lines = rows.map((row) => [
    ...[row.service, row.title, String(row.mayBeDrilled), row.checkedAt],
    ...ReadinessColumn.options.flatMap((column) => {
      const cell = row.cells[column];
      return [cell.state, cell.sentence];
    }),
  ]);
  return stringify([["service", "title", "may be drilled", "checked at", ...heads], ...lines], {
    record_delimiter: "windows",
    // A title that a spreadsheet would run as a formula stays text.
    escape_formulas: true,
  });
}
