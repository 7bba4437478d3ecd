import { Client } from "pg";
import { expect, test } from "vitest";
import { type Migration, migrate, readMigrations } from "./migrate";
import { eachDatabase } from "./test-database";

const ours = readMigrations("prisma/migrations");
const migration = (name: string, sql: string, checksum = name): Migration => ({
  name,
  sql,
  checksum,
});

eachDatabase("migrations", (database) => {
  async function query<T extends Record<string, unknown>>(sql: string): Promise<T[]> {
    const client = new Client(database().connection);
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  }
  const run = (migrations: Migration[]) => migrate(database().connection, migrations);
  const forget = () =>
    query(`DELETE FROM "_prisma_migrations" WHERE migration_name NOT LIKE '2026%'`);

  test("are applied once, in order, and booked as Prisma books them", async () => {
    expect(await run(ours)).toEqual([]);
    const more = [
      ...ours,
      migration("30000101000000_one", "CREATE TABLE one (id INT); INSERT INTO one VALUES (1)"),
      migration("30000101000001_two", "ALTER TABLE one ADD two INT"),
    ];
    expect(await run(more)).toEqual(["30000101000000_one", "30000101000001_two"]);
    expect(await run(more)).toEqual([]);
    const rows = await query(
      `SELECT migration_name, checksum, applied_steps_count, finished_at IS NOT NULL AS done
         FROM "_prisma_migrations" ORDER BY migration_name`,
    );
    expect(rows.at(-1)).toEqual({
      migration_name: "30000101000001_two",
      checksum: "30000101000001_two",
      applied_steps_count: 1,
      done: true,
    });
    expect(rows[0]?.checksum).toMatch(/^[0-9a-f]{64}$/);
    await query("DROP TABLE one");
    await forget();
  });

  test("are all applied or none", async () => {
    const broken = [
      ...ours,
      migration("30000101000000_good", "CREATE TABLE half (id INT)"),
      migration("30000101000001_bad", "CREATE TABLE half (id INT)"),
    ];
    await expect(run(broken)).rejects.toThrow(/30000101000001_bad failed: .*already exists/);
    expect(await query("SELECT 1 FROM pg_tables WHERE tablename = 'half'")).toEqual([]);
    expect(await run(ours)).toEqual([]);
  });

  test("refuse an edited one, one of a newer program, and one that another tool left half done", async () => {
    const [first, ...rest] = ours;
    if (!first) throw new Error("there are migrations");
    const edited = [{ ...first, checksum: "edited" }, ...rest];
    await expect(run(edited)).rejects.toThrow(/was edited after it was applied/);
    await run([...ours, migration("30000101000000_newer", "SELECT 1")]);
    await expect(run(ours)).rejects.toThrow(/newer version.*30000101000000_newer/);
    await query(
      `UPDATE "_prisma_migrations" SET finished_at = NULL WHERE migration_name LIKE '3000%'`,
    );
    const both = [...ours, migration("30000101000000_newer", "SELECT 1")];
    await expect(run(both)).rejects.toThrow(/never finished/);
    await forget();
  });

  test("run once, however many start at the same time", async () => {
    const more = [...ours, migration("30000101000000_race", "CREATE TABLE race (id INT)")];
    const applied = await Promise.all(Array.from({ length: 4 }, () => run(more)));
    expect(applied.flat()).toEqual(["30000101000000_race"]);
    await query("DROP TABLE race");
    await forget();
  });
});
