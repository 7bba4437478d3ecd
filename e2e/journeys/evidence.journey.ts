import { readFile } from "node:fs/promises";
import { expect } from "@playwright/test";
import { expectRecommended, follow, leverOf, newestRestoration, pull } from "./pull.ts";
import { openIncident, test } from "./world.ts";

test.use({ scenario: "rollback", place: "evidence" });

test("what the bad Pods wrote is kept, and read as a file once they are gone", async ({
  commander: page,
}) => {
  await openIncident(page, /Card payments/);
  await expectRecommended(page, "Roll back");
  await pull(page, leverOf(page, "Roll back").getByRole("button"), /payments/);
  await follow(newestRestoration(page), ["Asked", "Accepted", "In effect"]);
  const kept = page.getByRole("region", { name: "What was kept" });
  await kept.getByText(/^R-1: \d+ things/).click();
  const things = kept.getByRole("list", { name: "Kept of R-1" });
  await expect(things.getByText("Template", { exact: true })).toBeVisible();
  const log = things.getByRole("listitem").filter({ hasText: /^Log/ }).getByRole("link").first();
  const [download] = await Promise.all([
    page.waitForEvent("download", { timeout: 60_000 }),
    log.click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^R-1-logs-payments-[\w-]+\.txt$/);
  const text = await readFile(await download.path(), "utf8");
  expect(text.split("\n").length).toBeGreaterThan(10);

  const address = new URL(`${await log.getAttribute("href")}`, page.url()).href;
  const answer = await page.request.get(address);
  expect(answer.headers()).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "content-disposition": expect.stringContaining("attachment"),
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
  });
});
