import { describe, expect, test } from "vitest";
import type { Tool } from "./layouts-words";
import type { Operation } from "./operation";
import { readScript } from "./read-script";

const readSql = async (
  sql: string,
  place: { path: string; line: number },
): Promise<Operation[]> => [{ ...place, statement: sql.trim(), does: "dynamic", why: "SQL" }];
/** What it does, without where it stands. */
const bare = ({ path: _p, line: _l, statement: _s, ...step }: Operation) => step;
const read = (tool: Tool, content: string, path = "migrations/20260301_x.ts") =>
  readScript({ path, content, tool }, readSql);
const stepsOf = (tool: Tool, head: string) => async (body: string, beside: string) =>
  (await read(tool, `${beside}\n${head} {\n${body}\n}`)).up.map(bare);

describe("Knex", () => {
  const stepsWith = stepsOf("knex", "export async function up(knex: Knex): Promise<void>");
  const steps = (body: string, beside = "") => stepsWith(body, beside);
  const table = (body: string) => steps(`await knex.schema.alterTable("a", (t) => { ${body} });`);

  const cases: [string, object[]][] = [
    [
      't.string("b", 40).notNullable();',
      [{ column: { type: "varchar(40)", isNotNull: true, isFilled: false } }],
    ],
    [
      't.boolean("b").notNullable().defaultTo(false);',
      [{ column: { isNotNull: true, isFilled: true } }],
    ],
    [
      't.integer("b").references("id").inTable("u").unique();',
      [{ column: { constraints: ["unique", "foreign-key"] } }],
    ],
    ["t.timestamps(true, true);", [{ column: { isFilled: true } }, { column: { isFilled: true } }]],
    [
      't.dropColumn("b"); t.dropColumns("c", "d");',
      [{ column: "b" }, { column: "c" }, { column: "d" }],
    ],
    ['t.renameColumn("b", "c");', [{ does: "rename-column", column: "b", to: "c" }]],
    [
      't.text("b").notNullable().alter();',
      [{ does: "change-type", to: "text" }, { does: "set-not-null" }, { does: "drop-default" }],
    ],
    [
      't.text("b").nullable().alter({ alterType: false });',
      [{ does: "drop-not-null" }, { does: "drop-default" }],
    ],
    [
      't.setNullable("b"); t.dropNullable("c");',
      [{ does: "drop-not-null" }, { does: "set-not-null" }],
    ],
    ['t.unique(["b", "c"]);', [{ kind: "unique", columns: ["b", "c"] }]],
    ['t.foreign("b").references("id").inTable("u");', [{ kind: "foreign-key", columns: ["b"] }]],
    ['t.index("b"); t.dropUnique(["b"]);', [{ does: "add-index" }, { does: "drop-constraint" }]],
    ["t.dropColumn(name);", [{ does: "dynamic" }]],
  ];
  test.each(cases)("%s", async (body, expected) => {
    expect(await table(body)).toMatchObject(expected);
  });
  test("chains run one call after the other, and so do promises", async () => {
    expect(
      await steps(
        'return knex.schema.createTable("a", (t) => { t.increments(); }).dropTable("b").then(() => knex.schema.renameTable("c", "d"));',
      ),
    ).toMatchObject([
      { does: "create-table", table: "a", columns: [{ name: "id", isFilled: true }] },
      { does: "drop-table", table: "b" },
      { does: "rename-table", table: "c", to: "d" },
    ]);
  });
  test("SQL with written bindings is known, with anything else it isn't", async () => {
    const { up } = await read("knex", 'exports.up = (knex) => knex.raw("DROP TABLE ??", ["a"]);');
    expect(up[0]?.statement).toBe('DROP TABLE "a"');
    expect(await steps(`await knex.raw("DROP TABLE " + name());`)).toMatchObject([
      { why: /put together/ },
    ]);
  });
  test("functions of the file are followed, callbacks from elsewhere can't be", async () => {
    expect(
      await steps(
        'await knex.schema.alterTable("a", drop);',
        'function drop(t) { t.dropColumn("b"); }',
      ),
    ).toMatchObject([{ does: "drop-column", column: "b" }]);
    expect(await steps('await knex.schema.alterTable("a", drop);')).toMatchObject([
      { does: "dynamic" },
    ]);
    expect(await steps("await frobnicate(knex);")).toMatchObject([{ why: /frobnicate/ }]);
  });
  test("a question whether it was done already leaves no doubt, another does", async () => {
    const drop = 'await knex.schema.dropTable("a");';
    const question = 'const has = await knex.schema.hasTable("a");';
    expect(await steps(`${question} if (has) { ${drop} }`)).toMatchObject([{ does: "drop-table" }]);
    expect(await steps(`if (process.env.X) { ${drop} }`)).toMatchObject([
      { does: "dynamic" },
      { does: "drop-table" },
    ]);
  });
  test("rows that are changed are told by their table", async () => {
    expect(await steps('await knex("a").where({ b: 1 }).update({ c: 2 });')).toEqual([
      { does: "change-data", how: "update", table: "a", overwrites: true },
    ]);
    expect(await steps('await knex("a").insert({ b: 1 });')).toMatchObject([{ how: "insert" }]);
  });
});

