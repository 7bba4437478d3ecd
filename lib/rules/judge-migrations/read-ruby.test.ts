import { describe, expect, test } from "vitest";
import type { Operation } from "./operation";
import { readRuby } from "./read-ruby";

const path = "db/migrate/20260301101500_change_orders.rb";
const up = async (body: string): Promise<Operation[]> => {
  const lines = body.split("\n").map((line) => `    ${line}`);
  const content = `class ChangeOrders < ActiveRecord::Migration[7.2]\n  def change\n${lines.join("\n")}\n  end\nend\n`;
  const read = await readRuby({ path, content }, async (sql, place) => [
    { ...place, statement: sql, does: "dynamic", why: "SQL" },
  ]);
  return read.up;
};
/** What it does, without where it stands. */
const steps = async (body: string) =>
  (await up(body)).map(({ path: _p, line: _l, statement: _s, ...step }) => step);

describe("p", () => {
  test("x", async () => {
    console.log(
      JSON.stringify(
        await up(`create_table :orders, id: :uuid do |t|
  t.string :name, null: false, default: "x"
  t.references :user, null: false, foreign_key: true
  t.timestamps
end
add_column :orders, :é, :integer, null: false
%w[a b].each { |c| remove_column :orders, c }
execute <<~SQL
  ALTER TABLE x
    DROP COLUMN y
SQL
unless column_exists?(:orders, :z)
  add_column :orders, :z, :text
end
Order.where(x: 1).update_all(y: 2)
change_table :orders, bulk: true do |t|
  t.remove :c, :d
  t.rename :e, :f
  t.decimal :total, precision: 10, scale: 2
end
if Rails.env.production?
  drop_table :x
end
helper(3)
`),
        null,
        1,
      ),
    );
  });
  test("y", async () => {
    expect(await steps("change_column_null :a, :b, false")).toEqual([
      { does: "set-not-null", table: "a", column: "b" },
    ]);
  });
});
