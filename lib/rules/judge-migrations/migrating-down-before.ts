import type { Layout, Migration } from "./layouts-words";
import { newScope, resolve, textOf, textsOf } from "./program-values";
import { pythonProgram } from "./python-program";

/**
 * What the tool calls the migration that stands before this one: Django's by its dependencies, Alembic's
 * by its down revision, others' by the file before it. Null when there is none, or it can't be told.
 */
export function before(migration: Migration, layout: Layout): string | null {
  if (migration.tool === "django") return djangoBefore(migration);
  if (migration.tool === "alembic") return alembicBefore(migration);
  const folder = migration.path.slice(0, migration.path.lastIndexOf("/") + 1);
  const own = layout.migrations.filter(({ path }) => path.startsWith(folder));
  const previous = own[own.findIndex(({ path }) => path === migration.path) - 1];
  if (!previous) return null;
  const name = previous.path.slice(previous.path.lastIndexOf("/") + 1);
  return /^\d+/.exec(name)?.[0] ?? name;
}

/** dependencies = [("orders", "0011_total"), …]: the one of its own app. */
function djangoBefore({ path, content }: Migration): string | null {
  const { statements } = pythonProgram(path, content);
  const scope = newScope(null);
  const body = statements.flatMap((one) => (one.is === "class" ? one.body : []));
  for (const one of body) {
    if (one.is !== "set" || one.name !== "dependencies") continue;
    const list = resolve(one.value, scope);
    const pairs = list.is === "list" ? list.items.map((item) => textsOf(item, scope)) : [];
    const app = path.split("/").at(-3);
    return pairs.find((pair) => pair?.[0] === app)?.[1] ?? null;
  }
  return null;
}

function alembicBefore({ path, content }: Migration): string | null {
  const { statements } = pythonProgram(path, content);
  for (const one of statements)
    if (one.is === "set" && one.name === "down_revision")
      return one.value.is === "nothing" ? "base" : textOf(one.value, newScope(null));
  return null;
}
