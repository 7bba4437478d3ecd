import * as z from "zod";
import type { Adapter } from "../lib/integrations/adapter";

/** What the tables are drawn from: the very schemas that the start checks the files with. */
export type Described = {
  adapters: readonly Adapter[];
  service: z.ZodObject;
  /** A duration's schema: its default is a number of seconds, written as people write it. */
  duration: z.ZodType;
  environment: string;
};

/** The tables by the name that marks their place: `<!-- table: kubernetes -->`. */
export function tablesOf({ adapters, service, duration, environment }: Described) {
  const tables = new Map<string, string>([["environment", environment]]);
  for (const { product, settings } of adapters) {
    tables.set(product, fieldTable(settings, duration));
    for (const [name, field] of Object.entries(settings.shape)) {
      const inner = unwrapped(field);
      if (inner instanceof z.ZodObject)
        tables.set(`${product}.${name}`, fieldTable(inner, duration));
    }
  }
  tables.set("service", fieldTable(service, duration));
  for (const [name, field] of Object.entries(service.shape)) {
    const inner = unwrapped(field);
    const nested = inner instanceof z.ZodArray ? inner.element : inner;
    if (nested instanceof z.ZodObject) {
      tables.set(`service.${name}`, fieldTable(nested, duration));
    }
  }
  return tables;
}

const PLACE = /<!-- table: ([\w.-]+) -->\n[\s\S]*?<!-- end -->/g;

/** A document with every marked table put in anew. Throws on a mark that names no table. */
export function withTables(text: string, tables: ReadonlyMap<string, string>): string {
  return text.replace(PLACE, (_, name: string) => {
    const table = tables.get(name);
    if (table === undefined) throw new Error(`There is no table "${name}".`);
    return `<!-- table: ${name} -->\n${table}\n<!-- end -->`;
  });
}

/** The names of the tables that a document has places for. */
export function tablesIn(text: string): string[] {
  return [...text.matchAll(PLACE)].flatMap(([, name]) => name ?? []);
}

function fieldTable(schema: z.ZodObject, duration: z.ZodType): string {
  const rows = Object.entries(schema.shape).map(
    ([name, field]) =>
      `| \`${name}\` | ${typeOf(field)} | ${whenAbsent(field, duration)} | ${meaningOf(field)} |`,
  );
  return ["| Field | Value | Left out | Meaning |", "|---|---|---|---|", ...rows].join("\n");
}

function unwrapped(schema: unknown): unknown {
  let at = schema;
  while (
    at instanceof z.ZodOptional ||
    at instanceof z.ZodDefault ||
    at instanceof z.ZodPrefault ||
    at instanceof z.ZodNullable
  ) {
    at = at.def.innerType;
  }
  return at;
}

/** Descriptions and marks may stand inside or outside of optional and default. */
function metaOf(schema: unknown): { description?: string; secret?: unknown } {
  const metas = [schema, unwrapped(schema)].map((one) =>
    one instanceof z.ZodType ? (one.meta() ?? {}) : {},
  );
  return { ...metas[1], ...metas[0] };
}

function meaningOf(schema: unknown): string {
  const said = metaOf(schema).description ?? "";
  const sentence = /[.!?”]$/.test(said) ? said : `${said}.`;
  return sentence.replaceAll("|", "\\|");
}

function typeOf(schema: unknown): string {
  if (metaOf(schema).secret === true) return "secret: `{ env: NAME }`";
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodEnum) return inner.options.map((one) => `\`${one}\``).join(", ");
  if (inner instanceof z.ZodArray) {
    return unwrapped(inner.element) instanceof z.ZodObject ? "list of entries" : "list of texts";
  }
  if (inner instanceof z.ZodObject) return "entry";
  if (inner instanceof z.ZodNumber) return "number";
  if (inner instanceof z.ZodBoolean) return "`true`, `false`";
  if (inner instanceof z.ZodUnion) return [...new Set(inner.options.map(typeOf))].join(" or ");
  if (inner instanceof z.ZodPipe) return typeOf(inner.in);
  if (inner instanceof z.ZodURL) return "address";
  return "text";
}

function whenAbsent(schema: unknown, duration: z.ZodType): string {
  // An entry that is filled up from its own fields' defaults.
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault) return "";
  if (!(schema instanceof z.ZodDefault)) return "**required**";
  const value: unknown = schema.def.defaultValue;
  if (Array.isArray(value)) return "none";
  if (unwrapped(schema) === duration) return `\`${Number(value) / 60}m\``;
  return `\`${String(value)}\``;
}
