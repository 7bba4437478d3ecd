import { execFile } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, startChild, waitUntil } from "./child-server.ts";
import { findPostgres } from "./find-postgres.ts";
import { absent, present, type RealPart } from "./real-part.ts";

export type RealPostgres = {
  /** Of the database `postgres`, as its superuser. */
  url: string;
  stop: () => Promise<void>;
};

const run = promisify(execFile);
const NOBODY = 65_534;

/**
 * A fresh PostgreSQL on loopback, its data in a temporary folder and never synced to disk. As root
 * it runs as `nobody`, for PostgreSQL refuses to run as root.
 */
export async function startRealPostgres(): Promise<RealPart<RealPostgres>> {
  const folder = await mkdtemp(join(tmpdir(), "known-good-postgres-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const found = await findPostgres(join(folder, "programs"));
  if (found.part === null) {
    await remove();
    return absent(found.reason);
  }
  const { bin } = found.part;
  const data = join(folder, "data");
  await mkdir(data);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    await chmod(folder, 0o755);
    await chown(data, NOBODY, NOBODY);
  }
  const who = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const env = { ...process.env, LC_ALL: "C.UTF-8", TZ: "UTC" };
  try {
    await run(
      join(bin, "initdb"),
      ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
      { ...who, env, cwd: data },
    );
  } catch (error) {
    await remove();
    const said = error instanceof Error ? error.message.trim().split("\n").at(-1) : String(error);
    return absent(`PostgreSQL could not make its data folder: ${said}`);
  }
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_connections: "200",
  };
  const server = startChild(
    join(bin, "postgres"),
    [
      ...["-D", data, "-p", String(port)],
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { ...who, env, cwd: data },
  );
  const stop = async () => {
    // SIGINT ends sessions instead of waiting for them, as SIGTERM would.
    server.child.kill("SIGINT");
    await server.stop();
    await remove();
  };
  const ready = () => server.output().includes("ready to accept connections");
  if (!(await waitUntil(server, ready, 30_000))) {
    const said = server.output().trim().split("\n").at(-1) ?? "nothing";
    await stop();
    return absent(`PostgreSQL did not come up; its last words: ${said}`);
  }
  return present({ url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop });
}
