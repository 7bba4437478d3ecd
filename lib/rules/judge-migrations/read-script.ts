import type { MigrationFile, Tool } from "./layouts-words";
import type { ReadMigration } from "./operation";
import type { Callable, Expression, Program, Statement } from "./program";
import { finish, type ReadSql, startRun } from "./program-read";
import { emitSql, type Run } from "./program-run";
import { newScope, resolve, type Scope } from "./program-values";
import { walk } from "./program-walk";
import { interpretKnex, isScriptGuard } from "./script-knex";
import { interpretKysely } from "./script-kysely";
import { interpretPgMigrate } from "./script-pg-migrate";
import { scriptProgram } from "./script-program";
import { interpretSequelize } from "./script-sequelize";
import { interpretTypeorm } from "./script-typeorm";

/** Reads a migration in JavaScript or TypeScript: Knex, TypeORM, Sequelize, MikroORM, node-pg-migrate. */
export async function readScript(
  file: MigrationFile & { tool: Tool | null },
  readSql: ReadSql,
): Promise<ReadMigration> {
  const program = scriptProgram(file.path, file.content);
  const { scope, functions } = whatItHolds(program);
  const interpret = interpreterOf(file.tool);
  const read = (entry: Callable) => {
    const own = newScope(scope);
    for (const name of entry.parameters) own.values.set(name, null);
    const run = startRun(program, own, functions, interpret, isScriptGuard);
    walk(entry.body, run);
    return run.found;
  };
  const up = functions.get("up");
  const down = functions.get("down");
  if (!up && program.faults.length === 0)
    program.faults.push({ line: 1, why: "it exports no function `up`" });
  return finish(program, up ? read(up) : [], down ? read(down) : null, readSql);
}

function interpreterOf(tool: Tool | null): Run["interpret"] {
  switch (tool) {
    case "typeorm":
      return interpretTypeorm;
    case "sequelize":
      return interpretSequelize;
    case "node-pg-migrate":
      return interpretPgMigrate;
    case "kysely":
      return interpretKysely;
    case "mikro-orm":
      return (call, run) => {
        if (call.name !== "addSql") return "unknown";
        emitSql(run, call, call.args[0]);
        return "read";
      };
    default:
      return interpretKnex;
  }
}

/** Top-level names and functions, those of its classes, and those of the object that it exports. */
function whatItHolds(program: Program): { scope: Scope; functions: Map<string, Callable> } {
  const scope = newScope(null);
  const functions = new Map<string, Callable>();
  const add = (one: Statement) => {
    if (one.is === "define") functions.set(one.name, one.function);
    if (one.is === "set") scope.values.set(one.name, one.value);
    if (one.is === "class") one.body.forEach(add);
  };
  program.statements.forEach(add);
  const exported: Expression | null | undefined = scope.values.get("default");
  const object = exported && resolve(exported, scope);
  for (const { key, value } of object?.is === "map" ? object.entries : []) {
    const own = resolve(value, scope);
    const isNamed = own.is === "name" ? functions.get(own.name) : undefined;
    if (key !== null && own.is === "function") functions.set(key, own);
    if (key !== null && isNamed) functions.set(key, isNamed);
  }
  return { scope, functions };
}
