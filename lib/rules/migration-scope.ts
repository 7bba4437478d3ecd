import type { RepositoryRef } from "@/lib/contracts/service";

/** Where the migrations of a repository are looked for. */
export type MigrationScope = {
  /** Prefixes of paths; "" is all of the repository. */
  prefixes: string[];
  wants: (path: string) => boolean;
  /** True where no folder is named, so that migrations are told by how their tools lay them out. */
  isGuessed: boolean;
  /** Where it was looked, for a sentence: "under db/migrate/". */
  where: string;
};

/** Folders in which tools keep migrations, and endings of what is in them. */
const FOLDER =
  /(^|\/)(migrations?|migrate|[a-z0-9]+_migrate|db-migrations?|alembic\/versions|versions\/migrations|changelogs?|flyway|liquibase|drizzle)\//i;
const PROGRAM = /\.(sql|rb|py|[cm]?[jt]s|exs?|php|java|kt|cs|go|xml|ya?ml|json)$/i;
/** Names that only a migration has, wherever it is: Flyway's, and those that say which way they go. */
const NAME = /(^|\/)([VUB]\d[\w.]*__[^/]+|R__[^/]+)\.sql$|\.(up|down)\.sql$/;
/** Code about migrations, kept in folders of that name, and other people's code. */
const NOT_ONE =
  /(^|\/)(node_modules|vendor|third_party|dist|build|docs?|tests?|__tests__|fixtures)\//i;

/** Whether a path looks like a migration's, by the layouts of the tools that are known. */
export function isMigrationPath(path: string): boolean {
  if (NOT_ONE.test(path)) return false;
  return NAME.test(path) || (FOLDER.test(path) && PROGRAM.test(path));
}

/**
 * Where the migrations of a service, or of several in one repository, are: in the folders that are
 * named for them, else wherever under the service's paths something is laid out like a migration.
 */
export function migrationScope(
  repositories: readonly Pick<RepositoryRef, "paths" | "migrations">[],
): MigrationScope {
  const named = repositories.flatMap(({ migrations }) => migrations);
  const guessed = repositories
    .filter(({ migrations }) => migrations.length === 0)
    .flatMap(({ paths }) => (paths.length > 0 ? paths : [""]));
  const isUnder = (path: string, prefixes: string[]) =>
    prefixes.some((one) => path.startsWith(one));
  const prefixes = unique([...named, ...guessed]);
  return {
    prefixes,
    wants: (path) => isUnder(path, named) || (isUnder(path, guessed) && isMigrationPath(path)),
    isGuessed: named.length === 0,
    where: inWords(prefixes),
  };
}

function unique(prefixes: string[]): string[] {
  if (prefixes.includes("")) return [""];
  return [...new Set(prefixes)].sort();
}

function inWords(prefixes: string[]): string {
  if (prefixes.length === 0 || prefixes.includes("")) return "in the whole repository";
  const shown = prefixes.slice(0, 3).join(", ");
  return `under ${shown}${prefixes.length > 3 ? ` and ${prefixes.length - 3} more` : ""}`;
}
