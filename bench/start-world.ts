import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { freePort } from "../e2e/real-parts/child-server.ts";
import { type RunningWorld, runWorld, type WorldOptions } from "../sandbox/run-world.ts";
import { TOKENS } from "../sandbox/shop/tokens.ts";
import { type HttpClient, httpClient } from "./http-client.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

export type BenchWorld = {
  world: RunningWorld;
  dir: string;
  /** A kubeconfig for kubectl, over HTTPS: it sends tokens over nothing else. */
  kubeconfig: string;
  /** The console over one kept-alive connection, as a script with the role responder. */
  console: HttpClient;
  /** Stops the console, lets `work` at its files, and starts it again. */
  whileStopped(work: (configFile: string) => Promise<void>): Promise<void>;
  /** Number of the incident in progress: "INC-1". */
  incidentId(): Promise<string>;
  stop(): Promise<void>;
};

const INCIDENT_WITHIN_MS = 60_000;
const running = new Set<BenchWorld>();

/** Stops every world that still runs: for when the bench itself is told to stop. */
export async function stopWorlds(): Promise<void> {
  await Promise.all([...running].map((bench) => bench.stop()));
}

/** The small world with a console built for production, everything in a folder that goes away. */
export async function startWorld(
  scenario: string,
  more: Pick<WorldOptions, "env" | "verifyFor" | "sandboxArgs"> = {},
): Promise<BenchWorld> {
  const dir = mkdtempSync(join(tmpdir(), "known-good-bench-"));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const world = await runWorld({
    root: ROOT,
    dir,
    scenario,
    port: await freePort(),
    ...more,
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const console = httpClient(world.url, { authorization: `Bearer ${world.token}` });
  const kubeconfig = join(dir, "kubeconfig.yaml");
  writeFileSync(kubeconfig, kubeconfigOf(world.addresses.kubernetes), { mode: 0o600 });
  const bench: BenchWorld = {
    world,
    dir,
    kubeconfig,
    console,
    async whileStopped(work) {
      const server = world.console();
      const gone = once(server, "exit");
      server.kill("SIGTERM");
      await gone;
      await work(join(dir, "known-good.yaml"));
      await world.restartConsole();
    },
    async incidentId() {
      const until = Date.now() + INCIDENT_WITHIN_MS;
      while (Date.now() < until) {
        const { value } = await console.json<{ items: { id: string }[] }>("GET", "/api/incidents");
        const newest = value.items[0];
        if (newest) return newest.id;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      throw new Error(`No incident was declared. The console's log: ${world.log}`);
    },
    async stop() {
      running.delete(bench);
      console.close();
      await world.stop();
      remove();
    },
  };
  running.add(bench);
  return bench;
}

type SourceSettings = Record<string, Record<string, unknown>>;

/** Changes settings of sources in a known-good.yaml. */
export function editSources(configFile: string, edit: (sources: SourceSettings) => void): void {
  const config = parse(readFileSync(configFile, "utf8")) as { sources: SourceSettings };
  edit(config.sources);
  writeFileSync(configFile, stringify(config));
}

function kubeconfigOf(address: string): string {
  const server = address.replace("http:", "https:");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "bench", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "bench", user: { token: TOKENS.clusterAdmin } }],
    contexts: [{ name: "bench", context: { cluster: "bench", user: "bench", namespace: "shop" } }],
    "current-context": "bench",
  });
}
