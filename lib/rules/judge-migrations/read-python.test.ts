import { describe, expect, test } from "vitest";
import type { Operation } from "./operation";
import { newDjangoMemory } from "./python-django-fields";
import { readPython } from "./read-python";

const readSql = async (
  sql: string,
  place: { path: string; line: number },
): Promise<Operation[]> => [{ ...place, statement: sql, does: "dynamic", why: "SQL" }];
/** What operations do, without where they stand. */
const bare = (operations: readonly Operation[] | null) =>
  operations?.map(({ path: _p, line: _l, statement: _s, ...step }) => step);

const indented = (body: string) =>
  body
    .trim()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
const alembic = (upgrade: string, downgrade = "pass", before = "") =>
  readPython(
    {
      path: "alembic/versions/8f2c_orders.py",
      content: `"""orders"""
from alembic import op
import sqlalchemy as sa

revision = "8f2c"
down_revision = "77aa"
${before}

def upgrade() -> None:
${indented(upgrade)}


def downgrade() -> None:
${indented(downgrade)}
`,
    },
    readSql,
  );

describe("Alembic", () => {
  test("columns: what the database fills in is a server default, not a default", async () => {
    const { up } = await alembic(`
op.add_column("orders", sa.Column("a", sa.String(20), nullable=False))
op.add_column("orders", sa.Column("b", sa.Integer(), nullable=False, default=0))
op.add_column("orders", sa.Column("c", sa.Integer(), nullable=False, server_default="0"))
op.add_column("orders", sa.Column("d", sa.Text(), sa.ForeignKey("users.id"), unique=True), schema="shop")
`);
    expect(bare(up)).toEqual(
      [
        ["orders", "a", "varchar(20)", true, false, []],
        ["orders", "b", "integer", true, false, []],
        ["orders", "c", "integer", true, true, []],
        ["shop.orders", "d", "text", false, false, ["unique", "foreign-key"]],
      ].map(([table, name, type, isNotNull, isFilled, constraints]) => ({
        does: "add-column",
        table,
        column: { name, type, isNotNull, isFilled, constraints },
      })),
    );
    expect(up[2]).toMatchObject({
      line: 12,
      statement: expect.stringMatching(/^op.add_column.*"c"/),
    });
  });
  test("x", async () => {
    const { up, down } = await alembic(
      `
conn = op.get_bind()
insp = sa.inspect(conn)
if not insp.has_table("x"):
    op.create_table("x", sa.Column("id", sa.Integer(), primary_key=True), sa.UniqueConstraint("id"))
for t in ("a", "b"):
    op.drop_column(t, "z")
with op.batch_alter_table("orders", schema=None) as batch_op:
    batch_op.drop_column("q")
    batch_op.alter_column("w", existing_type=sa.String(20), type_=sa.String(length=50), existing_nullable=True)
    batch_op.create_unique_constraint("uq", ["a", "b"])
    batch_op.create_foreign_key(batch_op.f("fk"), "users", ["user_id"], ["id"])
    batch_op.create_index("ix", ["a"], unique=True)
conn.execute(sa.text("UPDATE x SET a = 1"))
op.execute(f"DROP TABLE {conn}")
op.execute("""
    ALTER TABLE y
""")
op.create_unique_constraint("uq2", "orders", ["c"])
op.create_check_constraint("ck", "orders", "a > 0", postgresql_not_valid=True)
op.drop_constraint("uq2", "orders", type_="unique")
op.alter_column("orders", "n", nullable=False, existing_type=sa.Text())
op.alter_column("orders", "n", new_column_name="m")
op.alter_column("orders", "n", server_default=None)
status = sa.Enum("a", "b", name="status")
status.create(op.get_bind(), checkfirst=True)
op.rename_table("a", "b")
op.bulk_insert(sa.table("x"), [{"id": 1}])
session = Session(bind=op.get_bind())
session.query(Order).update({"a": 1})
helper("k")
`,
      "op.drop_table('x')",
      "def helper(c):\n    op.drop_column('orders', c)\n",
    );
    console.log(
      JSON.stringify(
        [up, down].map((a) => a?.map((o) => JSON.stringify({ ...o, path: undefined }))),
        null,
        1,
      ),
    );
  });
});

const django = (operations: string, before = "", memory = newDjangoMemory()) =>
  readPython(
    {
      path: "shop/orders/migrations/0007_orders.py",
      content: `from django.db import migrations, models


${before}


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_x")]

    operations = [
${indented(operations)}
    ]
`,
    },
    readSql,
    memory,
  );

describe("Django", () => {
  test("y", async () => {
    const { up } = await django(`
migrations.AddField(model_name="order", name="a", field=models.CharField(max_length=20, default="x")),
migrations.AddField("Order", "b", models.ForeignKey(null=True, to="users.user", on_delete=models.CASCADE)),
migrations.AddField("Order", "c", models.IntegerField(db_default=0)),
migrations.RemoveField("order", "z"),
migrations.RemoveField("order", "b"),
migrations.AlterField("order", "a", models.CharField(max_length=50)),
migrations.AlterField("order", "k", models.CharField(max_length=50)),
migrations.AlterField("order", "l", models.CharField(max_length=50, null=True)),
migrations.AlterField("order", "m", models.CharField(max_length=50, default=""), preserve_default=False),
migrations.RunSQL("UPDATE x", reverse_sql=migrations.RunSQL.noop),
migrations.RunSQL([("SELECT 1", [1]), "SELECT 2"]),
migrations.RunPython(forwards, migrations.RunPython.noop),
migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("X")], database_operations=[]),
migrations.AddConstraint("order", models.UniqueConstraint(fields=["a", "b"], name="uq")),
migrations.AlterUniqueTogether(name="order", unique_together={("a", "b")}),
migrations.AlterUniqueTogether(name="order", unique_together=set()),
migrations.RenameModel("Order", "Purchase"),
migrations.CreateModel(name="New", fields=[("id", models.BigAutoField(primary_key=True))], options={"db_table": "news"}),
migrations.DeleteModel(name="New"),
custom.Thing(),
`);
    console.log(
      JSON.stringify(
        up.map((o) => JSON.stringify({ ...o, path: undefined })),
        null,
        1,
      ),
    );
  });
});
