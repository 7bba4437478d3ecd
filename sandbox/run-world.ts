import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { issuesAt } from "./history/link-issues.ts";
import { seedHistory } from "./history/seed-history.ts";
import { PEOPLE } from "./shop/catalogue.ts";
import { type Addresses, configYaml } from "./shop/config-yaml.ts";
import { TOKENS } from "./shop/tokens.ts";

export type WorldOptions = {
  /** The product's folder. */
  root: string;
  /** Where the database, the configuration and the console's log go. */
  dir: string;
  scenario: string;
  /** Port of the console. */
  port: number;
  controlPort?: number;
  verifyFor?: string;
  /** The shop's engineers may sign in with its GitHub, beside the demo identity. */
  hasPeople?: boolean;
  /** The ledger begins with two years of incidents, retros and deliveries: some seconds more. */
  hasHistory?: boolean;
  /** Further arguments of the sandbox: `--build-ms=500` and the like. */
  sandboxArgs?: string[];
  /** Further environment of the console. */
  env?: Record<string, string>;
  report?: (line: string) => void;
};

export type RunningWorld = {
  url: string;
  addresses: Addresses & { control: string };
  /** A token for scripts with the role responder. */
  token: string;
  log: string;
  console(): ChildProcess;
  /** Starts the console again after it was stopped or killed, on the same data. */
  restartConsole(): Promise<void>;
  stop(): Promise<void>;
};

const HEALTHY_WITHIN_MS = 60_000;

/** Starts the sandbox and, connected to it, the console as it is run anywhere; both as processes. */
export async function runWorld(options: WorldOptions): Promise<RunningWorld> {
  const { root, dir, port } = options;
  const report = options.report ?? (() => undefined);
  const url = `http://127.0.0.1:${port}`;
  const token = `kg_${randomBytes(24).toString("base64url")}`;
  mkdirSync(dir, { recursive: true });
  const sandbox = spawn(
    process.execPath,
    [
      join(root, "sandbox/start.ts"),
      `--scenario=${options.scenario}`,
      `--console=${url}`,
      `--alert-token=${token}`,
      `--control-port=${options.controlPort ?? 0}`,
      // Where deliveries compete with a restoration, the pipeline asks before each of them.
      ...(options.scenario === "gitops" ? [`--gate-url=${url}/api/gate`, "--ready-to-freeze"] : []),
      ...(options.sandboxArgs ?? []),
    ],
    { cwd: root, stdio: ["pipe", "pipe", "inherit"] },
  );
  let server: ChildProcess | undefined;
  // Whatever ends this process, nothing that it started goes on.
  const endAll = () => {
    server?.kill("SIGKILL");
    sandbox.kill("SIGKILL");
  };
  process.once("exit", endAll);
  const data = join(dir, "data");
  // Both have enough to do: the one with products, the other with the past.
  const located = addressesOf(sandbox, report);
  const [addresses] = await Promise.all([
    located,
    options.hasHistory
      ? seedHistory({
          ...{ dataDir: data, migrations: join(root, "prisma/migrations"), now: Date.now() },
          openIssue: issuesAt(located, TOKENS.code),
        })
      : null,
  ]);
  const config = join(dir, "known-good.yaml");
  writeFileSync(config, configYaml(addresses, options.verifyFor ?? "30s"));
  const log = join(dir, "console.log");
  const env = {
    ...process.env,
    NODE_ENV: "production" as const,
    // As in deploy/Dockerfile: glibc otherwise keeps a pool of memory for each of a dozen threads and
    // gives nothing back, and Node lets its nursery grow; together a quarter of the whole.
    MALLOC_ARENA_MAX: "1",
    MALLOC_TRIM_THRESHOLD_: "131072",
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --max-semi-space-size=4`.trim(),
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    KNOWN_GOOD_URL: url,
    KNOWN_GOOD_CONFIG: config,
    KNOWN_GOOD_DATA: data,
    KNOWN_GOOD_SECRET: randomBytes(32).toString("base64url"),
    KNOWN_GOOD_TOKEN: token,
    KNOWN_GOOD_DEMO: "1",
    CLUSTER_TOKEN: TOKENS.cluster,
    UNLEASH_TOKEN: TOKENS.flags,
    GITHUB_TOKEN: TOKENS.code,
    GITHUB_WEBHOOK_SECRET: TOKENS.webhook,
    ...(options.hasPeople
      ? {
          KNOWN_GOOD_GITHUB_OAUTH_ID: TOKENS.signInId,
          KNOWN_GOOD_GITHUB_OAUTH_SECRET: TOKENS.signInSecret,
          KNOWN_GOOD_GITHUB_OAUTH_URL: addresses.github,
          KNOWN_GOOD_RESPONDERS: PEOPLE.map(({ login }) => login).join(","),
        }
      : {}),
    ...options.env,
  };
  const startConsole = async () => {
    const out = openSync(log, "a");
    const started = spawn(
      process.execPath,
      [
        join(root, "node_modules/next/dist/bin/next"),
        "start",
        "-H",
        "127.0.0.1",
        "-p",
        String(port),
      ],
      { cwd: root, env, stdio: ["ignore", out, out] },
    );
    server = started;
    await untilHealthy(url, started, log);
    return started;
  };
  let current: ChildProcess;
  try {
    current = await startConsole();
  } catch (error) {
    await end(sandbox);
    process.removeListener("exit", endAll);
    throw error;
  }
  return {
    url,
    addresses,
    token,
    log,
    console: () => current,
    async restartConsole() {
      await end(current);
      current = await startConsole();
    },
    async stop() {
      await end(current);
      await end(sandbox);
      process.removeListener("exit", endAll);
    },
  };
}

async function addressesOf(
  sandbox: ChildProcess,
  report: (line: string) => void,
): Promise<Addresses & { control: string }> {
  const { stdout } = sandbox;
  if (!stdout) throw new Error("The sandbox has no output to read.");
  return new Promise((resolve, reject) => {
    sandbox.once("exit", (code) => reject(new Error(`The sandbox ended with code ${code}.`)));
    createInterface({ input: stdout }).on("line", (line) => {
      if (line.startsWith("{")) resolve(JSON.parse(line));
      else report(line);
    });
  });
}

async function untilHealthy(url: string, server: ChildProcess, log: string): Promise<void> {
  const until = Date.now() + HEALTHY_WITHIN_MS;
  while (Date.now() < until) {
    if (server.exitCode !== null) {
      throw new Error(`The console ended with code ${server.exitCode}. Its log: ${log}`);
    }
    const isUp = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  server.kill("SIGKILL");
  throw new Error(`The console didn't become healthy within a minute. Its log: ${log}`);
}

/** Asks a process to stop, and makes it after five seconds. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(timer);
}
