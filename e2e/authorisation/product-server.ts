import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startChild, waitUntil } from "../real-parts/child-server.ts";

export type ProductServer = {
  url: string;
  output: () => string;
  stop: () => Promise<void>;
  /** Ends it without a chance to tidy up. */
  kill: () => Promise<void>;
};

/** A word that only somebody with a session may read. */
export const CANARY = "canary-8f3b1c";

const CONFIG = `services:
  checkout:
    title: Checkout ${CANARY}
    team: Payments ${CANARY}
`;

/** A folder with a configuration and room for a database. */
export async function makeWorld(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "known-good-authorisation-"));
  await writeFile(join(folder, "known-good.yaml"), CONFIG);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The built product, started as anybody would start it; ready when it answers at all. */
export async function startProduct(
  root: string,
  folder: string,
  settings: Record<string, string>,
): Promise<ProductServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = startChild(
    process.execPath,
    ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "-p", String(port)],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: tmpdir(),
        NODE_ENV: "production",
        PORT: String(port),
        KNOWN_GOOD_CONFIG: join(folder, "known-good.yaml"),
        KNOWN_GOOD_DATA: join(folder, "data"),
        ...settings,
      },
    },
  );
  const answers = () =>
    fetch(`${url}/api/health`).then(
      () => true,
      () => false,
    );
  if (!(await waitUntil(child, answers, 90_000))) {
    const said = child.output();
    await child.stop();
    throw new Error(`The product did not start:\n${said}`);
  }
  const kill = async () => {
    const gone = new Promise((resolve) => child.child.once("exit", resolve));
    child.child.kill("SIGKILL");
    await gone;
  };
  return { url, output: child.output, stop: child.stop, kill };
}
