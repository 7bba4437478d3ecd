import type { LeverKind, Warning } from "@/lib/contracts/lever";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";

/** Tools that refuse to go on when the database names a migration whose file isn't there. */
const REFUSES: Record<string, string> = {
  alembic: "alembic can’t locate a revision that the database is at",
  "golang-migrate": "migrate finds no file for the version that the database is at",
  knex: "knex calls its folder corrupt when a file of a migration that ran is missing",
  sqlx: "sqlx refuses when a migration that ran is missing from its folder",
};
/** What starts a tool, as it stands in a container's command. */
const STARTS: Record<string, RegExp> = {
  alembic: /\balembic\b/,
  "golang-migrate": /\bmigrate\b/,
  knex: /\bknex\b|\bmigrate:(latest|up)\b/,
  sqlx: /\bsqlx\b/,
};

/**
 * Whether the migration tool itself stands in the way of what comes back, whatever the schema: some
 * won't start without the files of what has run. `commands` are those of the Pods that would come
 * back; null where none start by it.
 */
export function missingFilesWarning(
  report: Pick<SchemaReport, "tool" | "paths">,
  lever: LeverKind,
  commands: string | null,
): Warning | null {
  const { tool, paths } = report;
  const why = tool === null || paths.length === 0 ? undefined : REFUSES[tool];
  if (tool === null || why === undefined) return null;
  const code = "missing-migrations";
  if (lever === "revert") {
    const sentence = `The next delivery runs its migrations without the files that go: ${why}.`;
    return { code, sentence, unsafe: true };
  }
  if (commands !== null && STARTS[tool]?.test(commands)) {
    const sentence = `Its Pods run ${tool} before they serve, and the newer migrations aren’t in that image: ${why}.`;
    return { code, sentence, unsafe: true };
  }
  const sentence = `If its image migrates when it starts, it won’t start: ${why}.`;
  return { code, sentence, unsafe: false };
}
