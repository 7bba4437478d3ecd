import "server-only";

const UNIQUE_VIOLATION = "23505";

/**
 * True when a write failed because a row with that unique key is there already: Prisma's P2002, or
 * PostgreSQL's own code where the statement was SQL.
 */
export function isUniqueViolation(error: unknown): boolean {
  if (fieldOf(error, "code") === "P2002") return true;
  const cause = fieldOf(fieldOf(fieldOf(error, "meta"), "driverAdapterError"), "cause");
  return fieldOf(cause, "originalCode") === UNIQUE_VIOLATION;
}

function fieldOf(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, name) : undefined;
}
