import { flushCompileCache } from "node:module";

/** What this process is to do, and where it is to die. */
export function readOrder<T>(): T {
  // Nobody who is killed leaves what was compiled for the next one, unless it is written in time.
  flushCompileCache();
  return JSON.parse(process.env.CRASH_ORDER ?? "");
}

/** As the kernel ends a process: nothing is flushed, no handler runs. Never returns. */
export async function die(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}
