import { describe, expect, test } from "vitest";
import type { Operation } from "./operation";
import { newDjangoMemory } from "./python-django-fields";
import { readPython } from "./read-python";

const readSql = async (
  sql: string,
  place: { path: string; line: number },
): Promise<Operation[]> => [{ ...place, statement: sql.trim(), does: "dynamic", why: "SQL" }];
/** What it does, without where it stands. */
const bare = ({ path: _p, line: _l, statement: _s, ...step }: Operation) => step;
const indented = (body: string, by: number) =>
  body
    .trim()
    .split("\n")
    .map((line) => `${" ".repeat(by)}${line}`)
    .join("\n");

const alembic = (upgrade: string, downgrade = "pass", beside = "") =>
  readPython(
    {
      path: "alembic/versions/8f2c_orders.py",
      content: `"""orders"""
from alembic import op
import sqlalchemy as sa
revision = "8f2c"
${beside}

def upgrade() -> None:
${indented(upgrade, 4)}

def downgrade() -> None:
${indented(downgrade, 4)}
`,
    },
    readSql,
  );
const steps = async (upgrade: string, beside = "") =>
  (await alembic(upgrade, "pass", beside)).up.map(bare);

describe("Alembic", () => {
  test("columns: what the database fills in is a server default, not a default", async () => {
    const body = `
op.add_column("a", sa.Column("b", sa.String(20), nullable=False))
op.add_column("a", sa.Column("c", sa.Integer(), nullable=False, default=0))
op.add_column("a", sa.Column("d", sa.Integer(), nullable=False, server_default="0"))
op.add_column("a", sa.Column("e", sa.Text(), sa.ForeignKey("u.id"), unique=True), schema="s")`;
    expect(await steps(body)).toMatchObject([
      { column: { name: "b", type: "varchar(20)", isNotNull: true, isFilled: false } },
      { column: { name: "c", type: "integer", isNotNull: true, isFilled: false } },
      { column: { name: "d", isNotNull: true, isFilled: true } },
      { table: "s.a", column: { isNotNull: false, constraints: ["unique", "foreign-key"] } },
    ]);
    const { up } = await alembic(body);
    expect(up[2]).toMatchObject({ line: 10, statement: expect.stringContaining('sa.Column("d"') });
  });
  const cases: [string, object[]][] = [
    ['op.drop_column("a", "b")', [{ does: "drop-column", table: "a", column: "b" }]],
    ['op.alter_column("a", "b", nullable=False)', [{ does: "set-not-null" }]],
    ['op.alter_column("a", "b", nullable=True, existing_nullable=True)', []],
    ['op.alter_column("a", "b", new_column_name="c")', [{ does: "rename-column", to: "c" }]],
    ['op.alter_column("a", "b", server_default=None)', [{ does: "drop-default" }]],
    ['op.alter_column("a", "b", server_default=sa.text("now()"))', [{ does: "set-default" }]],
    [
      'op.alter_column("a", "b", type_=sa.String(50), existing_type=sa.String(20))',
      [{ widens: true }],
    ],
    [
      'op.alter_column("a", "b", type_=sa.String(20), existing_type=sa.String(50))',
      [{ widens: false }],
    ],
    ['op.alter_column("a", "b", type_=sa.BigInteger())', [{ to: "bigint", widens: null }]],
    [
      'op.create_table("a", sa.Column("id", sa.Integer(), primary_key=True))',
      [{ does: "create-table" }],
    ],
    ['op.rename_table("a", "b")', [{ does: "rename-table", table: "a", to: "b" }]],
    [
      'op.create_index(op.f("i"), "a", ["b"], unique=True)',
      [{ name: "i", isUnique: true, columns: ["b"] }],
    ],
    ['op.drop_index("i", table_name="a")', [{ does: "drop-index", name: "i" }]],
    [
      'op.create_unique_constraint("u", "a", ["b", "c"])',
      [{ kind: "unique", name: "u", columns: ["b", "c"] }],
    ],
    ['op.create_check_constraint("k", "a", "b > 0")', [{ kind: "check", text: "b > 0" }]],
    [
      'op.create_foreign_key("f", "a", "u", ["b"], ["id"])',
      [{ kind: "foreign-key", table: "a", columns: ["b"] }],
    ],
    ['op.drop_constraint("u", "a", type_="unique")', [{ does: "drop-constraint", name: "u" }]],
    ['op.bulk_insert(sa.table("a"), [{"id": 1}])', [{ does: "change-data", how: "insert" }]],
    ['sa.Enum("x", name="mood").create(op.get_bind())', [{ does: "create-type", type: "mood" }]],
    ['op.execute(sa.text("DROP TABLE a"))', [{ why: "SQL" }]],
    ['op.execute("DROP " "TABLE a")', [{ why: "SQL" }]],
    ['op.execute(f"DROP TABLE {name}")', [{ why: /put together/ }]],
    ['op.add_column(name, sa.Column("b", sa.Text()))', [{ why: /computed/ }]],
    [
      'op.add_column("a", sa.Column("b", sa.Text(), **more))',
      [{ does: "add-column" }, { does: "dynamic" }],
    ],
    ["frobnicate()", [{ why: /frobnicate/ }]],
  ];
  test.each(cases)("%s", async (body, expected) => {
    expect(await steps(body)).toMatchObject(expected);
  });
  test("a batch leaves the table out", async () => {
    expect(
      await steps(`
with op.batch_alter_table("a", schema=None) as batch_op:
    batch_op.drop_column("b")
    batch_op.alter_column("c", nullable=False)
    batch_op.create_unique_constraint("u", ["d"])
    batch_op.create_foreign_key("f", "users", ["e"], ["id"])
    batch_op.drop_constraint("k", type_="check")`),
    ).toMatchObject([
      { does: "drop-column", table: "a", column: "b" },
      { does: "set-not-null", table: "a", column: "c" },
      { kind: "unique", table: "a", columns: ["d"] },
      { kind: "foreign-key", table: "a", columns: ["e"] },
      { does: "drop-constraint", table: "a", name: "k" },
    ]);
  });
  test("functions of the file are followed, written lists are gone through", async () => {
    const beside = 'TABLES = ("a", "b")\ndef drop(table):\n    op.drop_column(table, "c")';
    expect(await steps("for table in TABLES:\n    drop(table)", beside)).toEqual([
      { does: "drop-column", table: "a", column: "c" },
      { does: "drop-column", table: "b", column: "c" },
    ]);
  });
  test("SQL under a name is found where it is run", async () => {
    const { up } = await alembic("op.execute(QUERY)", "pass", 'QUERY = """\nDROP TABLE a\n"""');
    expect(up).toMatchObject([{ line: 10, statement: "DROP TABLE a" }]);
  });
  test("questions about the schema and the database leave no doubt, others do", async () => {
    const does = async (body: string) => (await steps(body)).map((one) => one.does);
    expect(
      await does(
        'found = sa.inspect(op.get_bind())\nif not found.has_table("a"):\n    op.drop_table("b")',
      ),
    ).toEqual(["drop-table"]);
    expect(
      await does('if op.get_bind().dialect.name == "postgresql":\n    op.drop_table("b")'),
    ).toEqual(["drop-table"]);
    expect(await does('if FLAG:\n    op.drop_table("b")')).toEqual(["dynamic", "drop-table"]);
  });
  test("the way down is read too", async () => {
    const { down } = await alembic("pass", 'op.drop_table("a")');
    expect(down?.map(bare)).toEqual([{ does: "drop-table", table: "a" }]);
  });
});

