import { defineConfig } from "@playwright/test";

const journeys = (...names: string[]) => names.map((name) => `**/${name}.journey.ts`);

/** They do little to their world and share one, each beginning where the others left it. */
const SHARED = journeys("declare", "outage", "signed-out", "slow-script");
const LONG = journeys("accessibility", "freeze", "gitops", "retro", "revert", "undone");
const MIDDLE = journeys("outside", "recovery", "restart", "retoggle", "rollback");

/** Journeys through the built console; each worker has a small world of its own. */
export default defineConfig({
  testDir: "./journeys",
  // Those that go on longest begin first, so that no worker is left with one at the end.
  projects: [
    { name: "shared", testMatch: SHARED, workers: 1 },
    { name: "long", testMatch: LONG },
    { name: "middle", testMatch: MIDDLE },
    {
      name: "short",
      testMatch: "**/*.journey.ts",
      testIgnore: [...SHARED, ...LONG, ...MIDDLE],
    },
  ],
  outputDir: "../test-results",
  globalSetup: "./journeys/databases.ts",
  // A quarter of the time they wait for pods, checks and calm.
  workers: 3,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // None of them is about how long something takes: they give up late, and pass as soon as they can.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  reporter: "list",
  use: {
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1_440, height: 900 },
    actionTimeout: 40_000,
    navigationTimeout: 60_000,
  },
});
