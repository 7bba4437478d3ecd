import "server-only";

/**
 * A value of plain data as PostgreSQL can hold it: texts lose zero characters and halves of pairs of
 * characters, which its text and JSON refuse. One in somebody's annotation must not keep all the rest
 * from being written.
 */
export function storable<T>(value: T): T {
  return strip(value) as T;
}

function strip(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(value)) return value.map(strip);
  if (value === null || typeof value !== "object" || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [String(strip(key)), strip(one)]),
  );
}
