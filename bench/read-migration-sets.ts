import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type MigrationCase, readMigrationCases } from "../lib/rules/evaluation/migration-case.ts";

/** The migration cases in a file or, at any depth, in a folder. Throws with the file's name. */
export function readMigrationSets(path: string): MigrationCase[] {
  const cases = filesIn(path).flatMap((file) => {
    try {
      return readMigrationCases(readFileSync(file, "utf8"));
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
    }
  });
  const twice = cases.find((one, index) => cases.findIndex(({ id }) => id === one.id) !== index);
  if (twice) throw new Error(`${path} holds "${twice.id}" twice.`);
  return cases;
}

/** Whether a set that somebody names is one of migrations: text, or JSON of cases with files. */
export function holdsMigrations(path: string): boolean {
  const [first] = filesIn(path);
  if (first === undefined) return false;
  if (first.endsWith(".txt")) return true;
  const text = readFileSync(first, "utf8");
  // The merges of incidents have files too.
  return /"files"\s*:/.test(text) && !/"truth"\s*:/.test(text);
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(json|txt)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}
