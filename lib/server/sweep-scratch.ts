import "server-only";
import { lstat, readdir, rmdir, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folders of the embedded database's socket begin so; six letters and digits follow. */
export const SCRATCH_PREFIX = "known-good-";
export const SCRATCH_SOCKET = ".s.PGSQL.5432";
/** Younger ones may belong to a process that is just opening its database. */
const OLD_MS = 10 * 60_000;

/**
 * Removes the socket folders that processes which were killed left in `folder`: ours by name, by owner
 * and by content, old, and with nobody listening. Everything else stays, whatever goes wrong. Answers
 * the names of those removed.
 */
export async function sweepScratch(now: Date, folder = tmpdir()): Promise<string[]> {
  const pattern = new RegExp(`^${SCRATCH_PREFIX}[A-Za-z0-9]{6}$`);
  const names = await readdir(folder).catch(() => []);
  const removed: string[] = [];
  for (const name of names.filter((one) => pattern.test(one))) {
    if (await removeLeftover(join(folder, name), now).catch(() => false)) removed.push(name);
  }
  return removed;
}

async function removeLeftover(path: string, now: Date): Promise<boolean> {
  const found = await lstat(path);
  const isOurs = found.isDirectory() && found.uid === process.getuid?.();
  if (!isOurs || now.getTime() - found.mtimeMs < OLD_MS) return false;
  const held = await readdir(path);
  if (held.some((name) => name !== SCRATCH_SOCKET)) return false;
  const socket = join(path, SCRATCH_SOCKET);
  if (held.length > 0) {
    if (!(await isDead(socket))) return false;
    await unlink(socket);
  }
  // Fails when something was put into it meanwhile, and that is as it should be.
  await rmdir(path);
  return true;
}

/** Only a refused connection proves that nobody listens. */
async function isDead(path: string): Promise<boolean> {
  if (!(await lstat(path)).isSocket()) return false;
  return new Promise((resolve) => {
    const attempt = connect(path);
    const answer = (is: boolean) => {
      attempt.destroy();
      resolve(is);
    };
    attempt.setTimeout(1_000, () => answer(false));
    attempt.once("connect", () => answer(false));
    attempt.once("error", (error) => answer("code" in error && error.code === "ECONNREFUSED"));
  });
}
