import { expect } from "@playwright/test";
import { leverOf } from "./pull.ts";
import { openIncident, type Product, test } from "./world.ts";

test.use({ scenario: "retoggle" });

const SOURCES: { product: Product; source: string }[] = [
  { product: "kubernetes", source: "cluster" },
  { product: "unleash", source: "unleash" },
  { product: "github", source: "github" },
  { product: "prometheus", source: "prometheus" },
];

test("products go away in turn: the page stands, says since when, and recovers", async ({
  commander: page,
  world,
}) => {
  const areAllLive = async () => {
    const sources = await world.ask<{ status: string }[]>("/api/sources");
    return sources.every(({ status }) => status === "live");
  };
  // What was read once can be shown when its source is away.
  await expect.poll(areAllLive, { timeout: 90_000 }).toBe(true);
  await openIncident(page, /Checkout fails/);
  const saidOf = (source: string) =>
    page
      .getByRole("main")
      .getByText(
        new RegExp(`${source} unreachable since \\d\\d:\\d\\d.*Showing \\d\\d:\\d\\d UTC`),
      );
  for (const { product, source } of SOURCES) {
    await world.fault(product, "refuse");
    await expect(saidOf(source)).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("heading", { level: 1, name: /Checkout fails/ })).toBeVisible();
  }
  // With everything away, what is known is still shown, also to somebody who comes now.
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: /Checkout fails/ })).toBeVisible();
  await expect(
    page.getByRole("region", { name: "Suspects" }).getByRole("link", { name: /discount-engine/ }),
  ).toBeVisible();
  await expect(leverOf(page, "Retoggle").getByText("Blocked")).toBeVisible();
  const health = await fetch(`${world.url}/api/health`);
  expect(health.status).toBe(200);

  for (const { product } of SOURCES) await world.fault(product, "none");
  for (const { source } of SOURCES) await expect(saidOf(source)).toBeHidden({ timeout: 60_000 });
  await expect(leverOf(page, "Retoggle").getByRole("button")).toBeVisible({ timeout: 60_000 });
});
