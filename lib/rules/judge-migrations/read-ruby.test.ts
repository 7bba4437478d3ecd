import { describe, expect, test } from "vitest";
import type { Operation } from "./operation";
import { readRuby } from "./read-ruby";

const path = "db/migrate/20260301101500_change_orders.rb";
const readSql = async (
  sql: string,
  place: { path: string; line: number },
): Promise<Operation[]> => [{ ...place, statement: sql.trim(), does: "dynamic", why: "SQL" }];
const read = (content: string) => readRuby({ path, content }, readSql);
const up = async (body: string): Promise<Operation[]> => {
  const lines = body.trim().split("\n");
  const content = `class ChangeOrders < ActiveRecord::Migration[7.2]
  def change
${lines.map((line) => `    ${line}`).join("\n")}
  end
end
`;
  return (await read(content)).up;
};
/** What it does, without where it stands. */
const bare = ({ path: _p, line: _l, statement: _s, ...step }: Operation) => step;
const steps = async (body: string) => (await up(body)).map(bare);
const does = async (body: string) => (await up(body)).map((one) => one.does);

const column = (name: string, type: string, more = {}) => ({
  name,
  type,
  isNotNull: false,
  isFilled: false,
  constraints: [],
  ...more,
});

describe("tables", () => {
  test("are made with their columns, references and timestamps", async () => {
    const [table, key, index] = await up(`
create_table :orders, id: :uuid do |t|
  t.string :name, :nick, null: false, limit: 40
  t.references :user, null: false, foreign_key: true, index: { unique: true }
  t.timestamps
end`);
    expect(table).toMatchObject({
      does: "create-table",
      table: "orders",
      line: 3,
      columns: [
        { name: "id", type: "uuid", isFilled: true },
        column("name", "varchar(40)", { isNotNull: true }),
        column("nick", "varchar(40)", { isNotNull: true }),
        column("user_id", "bigint", { isNotNull: true }),
        column("created_at", "timestamp", { isNotNull: true }),
        column("updated_at", "timestamp", { isNotNull: true }),
      ],
    });
    expect(key).toMatchObject({
      does: "add-constraint",
      kind: "foreign-key",
      columns: ["user_id"],
    });
    expect(index).toMatchObject({ does: "add-index", isUnique: true, columns: ["user_id"] });
  });
  test("that are made by force are dropped first", async () => {
    expect(await does("create_table :a, force: :cascade")).toEqual(["drop-table", "create-table"]);
  });
  test("that join two others are named after both", async () => {
    expect(await steps("create_join_table :products, :customers")).toMatchObject([
      { does: "create-table", table: "customers_products" },
    ]);
  });
  test("are changed by each call of a block", async () => {
    expect(
      await steps(`
change_table :orders, bulk: true do |t|
  t.remove :a, :b
  t.rename :c, :d
  t.change_null :e, false
  t.decimal :total, precision: 10, scale: 2, default: 0
  t.references :user, :shop
  t.index :f, unique: true
end`),
    ).toEqual([
      { does: "drop-column", table: "orders", column: "a" },
      { does: "drop-column", table: "orders", column: "b" },
      { does: "rename-column", table: "orders", column: "c", to: "d" },
      { does: "set-not-null", table: "orders", column: "e" },
      {
        does: "add-column",
        table: "orders",
        column: column("total", "numeric(10,2)", { isFilled: true }),
      },
      { does: "add-column", table: "orders", column: column("user_id", "bigint") },
      { does: "add-column", table: "orders", column: column("shop_id", "bigint") },
      { does: "add-index", table: "orders", name: null, isUnique: true, columns: ["f"] },
    ]);
  });
});

describe("single statements", () => {
  const cases: [string, object[]][] = [
    [
      "drop_table :a, :b",
      [
        { does: "drop-table", table: "a" },
        { does: "drop-table", table: "b" },
      ],
    ],
    ["rename_table :a, :b", [{ does: "rename-table", table: "a", to: "b" }]],
    ["add_column :a, :b, :text", [{ does: "add-column", table: "a", column: column("b", "text") }]],
    ["remove_columns :a, :b, :c, type: :string", [{ column: "b" }, { column: "c" }]],
    [
      "change_column :a, :b, :bigint, null: false",
      [{ does: "change-type", to: "bigint" }, { does: "set-not-null" }],
    ],
    ["change_column_null :a, :b, true", [{ does: "drop-not-null", table: "a", column: "b" }]],
    ["change_column_default :a, :b, from: 1, to: nil", [{ does: "drop-default" }]],
    ["change_column_default :a, :b, 'x'", [{ does: "set-default" }]],
    [
      "add_reference :a, :b, polymorphic: true",
      [{ column: { name: "b_id" } }, { column: { name: "b_type" } }],
    ],
    ["remove_reference :a, :b, polymorphic: true", [{ column: "b_id" }, { column: "b_type" }]],
    [
      "add_foreign_key :a, :users, validate: false",
      [{ kind: "foreign-key", columns: ["user_id"], isNotValid: true }],
    ],
    ["add_check_constraint :a, 'b > 0', name: 'c'", [{ kind: "check", name: "c", text: "b > 0" }]],
    ["add_index :a, %i[b c], unique: true", [{ isUnique: true, columns: ["b", "c"] }]],
    ["remove_index :a, :b", [{ does: "drop-index", name: "index_a_on_b" }]],
    [
      "add_timestamps :a, null: true",
      [{ column: { isNotNull: false } }, { column: { isNotNull: false } }],
    ],
    ["add_enum_value :mood, 'sad'", [{ does: "add-enum-value", type: "mood", value: "sad" }]],
    ["create_view :v, version: 2", [{ does: "create-view", replaces: false }]],
    ["execute 'DROP TABLE a'", [{ why: "SQL" }]],
    ["ActiveRecord::Base.connection.execute('X')", [{ why: "SQL" }]],
  ];
  test.each(cases)("%s", async (body, expected) => {
    expect(await steps(body)).toMatchObject(expected);
  });
});

