import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export type ChildServer = {
  /** The last part of what it wrote, for reasons and debugging. */
  output: () => string;
  exited: () => boolean;
  /** Resolves when the process is gone: asked nicely, then killed after five seconds. */
  stop: () => Promise<void>;
  child: ChildProcess;
};

/** A loopback port that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

/** Starts a program that is to end with this process at the latest. */
export function startChild(
  program: string,
  args: string[],
  options: SpawnOptions = {},
): ChildServer {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], ...options });
  let text = "";
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString("utf8")).slice(-8_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  let gone = false;
  const ended = new Promise<void>((resolve) => {
    const leave = () => {
      gone = true;
      process.removeListener("exit", kill);
      resolve();
    };
    child.once("exit", leave);
    child.once("error", (error) => {
      text += String(error);
      leave();
    });
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    child,
    output: () => text,
    exited: () => gone,
    stop: async () => {
      if (!gone) child.kill("SIGTERM");
      await Promise.race([ended, wait(5_000, undefined, { ref: false })]);
      if (!gone) kill();
      await ended;
    },
  };
}

/** Waits until `check` holds. False when the process ends or `timeoutMs` passes first. */
export async function waitUntil(
  server: ChildServer,
  check: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && !server.exited()) {
    if (await check()) return true;
    await wait(50);
  }
  return false;
}

/** True when a GET of the address answers 2xx. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
