import { defineConfig } from "@playwright/test";

/** Journeys through the built console; each worker has a small world of its own. */
export default defineConfig({
  testDir: "./journeys",
  testMatch: "**/*.journey.ts",
  outputDir: "../test-results",
  workers: 2,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 25_000 },
  reporter: "list",
  use: {
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1_440, height: 900 },
    actionTimeout: 25_000,
    navigationTimeout: 40_000,
  },
});
