import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMigrations } from "@/lib/server/migrate";
import { embeddedDatabase } from "@/lib/server/test-database";
import { sqlOfSchema } from "./sql-of-schema";

const schema = readFileSync(join(process.cwd(), "prisma/schema.prisma"), "utf8");
const migrations = readMigrations(join(process.cwd(), "prisma/migrations")).map(({ sql }) => sql);
const database = embeddedDatabase();

/** Everything in the database's own catalogue that a schema decides, one line a thing. */
const CATALOGUE = `
  SELECT format('%s.%s %s%s %s', table_name, column_name, udt_name, datetime_precision,
           CASE is_nullable WHEN 'NO' THEN 'NOT NULL' END || coalesce(' ' || column_default, '')) AS line
    FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  ORDER BY 1`;

// One connection for all of it: each that is opened or closed under load is a chance to fail.
let client: Client;
beforeAll(async () => {
  client = new Client(database().connection);
  await client.connect();
});
afterAll(() => client.end());

/** The catalogue after running `scripts` on nothing. */
async function catalogueOf(scripts: string[]): Promise<string[]> {
  await client.query("DROP SCHEMA public CASCADE");
  await client.query("CREATE SCHEMA public");
  for (const script of scripts) await client.query(script);
  const { rows } = await client.query<{ line: string }>(CATALOGUE);
  return rows.map(({ line }) => line);
}

const described = async (text: string) => catalogueOf([await sqlOfSchema(text)]);

test("the migrations make exactly what schema.prisma describes", async () => {
  const made = await catalogueOf(migrations);
  expect(made.length).toBeGreaterThan(100);
  expect(made).toEqual(await described(schema));
});

const edits: [string, (text: string) => string][] = [
  ["a column", (text) => text.replace("model Lease {", "model Lease {\n  extra String?")],
  ["a table", (text) => `${text}\nmodel Another {\n  id String @id\n}\n`],
  ["an index", (text) => text.replace("  @@index([kind, at(sort: Desc)])\n", "")],
  ["a default", (text) => text.replace('@default("[]")', '@default("{}")')],
  ["a NOT NULL", (text) => text.replace("epoch  Int", "epoch  Int?")],
  ["a type", (text) => text.replace("epoch  Int", "epoch  BigInt")],
  ["a foreign key", (text) => text.replaceAll("onDelete: Cascade", "onDelete: Restrict")],
];

test.each(edits)("the comparison notices %s that only one side has", async (_, edit) => {
  const edited = edit(schema);
  expect(edited).not.toBe(schema);
  expect(await described(edited)).not.toEqual(await catalogueOf(migrations));
});
