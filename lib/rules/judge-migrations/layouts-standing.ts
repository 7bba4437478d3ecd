import type { Migration, MigrationFile } from "./layouts-words";
import type { Dialect } from "./operation";

/** A file that belongs to migrations: which way it goes, and where it stands in its tool's order. */
export type Recognised = {
  path: string;
  /** The folder whose migrations have one order. */
  root: string;
  /** What the tool orders by, and what a down file shares with its migration. */
  version: string;
  /** Run again whenever it changed, after everything that has a version. */
  isRepeatable: boolean;
  dialect: Dialect | null;
  up: Migration | null;
  down: { path: string; content: string } | null;
};

/** By folder and by the name without its ending. */
export function standing(file: MigrationFile): Omit<Recognised, "up" | "down"> {
  const slash = file.path.lastIndexOf("/");
  const name = file.path.slice(slash + 1);
  const dot = name.lastIndexOf(".");
  return {
    path: file.path,
    root: slash < 0 ? "" : file.path.slice(0, slash),
    version: dot > 0 ? name.slice(0, dot) : name,
    isRepeatable: false,
    dialect: null,
  };
}
