import "server-only";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

const HEARTBEAT_MS = 5_000;
const TAKEOVER_MS = 10_000;

type Holder = {
  instance: string;
  pid: number;
  host: string;
  /** Together they tell a process from a later one with the same number, where the system says. */
  boot: string | null;
  ticks: string | null;
  since: string;
  beatAt: string;
  /** A folder the holder made that nobody needs once it is gone. */
  scratch: string;
};

/** The folder can't be used; the message is for the person who starts the program. */
export class DataFolderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DataFolderError";
  }
}

export type DataLock = { release(): void };

const heldHere = new Set<string>();

/**
 * Makes this process the only one that opens the embedded database in `dataDir`. A holder that died
 * on this machine is succeeded; a living one, or one on another machine, is named and left alone.
 * `onLost` is called when somebody else's name is found in the lock.
 */
export function lockDataFolder(
  dataDir: string,
  instance: string,
  scratch: string,
  onLost: (sentence: string) => void,
): DataLock {
  const path = join(dataDir, "known-good.lock");
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(dataDir, error);
  }
  if (heldHere.has(path)) {
    throw new DataFolderError(`The database in ${dataDir} is already open in this process.`);
  }
  const mine: Holder = {
    instance,
    pid: process.pid,
    host: hostname(),
    boot: bootId(),
    ticks: startTicks(process.pid),
    since: new Date().toISOString(),
    beatAt: new Date().toISOString(),
    scratch,
  };
  claim(path, mine, dataDir);
  heldHere.add(path);
  const timer = setInterval(() => {
    const holder = readHolder(path);
    if (holder?.instance === instance) {
      mine.beatAt = new Date().toISOString();
      replace(path, mine);
      return;
    }
    clearInterval(timer);
    heldHere.delete(path);
    onLost(
      holder
        ? `The database in ${dataDir} was taken over by process ${holder.pid} on ${holder.host}.`
        : `The lock file ${path} is gone: somebody deleted it while the database was open.`,
    );
  }, HEARTBEAT_MS);
  timer.unref();
  const release = () => {
    clearInterval(timer);
    process.off("exit", release);
    heldHere.delete(path);
    if (readHolder(path)?.instance === instance) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return { release };
}

function claim(path: string, mine: Holder, dataDir: string): void {
  if (create(path, JSON.stringify(mine), dataDir)) return;
  // Whoever takes over holds a second file meanwhile, so that two can't succeed the same holder.
  const turn = `${path}.takeover`;
  if (!create(turn, mine.instance, dataDir)) {
    if (Date.now() - statSync(turn).mtimeMs < TAKEOVER_MS) {
      throw new DataFolderError(`Another process is just opening the database in ${dataDir}.`);
    }
    rmSync(turn, { force: true });
    if (!create(turn, mine.instance, dataDir)) {
      throw new DataFolderError(`Another process is just opening the database in ${dataDir}.`);
    }
  }
  try {
    const holder = readHolder(path);
    if (holder !== null) refuseIfAlive(holder, path, dataDir);
    if (holder?.scratch) rmSync(holder.scratch, { recursive: true, force: true });
    replace(path, mine);
  } finally {
    rmSync(turn, { force: true });
  }
}

function refuseIfAlive(holder: Holder, path: string, dataDir: string): void {
  const who = `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
  if (holder.host !== hostname()) {
    throw new DataFolderError(
      `The database in ${dataDir} is held by ${who} (last seen ${holder.beatAt}). ` +
        `If that machine is gone for good, delete ${path} and start again.`,
    );
  }
  if (holder.boot !== bootId()) return;
  if (holder.pid === process.pid || !isAlive(holder.pid)) return;
  const ticks = startTicks(holder.pid);
  if (ticks !== null && holder.ticks !== null && ticks !== holder.ticks) return;
  throw new DataFolderError(
    `The database in ${dataDir} is already open: ${who}. ` +
      "Stop that process, or give this one another folder with KNOWN_GOOD_DATA.",
  );
}

/** False when the file is already there. */
function create(path: string, text: string, dataDir: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw unwritable(dataDir, error);
  }
}

/** In one step, so that nobody reads half a file. */
function replace(path: string, holder: Holder): void {
  const next = `${path}.${holder.instance}`;
  writeFileSync(next, JSON.stringify(holder), { mode: 0o600 });
  renameSync(next, path);
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function unwritable(dataDir: string, cause: unknown): DataFolderError {
  const why = cause instanceof Error && "code" in cause ? ` (${cause.code})` : "";
  return new DataFolderError(
    `The folder ${dataDir} can't be written${why}. ` +
      "Make it writable for this user, or name another one with KNOWN_GOOD_DATA.",
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return null;
  }
}

/** When the process began, in the kernel's ticks; null where there is no /proc. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces; the field wanted is the 20th after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
