import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";

export type Ended = { code: number; output: string; hasLeftovers: boolean };

const running = new Set<ChildProcess>();
const hasGroups = process.platform !== "win32";
/** What is kept to be shown later is shown to the same eyes. */
const colours = { FORCE_COLOR: process.stdout.isTTY ? "1" : "0" };

function signal(child: ChildProcess, name: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(hasGroups ? -child.pid : child.pid, name);
  } catch {
    return false;
  }
}

/** Ends whatever is still running, with its children; for the way out. */
export function endPrograms(): void {
  for (const child of running) signal(child, "SIGKILL");
}

/** Whether children outlived the program; they get two seconds, then they are ended. */
async function endLeftovers(child: ChildProcess): Promise<boolean> {
  if (!hasGroups) return false;
  for (let tries = 0; tries < 20; tries += 1) {
    if (!signal(child, 0)) return false;
    await wait(100);
  }
  return signal(child, "SIGKILL");
}

/**
 * Runs a script with this Node, in a process group of its own so that nothing it starts outlives
 * it. Never rejects; the output is what it wrote to both streams. After `limitMs` it is ended.
 */
export async function runProgram(
  root: string,
  args: string[],
  env: Record<string, string>,
  limitMs: number,
): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...colours, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: hasGroups,
  });
  running.add(child);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const said = () => Buffer.concat(chunks).toString("utf8");
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    signal(child, "SIGKILL");
  }, limitMs);
  const code = await new Promise<number>((resolve) => {
    child.once("error", (error) => {
      chunks.push(Buffer.from(String(error)));
      resolve(1);
    });
    child.once("exit", (status) => resolve(status ?? 1));
  });
  clearTimeout(limit);
  const hasLeftovers = await endLeftovers(child);
  running.delete(child);
  const late = isLate ? `\nEnded after ${Math.round(limitMs / 1_000)} s, which is too long.` : "";
  return { code: isLate ? 1 : code, output: said() + late, hasLeftovers };
}
