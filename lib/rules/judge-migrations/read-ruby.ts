import type { MigrationFile } from "./layouts-words";
import type { ReadMigration } from "./operation";
import type { Callable, Expression, Program, Statement } from "./program";
import { finish, type ReadSql, startRun } from "./program-read";
import type { Run } from "./program-run";
import { newScope, type Scope } from "./program-values";
import { walk } from "./program-walk";
import { rubyProgram } from "./ruby-program";
import { interpretRails, isRailsGuard } from "./ruby-rails";

/** Reads a migration of Active Record's. */
export async function readRuby(file: MigrationFile, readSql: ReadSql): Promise<ReadMigration> {
  const program = await rubyProgram(file.path, file.content);
  const classes = classesOf(program.statements).filter(isMigration);
  const up: Run["found"] = [];
  let down: Run["found"] | null = null;
  for (const one of classes) {
    const functions = new Map(
      one.body.flatMap((each) =>
        each.is === "define" ? [[each.name, each.function] as const] : [],
      ),
    );
    const scope = constantsOf(program, one.body);
    const read = (entry: Callable) => {
      const run = startRun(program, scope, functions, interpretRails, isRailsGuard);
      walk(entry.body, run);
      return run.found;
    };
    const entry = functions.get("change") ?? functions.get("up");
    const back = functions.get("down");
    if (entry) up.push(...read(entry));
    if (back) down = [...(down ?? []), ...read(back)];
  }
  if (!classes.some(({ body }) => body.some(isEntry)))
    program.faults.push({ line: 1, why: "no class in it is a migration with `change` or `up`" });
  return finish(program, up, down, readSql);
}

type Class = Extract<Statement, { is: "class" }>;

const classesOf = (statements: readonly Statement[]): Class[] =>
  statements.flatMap((one) => (one.is === "class" ? [one, ...classesOf(one.body)] : []));

/** Its parent is ActiveRecord::Migration[7.1], a subclass of it, or Gitlab::Database::Migration[2.2]. */
const isMigration = ({ bases, body }: Class) => bases.some(mentionsMigration) || body.some(isEntry);

function mentionsMigration(base: Expression): boolean {
  if (base.is === "name") return base.name.includes("Migration");
  return base.is === "computed" && base.inside.some(mentionsMigration);
}

const isEntry = (one: Statement) =>
  one.is === "define" && (one.name === "change" || one.name === "up");

function constantsOf(program: Program, body: readonly Statement[]): Scope {
  const scope = newScope(null);
  for (const one of [...program.statements, ...body])
    if (one.is === "set") scope.values.set(one.name, one.value);
  return scope;
}
