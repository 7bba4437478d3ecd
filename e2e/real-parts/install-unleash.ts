import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { isOffline } from "./real-part.ts";

const run = promisify(execFile);
const STALE_MS = 10 * 60_000;

async function stampOf(folder: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(join(folder, "package-lock.json")))
    .digest("hex");
}

async function isInstalled(folder: string): Promise<boolean> {
  const stamp = join(folder, "node_modules", ".known-good-lock");
  if (!existsSync(stamp)) return false;
  return (await readFile(stamp, "utf8")) === (await stampOf(folder));
}

/** Takes the folder's install lock; several test processes may want to install at once. */
async function lock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, ".installing");
  for (;;) {
    try {
      await mkdir(path);
      return () => rm(path, { recursive: true, force: true });
    } catch {
      const age = await stat(path).then(
        (found) => Date.now() - found.mtimeMs,
        () => 0,
      );
      if (age > STALE_MS) await rm(path, { recursive: true, force: true });
      await wait(250);
    }
  }
}

/**
 * Installs the Unleash package with `npm ci` when it is missing or its lockfile changed.
 * Resolves to null, or to a sentence saying why it can't be had.
 */
export async function installUnleash(folder: string): Promise<string | null> {
  if (await isInstalled(folder)) return null;
  if (isOffline()) return "unleash-server is not installed, and fetching is switched off.";
  const unlock = await lock(folder);
  try {
    if (await isInstalled(folder)) return null;
    await run("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: folder,
      maxBuffer: 32 * 1_024 * 1_024,
    });
    await writeFile(join(folder, "node_modules", ".known-good-lock"), await stampOf(folder));
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return `unleash-server could not be installed: ${said}`;
  } finally {
    await unlock();
  }
}
