import type { Column } from "./operation";

/**
 * Whether a column's new type takes and gives everything that its old one did. The statement says the
 * new type alone; which types PostgreSQL turns into it without being told how says the rest. Null: it
 * may, or may not.
 */
export function widensInPostgresql(
  column: string,
  to: string | null,
  isConverted: boolean,
): boolean | null {
  // USING is written where the conversion isn't a matter of course: what programs send isn't either.
  if (to === null || isConverted) return false;
  // A number that becomes a text compares with no number any more.
  if ((to === "text" || to === "varchar") && NUMBERS.test(column)) return false;
  if (WIDEST.has(to)) return true;
  return mayWiden(to) ? null : false;
}

/** Names that numbers, keys and times have. */
const NUMBERS =
  /(^|_)(id|no|nr|num|number|count|total|amount|price|qty|quantity|at|on|cents|size)$/i;

/** Reached from shorter texts and smaller integers, as a rule; no program is refused there. */
const WIDEST = new Set(["text", "varchar", "bigint"]);

/** Types that statements are written for all the same, though their values may read otherwise. */
const KINDRED = new Set(
  "numeric|double precision|timestamp|timestamptz|interval|jsonb|citext|inet|decimal|datetime|double|enum|set|json".split(
    "|",
  ),
);

/** True for a type that takes what was there, as a rule, but may give it back in another form. */
export function mayWiden(type: string): boolean {
  const [family = ""] = type.split("(");
  // Numbers with a written size are cut or refused where it is smaller.
  return KINDRED.has(family) && !/^(numeric|decimal)\(/.test(type);
}

const WIDEST_OF_MYSQL = new Set([
  "bigint",
  "bigint unsigned",
  "text",
  "mediumtext",
  "longtext",
  "mediumblob",
  "longblob",
]);

/**
 * Whether MODIFY or CHANGE leaves a column that takes what it took before. They write all of the
 * definition anew, so that NOT NULL may be old or new: new, the older version may be refused.
 */
export function widensInMysql({ type, isNotNull, isFilled }: Column): boolean | null {
  if (type === null) return false;
  const isCounted = isNotNull && isFilled;
  if (WIDEST_OF_MYSQL.has(type)) return isNotNull && !isCounted ? null : true;
  return mayWiden(type) ? null : false;
}
