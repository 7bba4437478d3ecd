/**
 * Whether a column's new type takes and gives everything that its old one did. The statement says the
 * new type alone; which types PostgreSQL turns into it without being told how says the rest. Null: it
 * may, or may not.
 */
export function widensInPostgresql(to: string | null, isConverted: boolean): boolean | null {
  // USING is written where the conversion isn't a matter of course: what programs send isn't either.
  if (to === null || isConverted) return false;
  if (WIDEST.has(to)) return true;
  const [family = ""] = to.split("(");
  return SIZED.has(family) ? null : false;
}

/** Reached from shorter texts and smaller integers, as a rule; no program is refused there. */
const WIDEST = new Set(["text", "varchar", "bigint"]);

/** Wider or narrower than before, which depends on the size it had. */
const SIZED = new Set([
  "varchar",
  "char",
  "numeric",
  "integer",
  "real",
  "double precision",
  "timestamp",
  "timestamptz",
  "interval",
  "jsonb",
  "citext",
  "inet",
]);
