import { expect, test } from "vitest";
import { judgeMigrations } from "../judge-migrations";

const DJANGO = "from django.db import migrations\n";
const ALEMBIC = `from alembic import op
revision = "a"
down_revision = None

def upgrade():
`;

async function verdictOf(path: string, content: string) {
  const { verdict, findings } = await judgeMigrations([{ path, content }]);
  return [verdict, findings[0]?.rule];
}

test.each([
  [
    "operations += more",
    "more = [migrations.DeleteModel('A')]",
    "    operations = []\n    operations += more",
  ],
  [
    "added behind the class",
    "",
    "    operations = []\nMigration.operations.append(migrations.DeleteModel('A'))",
  ],
  [
    "a list added behind the class",
    "",
    "    operations = []\nMigration.operations += [migrations.DeleteModel('A')]",
  ],
  [
    "SQL in the function that is run",
    "def forwards(apps, schema_editor):\n    schema_editor.execute('DROP TABLE app_a')",
    "    operations = [migrations.RunPython(forwards)]",
  ],
  [
    "SQL for one database alone, through a cursor",
    "def forwards(apps, schema_editor):\n    if schema_editor.connection.vendor == 'postgresql':\n        with schema_editor.connection.cursor() as cursor:\n            cursor.execute('DROP TABLE app_a')",
    "    operations = [migrations.RunPython(code=forwards)]",
  ],
])("Django: %s", async (_name, before, body) => {
  const content = `${DJANGO}${before}\nclass Migration(migrations.Migration):\n${body}\n`;
  const path = "app/migrations/0002_a.py";
  expect(await verdictOf(path, content)).toEqual(["incompatible", "drop-table"]);
});

test("Django: a function that runs harmless SQL may still change rows", async () => {
  const content = `${DJANGO}
def forwards(apps, schema_editor):
    schema_editor.execute("ANALYZE app_a")

class Migration(migrations.Migration):
    operations = [migrations.RunPython(forwards)]
`;
  expect(await verdictOf("app/migrations/0002_a.py", content)).toEqual(["unknown", "dynamic"]);
});

test("Aerich: SQL that is given back", async () => {
  const content = 'async def upgrade(db) -> str:\n    return """\n        DROP TABLE a;"""\n';
  const path = "migrations/models/1_x.py";
  expect(await verdictOf(path, content)).toEqual(["incompatible", "drop-table"]);
});

test.each([
  ["in a case of a match", "    match kind:\n        case 1:\n            op.drop_table('a')"],
  ["in an assertion", "    assert op.drop_table('a') is None"],
])("Alembic: %s", async (_name, body) => {
  const verdict = await verdictOf("alembic/versions/a_x.py", `${ALEMBIC}${body}\n`);
  expect(verdict).toEqual(["incompatible", "drop-table"]);
});