describe("SQL", () => {
  test("in a heredoc keeps its line", async () => {
    const [found] = await up("add_index :é, :b\nexecute <<~SQL\n  DROP TABLE a\nSQL");
    expect(found).toMatchObject({ does: "add-index", line: 3 });
    const [, sql] = await up("add_index :é, :b\nexecute <<~SQL\n  DROP TABLE a\nSQL");
    expect(sql).toMatchObject({ line: 5, statement: "DROP TABLE a" });
  });
  test("with a written constant is known, with anything else it isn't", async () => {
    const content = (name: string) => `class A < ActiveRecord::Migration[7.2]
  TABLE = "orders"
  def up = execute("DROP TABLE #{${name}}")
end`;
    expect((await read(content("TABLE"))).up[0]?.statement).toBe("DROP TABLE orders");
    expect((await read(content("table()"))).up[0]).toMatchObject({ why: /put together/ });
  });
});

describe("programs around it", () => {
  test("up and down are told apart", async () => {
    const { up, down } = await read(`class A < ActiveRecord::Migration[7.2]
  def up
    helper :a
  end
  def down = drop_table(:b)
  def helper(table)
    remove_column table, :c
  end
end`);
    expect(up.map(bare)).toEqual([{ does: "drop-column", table: "a", column: "c" }]);
    expect(down?.map(bare)).toEqual([{ does: "drop-table", table: "b" }]);
  });
  test("reversible, up_only and safety_assured run; what goes down doesn't", async () => {
    expect(
      await does(`
reversible do |dir|
  dir.up { drop_table :a }
  dir.down { drop_table :b }
end
up_only { safety_assured { remove_column :c, :d } }`),
    ).toEqual(["drop-table", "drop-column"]);
  });
  test("a reverted block does the contrary, the last first", async () => {
    expect(await does("revert { create_table :a; add_column :b, :c, :text }")).toEqual([
      "drop-column",
      "drop-table",
    ]);
    expect(await does("revert AddThing")).toEqual(["dynamic"]);
  });
  test("a loop over a written list is gone through, over another it is uncertain", async () => {
    expect(await steps("%w[a b].each { |t| remove_column t, :c }")).toMatchObject([
      { table: "a" },
      { table: "b" },
    ]);
    expect(await does("Tenant.all.each { |t| remove_column :a, t.name }")).toContain("dynamic");
  });
  test("a question whether it was done already is none of doubt, another is", async () => {
    expect(await does("remove_column :a, :b if column_exists?(:a, :b)")).toEqual(["drop-column"]);
    expect(await does("return if table_exists?(:a)\ncreate_table :a")).toEqual(["create-table"]);
    expect(await does("remove_column :a, :b if Rails.env.production?")).toEqual([
      "dynamic",
      "drop-column",
    ]);
    expect(await does("return if ENV['X']\nremove_column :a, :b")).toEqual([
      "dynamic",
      "drop-column",
    ]);
  });
  test("work on rows through the application's models can't be told", async () => {
    expect(await steps("Order.where(a: 1).in_batches.update_all(b: 2)")).toMatchObject([
      { does: "dynamic", why: /Order/ },
    ]);
    expect(await does("Order.reset_column_information\nsay 'drop_table :a'")).toEqual([]);
  });
  test("names that are computed and methods that nobody knows are said", async () => {
    expect(await steps("remove_column table_name, :a")).toMatchObject([{ does: "dynamic" }]);
    expect(await steps("frobnicate :a")).toMatchObject([{ why: /frobnicate/ }]);
    expect(await does("add_column :a, :b, :text, **options")).toEqual(["add-column", "dynamic"]);
  });
});

describe("what can't be read", () => {
  test("is said with its line, and the rest is read all the same", async () => {
    const { up } = await read(
      "class A < ActiveRecord::Migration[7.2]\n  def up\n    drop_table :a\n    )\n  end\nend",
    );
    expect(up.map((one) => one.does)).toEqual(expect.arrayContaining(["unreadable", "drop-table"]));
  });
  test("a file without a migration is said to be none", async () => {
    expect((await read("puts 1")).up).toMatchObject([{ does: "unreadable" }]);
  });
});
