/** `npm run demo`: builds what is needed, starts the small world with an incident in progress. */
import { accessSync, constants, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildConsole } from "./build-console.ts";
import { type RunningWorld, runWorld } from "./run-world.ts";
import { SCENARIOS } from "./shop/start-shop.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    scenario: { type: "string", default: "retoggle" },
    port: { type: "string", default: process.env.PORT ?? "3000" },
    help: { type: "boolean", default: false },
  },
});

function leave(sentence: string, code = 1): never {
  console.error(sentence);
  process.exit(code);
}

if (values.help) {
  leave(`npm run demo -- --scenario=${Object.keys(SCENARIOS).join("|")} --port=3000`, 0);
}
if (!(values.scenario in SCENARIOS)) {
  leave(
    `There is no scenario "${values.scenario}". There are: ${Object.keys(SCENARIOS).join(", ")}.`,
  );
}
const port = Number(values.port);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  leave(`"${values.port}" is no port. Give a number from 1 to 65535: npm run demo -- --port=3100`);
}
if (Number(process.versions.node.split(".")[0]) < 22) {
  leave(
    `Node ${process.versions.node} is too old for the demo. Run it as "npm run demo" after "npm ci", which brings its own Node; on macOS install Node 24 first.`,
  );
}
if (await isBarred(port)) {
  leave(
    `Browsers open nothing on port ${port}: it belongs to another protocol. Choose another: npm run demo -- --port=3100`,
  );
}
if (!(await isFree(port))) {
  leave(
    `Port ${port} is taken. Stop what uses it or choose another: npm run demo -- --port=${port + 100}`,
  );
}
// One for each port: two worlds beside each other share nothing.
const dir = join(root, ".data", `demo-${port}`);
try {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  accessSync(dir, constants.W_OK);
} catch (error) {
  leave(`The folder ${dir} can't be written (${String(error)}). Make it writable and start again.`);
}

const startedAt = Date.now();
try {
  await buildConsole(root, console.log);
} catch (error) {
  leave(
    `The console couldn't be built.\n${error instanceof Error ? error.message : String(error)}`,
  );
}
// Who ends it while it starts ends what it started, too.
const leaveEarly = () => process.exit(1);
process.once("SIGINT", leaveEarly);
process.once("SIGTERM", leaveEarly);
console.log("Starting a shop with a cluster, a repository, flags and metrics …");
let world: RunningWorld;
try {
  world = await runWorld({
    root,
    dir,
    scenario: values.scenario,
    port,
    hasHistory: true,
    report: (line) => console.log(`  ${new Date().toISOString().slice(11, 19)}  ${line}`),
  });
} catch (error) {
  leave(error instanceof Error ? error.message : String(error));
}
console.log(`
Known Good is up after ${Math.round((Date.now() - startedAt) / 1000)} s, with an incident in progress.

  Console   ${world.url}/sign-in      sign in with one click as the demo identity
  Sandbox   ${world.addresses.control}      break the shop again, or take a product away
  Log       ${world.log}

Ctrl-C stops everything.
`);

let isStopping = false;
/** Starts the console again when it is killed, as whoever runs it for real would have it. */
function keepRunning(running: RunningWorld): void {
  running.console().once("exit", async (code, signal) => {
    if (isStopping) return;
    console.log(
      `  The console ended (${signal ?? `code ${code}`}); it starts again on the same data.`,
    );
    try {
      await running.restartConsole();
      keepRunning(running);
    } catch (error) {
      leave(error instanceof Error ? error.message : String(error));
    }
  });
}
keepRunning(world);

const stop = async () => {
  isStopping = true;
  await world.stop();
  process.exit(0);
};
process.removeListener("SIGINT", leaveEarly);
process.removeListener("SIGTERM", leaveEarly);
process.on("SIGINT", stop);
process.on("SIGTERM", stop);

/** Whether browsers, and Node's fetch with them, refuse a port whatever listens there (4190, 6000). */
async function isBarred(wanted: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${wanted}`, {
      method: "HEAD",
      signal: AbortSignal.timeout(1_000),
    });
    return false;
  } catch (error) {
    return error instanceof Error && error.cause instanceof Error
      ? error.cause.message === "bad port"
      : false;
  }
}

/** Whether a port on loopback can be listened on. */
function isFree(wanted: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
