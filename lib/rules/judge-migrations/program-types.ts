/** Integers and floats from narrow to wide: each holds all of those before it in its row. */
const ROWS = [
  ["smallint", "integer", "bigint", "numeric"],
  ["real", "double precision"],
  ["timestamp", "timestamptz"],
  ["date", "timestamp", "timestamptz"],
];

/**
 * Whether a column's new type takes and gives everything that its old one did, where both are written
 * down: varchar(20) → varchar(50), varchar → text, integer → bigint. Null when one of them isn't.
 */
export function widensBetween(from: string | null, to: string | null): boolean | null {
  if (from === null || to === null) return null;
  if (from === to) return true;
  const [old, now] = [sized(from), sized(to)];
  if (isText(old.name) && isText(now.name)) {
    if (now.sizes.length === 0) return true;
    return old.sizes.length > 0 && (old.sizes[0] ?? 0) <= (now.sizes[0] ?? 0);
  }
  if (old.name === "numeric" && now.name === "numeric") return widensNumeric(old.sizes, now.sizes);
  if (now.sizes.length > 0 || old.sizes.length > 0) return false;
  return ROWS.some(
    (row) => row.includes(old.name) && row.indexOf(old.name) < row.indexOf(now.name),
  );
}

const isText = (name: string) => name === "varchar" || name === "text";

function widensNumeric(old: number[], now: number[]): boolean {
  if (now.length === 0) return true;
  const [digits = 0, scale = 0] = old;
  const [newDigits = 0, newScale = 0] = now;
  return old.length > 0 && newScale >= scale && newDigits - newScale >= digits - scale;
}

function sized(type: string): { name: string; sizes: number[] } {
  const [, name = type, sizes = ""] = /^([^(]*)\(([\d\s,]*)\)$/.exec(type) ?? [];
  return { name: name.trim(), sizes: sizes === "" ? [] : sizes.split(",").map(Number) };
}
