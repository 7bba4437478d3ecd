import type { MigrationFile, Tool } from "./layouts-words";

/** Words that only one tool's migrations are written with, the surest first. */
const SIGNS: [Tool, string[]][] = [
  ["typeorm", ["MigrationInterface", "QueryRunner", "queryRunner"]],
  ["sequelize", ["queryInterface", "QueryInterface"]],
  ["mikro-orm", ["@mikro-orm/migrations"]],
  ["node-pg-migrate", ["node-pg-migrate", "MigrationBuilder", "pgm."]],
  ["kysely", ["kysely", "Kysely"]],
  ["knex", ["knex", "Knex"]],
];

const PYTHON_SIGNS: [Tool, string[]][] = [
  ["alembic", ["from alembic", "import alembic", "down_revision"]],
  ["django", ["django.db", "migrations.Migration"]],
];

/** Whose migration a Python or JavaScript program is, by the words it must use; null when it uses none. */
export function programTool(file: MigrationFile): Tool | null {
  const signs = file.path.endsWith(".py") ? PYTHON_SIGNS : SIGNS;
  const own = signs.find(([, words]) => words.some((word) => file.content.includes(word)));
  if (own) return own[0];
  if (/(^|\/)versions\/[^/]+\.py$/.test(file.path)) return "alembic";
  if (/(^|\/)migrations\/\d{4}_[^/]+\.py$/.test(file.path)) return "django";
  return null;
}