describe("TypeORM", () => {
  const stepsWith = stepsOf(
    "typeorm",
    "export class A1 implements MigrationInterface { async up(queryRunner: QueryRunner)",
  );
  const steps = async (body: string) => stepsWith(`${body} }`, "");
  const cases: [string, object[]][] = [
    ['await queryRunner.query(`DROP TABLE "a"`);', [{ why: "SQL" }]],
    [
      'await queryRunner.addColumn("a", new TableColumn({ name: "b", type: "int" }));',
      [{ column: { isNotNull: true, isFilled: false } }],
    ],
    [
      'await queryRunner.addColumn("a", new TableColumn({ name: "b", type: "int", isNullable: true }));',
      [{ column: { isNotNull: false } }],
    ],
    [
      'await queryRunner.dropColumns("a", ["b", new TableColumn({ name: "c", type: "int" })]);',
      [{ column: "b" }, { column: "c" }],
    ],
    ['await queryRunner.renameColumn("a", "b", "c");', [{ does: "rename-column", to: "c" }]],
    [
      'await queryRunner.changeColumn("a", new TableColumn({ name: "b", type: "varchar", length: "9" }), new TableColumn({ name: "b", type: "varchar", length: "20" }));',
      [{ does: "change-type", widens: true }],
    ],
    [
      'await queryRunner.createIndex("a", new TableIndex({ columnNames: ["b"], isUnique: true }));',
      [{ isUnique: true, columns: ["b"] }],
    ],
    [
      'await queryRunner.createForeignKey("a", new TableForeignKey({ columnNames: ["b"] }));',
      [{ kind: "foreign-key", columns: ["b"] }],
    ],
    ["await queryRunner.manager.save(order);", [{ does: "dynamic" }]],
  ];
  test.each(cases)("%s", async (body, expected) => {
    expect(await steps(body)).toMatchObject(expected);
  });
});

describe("Sequelize", () => {
  const stepsWith = stepsOf("sequelize", "export async function up(queryInterface, Sequelize)");
  const cases: [string, object[]][] = [
    [
      'await queryInterface.addColumn("a", "b", { type: Sequelize.STRING(9), allowNull: false });',
      [{ column: { type: "varchar(9)", isNotNull: true } }],
    ],
    [
      'await queryInterface.addColumn({ tableName: "a", schema: "s" }, "b", Sequelize.INTEGER);',
      [{ table: "s.a" }],
    ],
    [
      'await queryInterface.addColumn("a", "b", { ...base, allowNull: true });',
      [{ does: "dynamic" }, { does: "add-column" }],
    ],
    [
      'await queryInterface.changeColumn("a", "b", { type: Sequelize.STRING, allowNull: false });',
      [{ to: "varchar(255)" }, { does: "set-not-null" }],
    ],
    [
      'await Promise.all([queryInterface.removeColumn("a", "b"), queryInterface.dropTable("c")]);',
      [{ does: "drop-column" }, { does: "drop-table" }],
    ],
    [
      'await queryInterface.addConstraint("a", { fields: ["b"], type: "unique", name: "u" });',
      [{ kind: "unique", name: "u" }],
    ],
    ['await queryInterface.addIndex("a", ["b"], { unique: true });', [{ isUnique: true }]],
    ['await queryInterface.sequelize.query("DROP TABLE a");', [{ why: "SQL" }]],
    [
      'await queryInterface.sequelize.transaction(async (t) => { await queryInterface.dropTable("a", { transaction: t }); });',
      [{ does: "drop-table" }],
    ],
  ];
  test.each(cases)("%s", async (body, expected) => {
    expect(await stepsWith(body, "")).toMatchObject(expected);
  });
});

describe("others", () => {
  test("Kysely's chains end with execute", async () => {
    const steps = stepsOf("kysely", "export async function up(db)");
    expect(
      await steps(
        'await db.schema.alterTable("a").addColumn("b", "text", (c) => c.notNull()).dropColumn("c").execute();',
        "",
      ),
    ).toMatchObject([
      { column: { name: "b", isNotNull: true } },
      { does: "drop-column", column: "c" },
    ]);
  });
  test("node-pg-migrate and MikroORM", async () => {
    const pg = stepsOf("node-pg-migrate", "export const up = (pgm) =>");
    expect(
      await pg(
        'pgm.addColumns("a", { b: { type: "text", notNull: true } }); pgm.dropColumns("a", ["c"]);',
        "",
      ),
    ).toMatchObject([{ column: { isNotNull: true } }, { does: "drop-column", column: "c" }]);
    const { up } = await read(
      "mikro-orm",
      'export class M extends Migration { async up() { this.addSql("DROP TABLE a"); } }',
    );
    expect(up).toMatchObject([{ statement: "DROP TABLE a" }]);
  });
  test("however it is exported, and the way down too", async () => {
    const forms = [
      "exports.up = async (knex) => { X };\nexports.down = async (knex) => { Y };",
      "module.exports = { up(knex) { X }, down: async function (knex) { Y } };",
      "export default { up: async (knex) => { X }, down: async (knex) => { Y } };",
      "async function up(knex) { X }\nasync function down(knex) { Y }\nmodule.exports = { up, down };",
      "module.exports = class A { async up(knex) { X } async down(knex) { Y } };",
    ];
    for (const form of forms) {
      const content = form
        .replace("X", 'return knex.schema.dropTable("a");')
        .replace("Y", 'return knex.schema.dropTable("b");');
      const { up, down } = await read("knex", content, "m/1_x.js");
      expect([up.map(bare), down?.map(bare)]).toEqual([
        [{ does: "drop-table", table: "a" }],
        [{ does: "drop-table", table: "b" }],
      ]);
    }
  });
  test("what can't be parsed, and what exports nothing, is said", async () => {
    expect((await read("knex", "export function up( {{")).up).toMatchObject([
      { does: "unreadable" },
    ]);
    expect((await read("knex", "const a = 1;")).up).toMatchObject([
      { does: "unreadable", why: /no function/ },
    ]);
  });
});
