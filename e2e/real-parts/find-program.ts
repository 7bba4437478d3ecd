import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { absent, isOffline, present, type RealPart } from "./real-part.ts";

const run = promisify(execFile);

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of the first of these programs that is on the PATH (or is itself a path); null if none. */
export function onPath(names: string[]): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of names) {
    const candidates = name.includes("/") ? [name] : folders.map((folder) => join(folder, name));
    const found = candidates.find(isExecutable);
    if (found) return found;
  }
  return null;
}

/**
 * Path of a program, installed from Debian's packages when it is missing and we may: as root, with
 * apt-get, and online. Never rejects.
 */
export async function findProgram(
  names: string[],
  debianPackage: string,
): Promise<RealPart<string>> {
  const found = onPath(names);
  if (found) return present(found);
  const name = names[0] ?? debianPackage;
  if (isOffline()) return absent(`${name} is not installed, and fetching is switched off.`);
  const apt = onPath(["apt-get"]);
  if (!apt || process.getuid?.() !== 0) {
    return absent(`${name} is not installed; as root on Debian it would be fetched.`);
  }
  const wait = ["-o", "DPkg::Lock::Timeout=180"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run(apt, ["update", "-qq"], { env });
    await run(apt, [...wait, "install", "-y", "-qq", "--no-install-recommends", debianPackage], {
      env,
      maxBuffer: 32 * 1_024 * 1_024,
    });
  } catch {
    return absent(`${name} is not installed, and the Debian package ${debianPackage} can't be.`);
  }
  const installed = onPath(names);
  return installed
    ? present(installed)
    : absent(`The Debian package ${debianPackage} brought no program called ${name}.`);
}
