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
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...never, "**/*.contract.test.ts"],
          globalSetup: [at("./lib/server/test-databases-setup.ts")],
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
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
