import { expect } from "@playwright/test";
import { openIncident, test } from "./world.ts";

test.use({ scenario: "retoggle" });

test("a page whose session ended says so, asks for nothing more, and leads back after signing in", async ({
  commander: page,
}) => {
  await openIncident(page, /Checkout fails/);
  const here = new URL(page.url());
  const status = page.getByRole("status").filter({ hasText: "You are signed out." });
  const act = page.getByRole("button", { name: "Mark restored" });
  await expect(act).toBeVisible();
  await expect(status).toBeHidden();

  await page.context().clearCookies();
  await expect(status).toBeVisible();
  await expect(act).toBeHidden();
  await expect(page.getByRole("heading", { level: 1, name: /Checkout fails/ })).toBeVisible();
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    // What links lead to is fetched ahead by the framework, once.
    if (pathname.startsWith("/api/")) asked.push(pathname);
  });
  // Longer than anything on the page waits between two reads that it makes by the clock.
  await page.waitForTimeout(31_000);
  expect(asked).toEqual([]);

  await status.getByRole("link", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Enter the demo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Checkout fails/ })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(here.pathname);
  await expect(act).toBeVisible();
});
