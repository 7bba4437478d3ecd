import { expect, test } from "vitest";
import { judgeMigrations } from "@/lib/rules/judge-migrations";

const DROP = "ALTER TABLE carts DROP COLUMN coupon";

/** Whether the column is gone in the end, as PostgreSQL itself has it. */
test.each([
  [false, `BEGIN; ${DROP}; ROLLBACK`],
  [false, `BEGIN; ${DROP}; BEGIN; SELECT 1; ABORT`],
  [false, `BEGIN; SAVEPOINT a; ${DROP}; ROLLBACK TO SAVEPOINT a; COMMIT`],
  [false, `BEGIN; SAVEPOINT a; ${DROP}; SAVEPOINT b; ROLLBACK TO A; COMMIT`],
  [false, `BEGIN; SELECT 1; COMMIT AND CHAIN; ${DROP}; ROLLBACK`],
  [false, `BEGIN; SELECT 1; ROLLBACK AND CHAIN; ${DROP}; ROLLBACK`],
  [true, `BEGIN; SAVEPOINT a; ${DROP}; SAVEPOINT b; SELECT 1; ROLLBACK TO b; COMMIT`],
  [true, `BEGIN; SAVEPOINT a; ${DROP}; SAVEPOINT a; SELECT 1; ROLLBACK TO a; COMMIT`],
  [true, `BEGIN; SAVEPOINT "A"; ${DROP}; SAVEPOINT a; ROLLBACK TO a; COMMIT`],
  [true, `BEGIN; SELECT 1; COMMIT AND NO CHAIN; ${DROP}; ROLLBACK`],
  [true, `BEGIN; ${DROP}; COMMIT; ROLLBACK`],
])("rolled back or not (gone: %s): %s", async (isGone, content) => {
  const files = [{ path: "migrations/1_a.sql", content: `${content};` }];
  const { verdict } = await judgeMigrations(files, { dialect: "postgresql" });
  expect(verdict).toBe(isGone ? "incompatible" : "compatible");
});
