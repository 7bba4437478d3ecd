import { fileURLToPath } from "node:url";
import { answers, startChild, waitUntil } from "./child-server.ts";
import { installUnleash } from "./install-unleash.ts";
import { absent, present, type RealPart } from "./real-part.ts";

export type RealUnleashOptions = {
  /** People to create, each with a personal access token. */
  people?: { username: string; role: "ADMIN" | "EDITOR" | "VIEWER" }[];
  /** Environments of the project `default` in which changes need a change request. */
  changeRequests?: { project: string; environment: string }[];
  /** Lets environments have variants of their own. */
  legacyVariants?: boolean;
};

export type RealUnleash = {
  url: string;
  /** An admin API token; its changes are made by `adminName`. */
  adminToken: string;
  adminName: string;
  /** Personal access tokens by username. */
  tokens: Record<string, string>;
  /** The last part of what it wrote, for when a test wonders. */
  output: () => string;
  stop: () => Promise<void>;
};

const FOLDER = fileURLToPath(new URL("./unleash/", import.meta.url));
const ADMIN_NAME = "known-good";
const ADMIN_TOKEN = `*:*.${"0".repeat(54)}ab`;

function firstLine(text: string): { url: string; tokens: Record<string, string> } | null {
  const line = text.split("\n").find((candidate) => candidate.startsWith('{"url"'));
  return line ? JSON.parse(line) : null;
}

/**
 * A real Unleash 8.2 with an empty project `default` (environments `development`, `production`), on
 * an embedded database that is gone when it stops. Installs itself on first use.
 */
export async function startRealUnleash(
  options: RealUnleashOptions = {},
): Promise<RealPart<RealUnleash>> {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 22) return absent(`Unleash 8 needs Node 22 or newer; this is ${process.version}.`);
  const reason = await installUnleash(FOLDER);
  if (reason) return absent(reason);

  const server = startChild(process.execPath, ["serve.mjs"], {
    cwd: FOLDER,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: "production",
      KNOWN_GOOD_UNLEASH: JSON.stringify({
        adminToken: ADMIN_TOKEN,
        adminName: ADMIN_NAME,
        ...options,
      }),
    },
  });
  let started = firstLine(server.output());
  const up = await waitUntil(
    server,
    async () => {
      started ??= firstLine(server.output());
      return started !== null && (await answers(`${started.url}/health`));
    },
    90_000,
  );
  if (!up || !started) {
    const said = server.output().trim().split("\n").at(-1) ?? "nothing";
    await server.stop();
    return absent(`Unleash did not come up; its last words: ${said}`);
  }
  return present({
    url: started.url,
    tokens: started.tokens,
    adminToken: ADMIN_TOKEN,
    adminName: ADMIN_NAME,
    output: server.output,
    stop: server.stop,
  });
}
