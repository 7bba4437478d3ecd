import type { MigrationFile } from "./layouts-words";
import type { ReadMigration } from "./operation";
import type { Callable, Expression, Program, Statement } from "./program";
import { finish, type ReadSql, startRun } from "./program-read";
import { emitDynamic, emitSql, type Run } from "./program-run";
import { lookUp, newScope, type Scope, textOf } from "./program-values";
import { walk } from "./program-walk";
import { interpretAlembic, isAlembicGuard } from "./python-alembic";
import { isOperation, readOperation, readOperations } from "./python-django";
import { type DjangoMemory, newDjangoMemory } from "./python-django-fields";
import type { Django } from "./python-django-models";
import { pythonProgram } from "./python-program";

/**
 * Reads a migration of Django's, Alembic's or Aerich's.
 *
 * @param memory What earlier migrations of the set said about Django's models; it is added to.
 */
export async function readPython(
  file: MigrationFile,
  readSql: ReadSql,
  memory: DjangoMemory = newDjangoMemory(),
): Promise<ReadMigration> {
  const program = pythonProgram(file.path, file.content);
  const scope = newScope(null);
  for (const one of program.statements) if (one.is === "set") scope.values.set(one.name, one.value);
  const migration = program.statements.find(isDjango);
  const functions = functionsOf(program.statements);
  const upgrade = functions.get("upgrade");
  if (migration) return readDjango(program, migration, scope, readSql, memory);
  if (!upgrade) {
    program.faults.push({ line: 1, why: "it has neither `upgrade` nor a class Migration" });
    return finish(program, [], null, readSql);
  }
  const read = (entry: Callable) => {
    const run = startRun(program, scope, functions, interpretAlembic, isAlembicGuard);
    walk(entry.body, run);
    // Aerich's functions give back their SQL.
    for (const one of entry.body) {
      if (one.is === "give" && one.value && textOf(one.value, run.scope) !== null)
        emitSql(run, one, one.value);
    }
    return run.found;
  };
  const downgrade = functions.get("downgrade");
  return finish(program, read(upgrade), downgrade ? read(downgrade) : null, readSql);
}

type Class = Extract<Statement, { is: "class" }>;

const isDjango = (one: Statement): one is Class =>
  one.is === "class" && one.body.some((each) => each.is === "set" && each.name === "operations");

function functionsOf(statements: readonly Statement[]): Map<string, Callable> {
  return new Map(
    statements.flatMap((one) => (one.is === "define" ? [[one.name, one.function]] : [])),
  );
}

function readDjango(
  program: Program,
  migration: Class,
  outer: Scope,
  readSql: ReadSql,
  memory: DjangoMemory,
): Promise<ReadMigration> {
  const scope = newScope(outer);
  for (const one of migration.body) if (one.is === "set") scope.values.set(one.name, one.value);
  const operations: Expression | null = lookUp("operations", scope) ?? null;
  const run = startRun(
    program,
    scope,
    functionsOf(program.statements),
    () => "unknown",
    () => false,
  );
  const django: Django = { app: appOf(program.path), memory, run };
  readOperations(operations, django);
  readBeside([...migration.body, ...program.statements], django);
  return finish(program, run.found, null, readSql);
}

/** `operations += […]` and `if …: operations.append(…)`: what is added as the class is made, or behind it. */
function readBeside(body: readonly Statement[], django: Django): void {
  const beside = body.filter(({ is }) => is === "do" || is === "branch" || is === "loop");
  const interpret: Run["interpret"] = (call) => {
    if (!isOperation(call)) return "harmless";
    readOperation(call, django);
    return "read";
  };
  const isSaid = django.run.found.length;
  for (const one of beside) {
    const added = one.is === "do" ? addedBy(one.value) : null;
    if (added) readOperations(added, django);
    else walk([one], { ...django.run, interpret });
  }
  const [first] = beside;
  if (first && django.run.found.length > isSaid)
    emitDynamic(django.run, first, "which operations there are is computed");
}

/** What `operations += more` adds; null for anything else. */
function addedBy(value: Expression): Expression | null {
  if (value.is !== "computed") return null;
  const [target] = value.inside;
  const isOwn = target?.is === "name" && /^(Migration\.)?operations$/.test(target.name);
  return isOwn ? (value.inside.at(-1) ?? null) : null;
}

/** shop/orders/migrations/0002_x.py belongs to the app "orders". */
function appOf(path: string): string {
  const folders = path.split("/");
  const at = folders.lastIndexOf("migrations");
  return (at > 0 ? folders[at - 1] : folders.at(-2)) ?? "";
}
