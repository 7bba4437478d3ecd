import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Writes text to a new file of its own, which only we can read, and gives its path. */
export type WriteFile = (name: string, text: string) => Promise<string>;

/**
 * For files that hold credentials: all of them are gone when the test file that called this is done.
 * Each test file calls it for itself, for those of a worker share what they import: what an import
 * registers is registered for the first of them alone.
 */
export function temporaryFiles(): WriteFile {
  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
  return async (name, text) => {
    const folder = await mkdtemp(join(tmpdir(), "known-good-files-"));
    folders.push(folder);
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
}
