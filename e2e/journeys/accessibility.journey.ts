import { gzipSync } from "node:zlib";
import { expect, type Page } from "@playwright/test";
import { brokenRules } from "./axe.ts";
import { leverOf } from "./pull.ts";
import { openIncident, signIn, test } from "./world.ts";

test.use({ scenario: "retoggle", place: "accessibility" });

const SCREENS = [
  "/",
  "/incidents",
  "/incidents/new",
  "/incidents/INC-1",
  "/services",
  "/services/checkout",
  "/recovery",
  "/recovery?view=table&drills=with",
  "/readiness",
  "/settings",
  "/nowhere",
];
const SIZES = [
  { width: 1_440, height: 900 },
  { width: 320, height: 700 },
];
const SCRIPT_LIMIT = 180 * 1_024;

/** Each rule that a page breaks, with where. */
async function violationsOf(page: Page): Promise<string[]> {
  return (await brokenRules(page)).flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary ?? ""}`),
  );
}

/** Waits until nothing is being read any more. */
async function settle(page: Page): Promise<void> {
  await page.getByRole("main").waitFor();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  if (page.url().includes("INC-")) await leverOf(page, "Retoggle").waitFor();
}

for (const theme of ["light", "dark"] as const) {
  for (const size of SIZES) {
    test(`every screen, ${theme}, ${size.width} px: no violation, no sideways scroll`, async ({
      browser,
      world,
    }) => {
      const context = await browser.newContext({ colorScheme: theme, viewport: size });
      const page = await context.newPage();
      await page.goto(`${world.url}/sign-in`);
      expect(await violationsOf(page)).toEqual([]);
      await signIn(page, world.url);
      await openIncident(page, /Checkout fails/);
      for (const screen of SCREENS) {
        await page.goto(`${world.url}${screen}`);
        await settle(page);
        expect.soft(await violationsOf(page), screen).toEqual([]);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect.soft(width, `${screen} scrolls sideways`).toBeLessThanOrEqual(size.width);
      }
      await context.close();
    });
  }
}

test("the incident page asks nobody else and has little script", async ({
  commander: page,
  world,
}) => {
  const foreign: string[] = [];
  const scripts = new Set<string>();
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isOwn = url.origin === world.url || url.protocol === "data:" || url.protocol === "blob:";
    if (!isOwn) foreign.push(request.url());
  });
  page.on("response", (response) => {
    if (response.request().resourceType() !== "script") return;
    scripts.add(response.url());
  });
  await page.goto(`${world.url}/incidents/INC-1`, { waitUntil: "load" });
  await settle(page);
  expect(foreign).toEqual([]);
  expect(scripts.size).toBeGreaterThan(0);
  // Asked for again: the browser doesn't keep what it has been sent for as long as it takes to look.
  const sizes = await Promise.all(
    [...scripts].map(async (url) => {
      const script = await page.request.get(url);
      expect(script.ok(), url).toBe(true);
      return gzipSync(await script.body()).byteLength;
    }),
  );
  const total = sizes.reduce((all, one) => all + one, 0);
  expect(total).toBeLessThan(SCRIPT_LIMIT);
});
