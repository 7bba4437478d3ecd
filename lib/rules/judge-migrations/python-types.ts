import type { Call, Expression } from "./program";
import type { Run } from "./program-run";
import { option, resolve, type Scope, textOf } from "./program-values";

/** SQLAlchemy's types as PostgreSQL spells them; sizes are added. */
const SQLALCHEMY: Record<string, string> = {
  String: "varchar",
  Unicode: "varchar",
  VARCHAR: "varchar",
  Text: "text",
  TEXT: "text",
  UnicodeText: "text",
  Integer: "integer",
  INTEGER: "integer",
  SmallInteger: "smallint",
  SMALLINT: "smallint",
  BigInteger: "bigint",
  BIGINT: "bigint",
  Numeric: "numeric",
  NUMERIC: "numeric",
  DECIMAL: "numeric",
  Float: "double precision",
  Boolean: "boolean",
  BOOLEAN: "boolean",
  Date: "date",
  DateTime: "timestamp",
  TIMESTAMP: "timestamp",
  LargeBinary: "bytea",
};

/** Django's fields as PostgreSQL spells their columns. */
const DJANGO: Record<string, string> = {
  CharField: "varchar",
  EmailField: "varchar",
  SlugField: "varchar",
  URLField: "varchar",
  FileField: "varchar",
  ImageField: "varchar",
  FilePathField: "varchar",
  TextField: "text",
  IntegerField: "integer",
  PositiveIntegerField: "integer",
  SmallIntegerField: "smallint",
  PositiveSmallIntegerField: "smallint",
  BigIntegerField: "bigint",
  PositiveBigIntegerField: "bigint",
  AutoField: "integer",
  SmallAutoField: "smallint",
  BigAutoField: "bigint",
  DecimalField: "numeric",
  FloatField: "double precision",
  BooleanField: "boolean",
  NullBooleanField: "boolean",
  DateField: "date",
  DateTimeField: "timestamptz",
  TimeField: "time",
  DurationField: "interval",
  UUIDField: "uuid",
  JSONField: "jsonb",
  BinaryField: "bytea",
  GenericIPAddressField: "inet",
};

/** The last part of a dotted name: "String" of sa.String, whether it is called or not. */
export function typeName(expression: Expression): string | null {
  const name =
    expression.is === "call" ? expression.name : expression.is === "name" ? expression.name : null;
  return name === null ? null : name.slice(name.lastIndexOf(".") + 1);
}

const numberOf = (expression: Expression | null | undefined, scope: Scope): number | null => {
  const value = expression && resolve(expression, scope);
  return value?.is === "number" ? value.value : null;
};

/** sa.String(length=50) is "varchar(50)"; an unknown type keeps its name. */
export function sqlalchemyType(expression: Expression | null | undefined, run: Run): string | null {
  if (!expression) return null;
  const type = resolve(expression, run.scope);
  const own = typeName(type);
  if (own === null) return null;
  const name = Object.hasOwn(SQLALCHEMY, own) ? (SQLALCHEMY[own] ?? own) : own.toLowerCase();
  if (type.is !== "call") return name;
  const at = (key: string, index: number) =>
    numberOf(option(type, key, run.scope) ?? type.args[index], run.scope);
  if (name === "varchar") return withSizes(name, [at("length", 0)]);
  if (name === "numeric") return withSizes(name, [at("precision", 0), at("scale", 1)]);
  if (name === "timestamp") {
    const zone = option(type, "timezone", run.scope);
    return zone && resolve(zone, run.scope).is === "truth" && isTrue(zone, run)
      ? "timestamptz"
      : name;
  }
  if (own === "Enum" || own === "ENUM")
    return textOf(option(type, "name", run.scope), run.scope) ?? "enum";
  return name;
}

function isTrue(expression: Expression, run: Run): boolean {
  const value = resolve(expression, run.scope);
  return value.is === "truth" && value.value;
}

function withSizes(name: string, sizes: (number | null)[]): string {
  const known = sizes.filter((size) => size !== null);
  return known.length === 0 ? name : `${name}(${known.join(",")})`;
}

/** models.CharField(max_length=20) is "varchar(20)"; a field of some other package has no known type. */
export function djangoType(field: Call, scope: Scope): string | null {
  const own = typeName(field) ?? "";
  const name = Object.hasOwn(DJANGO, own) ? DJANGO[own] : undefined;
  if (name === undefined) return null;
  const size = (key: string) => numberOf(option(field, key, scope), scope);
  if (name === "varchar") {
    const usual: Record<string, number> = { EmailField: 254, SlugField: 50, URLField: 200 };
    const most = size("max_length") ?? usual[own] ?? (own === "CharField" ? null : 100);
    return withSizes(name, [most]);
  }
  if (name === "numeric") return withSizes(name, [size("max_digits"), size("decimal_places")]);
  return name;
}