const django = async (operations: string, beside = "", memory = newDjangoMemory()) => {
  const { up } = await readPython(
    {
      path: "shop/orders/migrations/0007_orders.py",
      content: `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("orders", "0006_before")]
    operations = [
${indented(operations, 8)}
    ]
${beside}
`,
    },
    readSql,
    memory,
  );
  return up.map(bare);
};

describe("Django", () => {
  const cases: [string, object[]][] = [
    [
      'migrations.AddField("order", "a", models.TextField(null=True))',
      [{ table: "orders_order", column: { name: "a", isNotNull: false } }],
    ],
    [
      'migrations.AddField("Order", "a", models.IntegerField(default=0))',
      [{ column: { isNotNull: true, isFilled: false } }],
    ],
    [
      'migrations.AddField("order", "a", models.IntegerField(db_default=0))',
      [{ column: { isNotNull: true, isFilled: true } }],
    ],
    [
      'migrations.AddField("order", "u", models.ForeignKey(null=True, to="a.u", on_delete=models.CASCADE))',
      [{ column: { name: "u_id", constraints: ["foreign-key"] } }],
    ],
    [
      'migrations.AddField("order", "t", models.ManyToManyField(to="shop.tag"))',
      [{ does: "create-table", table: "orders_order_t" }],
    ],
    [
      'migrations.RemoveField(model_name="order", name="a")',
      [{ does: "drop-column", table: "orders_order", column: "a" }],
    ],
    [
      'migrations.RenameField("order", "a", "b")',
      [{ does: "rename-column", column: "a", to: "b" }],
    ],
    [
      'migrations.RenameModel("Order", "Sale")',
      [{ does: "rename-table", table: "orders_order", to: "orders_sale" }],
    ],
    [
      'migrations.AlterModelTable("order", "sales")',
      [{ does: "rename-table", table: "orders_order", to: "sales" }],
    ],
    ['migrations.DeleteModel("Order")', [{ does: "drop-table", table: "orders_order" }]],
    ['migrations.AlterModelOptions("order", {})', [{ does: "nothing" }]],
    [
      'migrations.AlterUniqueTogether("order", {("a", "b")})',
      [{ kind: "unique", columns: ["a", "b"] }],
    ],
    ['migrations.AlterUniqueTogether("order", set())', [{ does: "drop-constraint" }]],
    [
      'migrations.AddConstraint("order", models.UniqueConstraint(fields=["a"], name="u"))',
      [{ kind: "unique", name: "u", columns: ["a"] }],
    ],
    [
      'migrations.AddConstraint("order", models.CheckConstraint(condition=models.Q(a__gt=0), name="k"))',
      [{ kind: "check", name: "k" }],
    ],
    ['migrations.RemoveConstraint("order", "u")', [{ does: "drop-constraint", name: "u" }]],
    [
      'migrations.AddIndex("order", models.Index(fields=["a"], name="i"))',
      [{ does: "add-index", isUnique: false, name: "i" }],
    ],
    ['migrations.RunSQL("DROP TABLE a", reverse_sql=migrations.RunSQL.noop)', [{ why: "SQL" }]],
    ['migrations.RunSQL([("A", [1]), "B"])', [{ why: "SQL" }, { why: "SQL" }]],
    ["migrations.RunPython(forwards, migrations.RunPython.noop)", [{ why: /forwards/ }]],
    ['migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("X")])', []],
    ['other.Thing("order")', [{ why: /Thing/ }]],
  ];
  test.each(cases)("%s", async (operation, expected) => {
    expect(await django(`${operation},`)).toMatchObject(expected);
  });
  test("an altered field says its new form alone; what was before may be known", async () => {
    const alter = (field: string, more = "") =>
      `migrations.AlterField("order", "a", models.${field}${more}),`;
    expect(await django(alter("CharField(max_length=20)"))).toMatchObject([{ does: "dynamic" }]);
    expect(await django(alter("CharField(max_length=20, null=True)"))).toMatchObject([
      { does: "drop-not-null" },
    ]);
    expect(
      await django(alter('CharField(max_length=20, default="")', ", preserve_default=False")),
    ).toMatchObject([{ does: "set-not-null" }]);
    const memory = newDjangoMemory();
    await django(
      'migrations.AddField("order", "a", models.CharField(max_length=9, null=True)),',
      "",
      memory,
    );
    expect(await django(alter("CharField(max_length=20)"), "", memory)).toMatchObject([
      { does: "change-type", to: "varchar(20)", widens: true },
      { does: "set-not-null" },
    ]);
  });
  test("models with a table of another name, and those without", async () => {
    const create = (options: string) =>
      `migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))], ${options}),\nmigrations.DeleteModel("New"),`;
    expect(await django(create('{"db_table": "news"}'))).toMatchObject([
      { does: "create-table", table: "news", columns: [{ name: "id", isFilled: true }] },
      { does: "drop-table", table: "news" },
    ]);
    expect(await django(create('{"proxy": True}'))).toEqual([
      { does: "nothing" },
      { does: "nothing" },
    ]);
  });
  test("operations that are added beside the list are read, and said to be computed", async () => {
    const found = await django(
      'migrations.AlterModelOptions("order", {}),',
      '    if FLAG:\n        operations += [migrations.DeleteModel("Order")]',
    );
    expect(found.map(({ does }) => does)).toEqual(
      expect.arrayContaining(["drop-table", "dynamic"]),
    );
  });
});

describe("what can't be read", () => {
  test("is said with its line, and the rest is read all the same", async () => {
    const { up } = await alembic('op.drop_table("a")\nx = = 1');
    expect(up.map(({ does }) => does)).toEqual(
      expect.arrayContaining(["unreadable", "drop-table"]),
    );
  });
  test("a file without a migration is said to be none", async () => {
    const { up } = await readPython({ path: "versions/a.py", content: "x = 1" }, readSql);
    expect(up).toMatchObject([{ does: "unreadable" }]);
  });
});
