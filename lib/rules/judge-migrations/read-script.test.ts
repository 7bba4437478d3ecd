import { describe, expect, test } from "vitest";
import type { Tool } from "./layouts-words";
import type { Operation } from "./operation";
import { readScript } from "./read-script";

const readSql = async (
  sql: string,
  place: { path: string; line: number },
): Promise<Operation[]> => [{ ...place, statement: sql, does: "dynamic", why: "SQL" }];
const show = async (tool: Tool, path: string, content: string) => {
  const { up, down } = await readScript({ path, content, tool }, readSql);
  console.log(
    JSON.stringify(
      [up, down].map((a) =>
        a?.map((o) =>
          JSON.stringify({ ...o, path: undefined, statement: o.statement.slice(0, 40) }),
        ),
      ),
      null,
      1,
    ),
  );
};
describe("x", () => {
  test("knex", async () => {
    await show(
      "knex",
      "migrations/2026_x.js",
      `
exports.up = async function (knex) {
  const has = await knex.schema.hasColumn("orders", "a");
  if (!has) {
    await knex.schema.alterTable("orders", (t) => { t.string("a", 50).notNullable(); });
  }
  await knex.schema
    .createTable("new", (table) => {
      table.increments();
      table.integer("user_id").references("id").inTable("users").notNullable();
      table.timestamps(true, true);
    })
    .table("orders", function (t) {
      t.dropColumn("b"); t.renameColumn("c", "d"); t.unique(["e", "f"]);
      t.string("g").notNullable().defaultTo("").alter();
      t.dropForeign("user_id");
      t.boolean("h").notNullable().defaultTo(false);
    });
  await knex("orders").whereNull("g").update({ g: "" });
  await knex.raw(\`ALTER TABLE \${T} DROP COLUMN z\`);
  await knex.raw(\`
    DROP TABLE k\`);
  for (const name of ["p", "q"]) await knex.schema.dropTableIfExists(name);
  await knex.transaction(async (trx) => { await trx.schema.dropView("v"); await helper(trx); });
  const rows = await knex("x").select("*");
  for (const r of rows) { await knex("x").where({ id: r.id }).update({ y: 1 }); }
};
async function helper(k) { await k.schema.renameTable("m", "n"); }
exports.down = (knex) => knex.schema.dropTable("new").then(() => knex.schema.dropTable("other"));
`,
    );
  });
  test("typeorm", async () => {
    await show(
      "typeorm",
      "src/migrations/1700-x.ts",
      `import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";
export class X1700 implements MigrationInterface {
  name = "X1700";
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(\`ALTER TABLE "orders" DROP COLUMN "x"\`);
    await queryRunner.addColumn("orders", new TableColumn({ name: "a", type: "varchar", length: "20" }));
    await queryRunner.addColumns("orders", [new TableColumn({ name: "b", type: "int", isNullable: true })]);
    await queryRunner.changeColumn("orders", "c", new TableColumn({ name: "c", type: "text", isNullable: false }));
    await queryRunner.dropColumn("orders", "d");
    await queryRunner.createIndex("orders", new TableIndex({ columnNames: ["a"], isUnique: true }));
    await queryRunner.manager.update(Order, {}, { a: 1 });
    await queryRunner.query("INSERT INTO a VALUES (" + x + ")");
    await this.extra(queryRunner);
  }
  private async extra(q: QueryRunner) { await q.renameColumn("orders", "m", "n"); }
  public async down(queryRunner: QueryRunner): Promise<void> { await queryRunner.query(\`X\`); }
}`,
    );
  });
  test("sequelize", async () => {
    await show(
      "sequelize",
      "migrations/1-x.js",
      `'use strict';
module.exports = {
  async up(queryInterface, Sequelize) {
    const transaction = await queryInterface.sequelize.transaction();
    try {
      await queryInterface.addColumn("orders", "a", { type: Sequelize.STRING(50), allowNull: false }, { transaction });
      await queryInterface.addColumn({ tableName: "orders", schema: "shop" }, "b", Sequelize.INTEGER);
      await queryInterface.changeColumn("orders", "c", { type: Sequelize.TEXT, allowNull: true });
      await queryInterface.addIndex("orders", ["a"], { unique: true });
      await queryInterface.addConstraint("orders", { fields: ["a"], type: "unique", name: "uq" });
      await queryInterface.sequelize.query("UPDATE x", { transaction });
      await Promise.all([queryInterface.removeColumn("orders", "z"), queryInterface.renameColumn("orders", "q", "r")]);
      await transaction.commit();
    } catch (e) { await transaction.rollback(); throw e; }
  },
  down: async (queryInterface) => { await queryInterface.dropTable("x"); },
};`,
    );
  });
  test("pg", async () => {
    await show(
      "node-pg-migrate",
      "migrations/1_x.js",
      `export const up = (pgm) => {
  pgm.addColumns("orders", { a: { type: "text", notNull: true }, b: "integer" });
  pgm.dropColumns("orders", ["c", "d"]);
  pgm.alterColumn("orders", "e", { notNull: true });
  pgm.addConstraint("orders", "ck", { check: "a > 0" });
  pgm.sql("UPDATE");
};
export const down = false;`,
    );
    await show("knex", "x.ts", "const x: number = ; export up( {{");
  });
});
