import "server-only";
import { getApp } from "./app-state";
import { addPagePolicy } from "./security-headers";

const isDev = process.env.NODE_ENV !== "production";

/**
 * Starts the program with the server, not with its first request. What is wrong in the environment,
 * the configuration or the data folder ends it, in words.
 */
export async function startServer(): Promise<void> {
  addPagePolicy(isDev);
  try {
    const app = await getApp();
    if (!isDev) stopOnSignal(app.stop, (error) => app.log.error({ error }, "stopping failed"));
  } catch (error) {
    process.stderr.write(`\n${wordsOf(error)}\n\n`);
    process.exit(1);
  }
}

const EXPECTED = new Set([
  "EnvError",
  "ConfigError",
  "DataFolderError",
  "MigrationError",
  "SealError",
]);

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return EXPECTED.has(error.name) ? error.message : (error.stack ?? error.message);
}

/** Next would end the process before the database is closed, so its own listeners go. */
function stopOnSignal(stop: () => Promise<void>, onError: (error: unknown) => void): void {
  let isStopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      stop()
        .catch(onError)
        .finally(() => process.exit(0));
    });
  }
}
