import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const resolve = {
  alias: [
    { find: /^@\//, replacement: at("./") },
    // Next replaces this package by nothing on the server; so do tests.
    { find: /^server-only$/, replacement: at("./lib/server/empty-module.ts") },
  ],
};

/** Once a run, the databases that files make copies of. */
const databases = [at("./lib/server/test-databases-setup.ts")];

/** How long `expect.poll` may wait: a second, unless told, is short where two workers share two cores. */
const expect = { poll: { timeout: 15_000 } };

const never = ["**/node_modules/**", "**/.next/**", "e2e/journeys/**"];

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve,
        test: {
          name: "unit",
          pool: "forks",
          // The files of a worker share its process: what the database client and the parsers cost to
          // load and to warm up is most of what a test costs otherwise.
          isolate: false,
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...never, "**/*.contract.test.ts"],
          globalSetup: databases,
          expect,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: "contract",
          pool: "forks",
          include: ["**/*.contract.test.ts"],
          exclude: never,
          globalSetup: databases,
          expect,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
