import { expect } from "@playwright/test";
import { leverOf, restoreBy } from "./pull.ts";
import { openIncident, test } from "./world.ts";

test.use({ scenario: "schema-trap", place: "schema-trap" });

test("the version before can't run on today's schema: migrated down by hand, then rolled back", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /currency/);
  const lever = leverOf(page, "Roll back");
  await expect(lever.getByText("Can’t run on today’s schema")).toBeVisible({ timeout: 90_000 });
  await expect(lever.locator("pre").first()).toContainText("add column currency");
  await expect(page.getByText("No lever is recommended.")).toBeVisible();

  // Nothing presses past it without a reason.
  await lever.getByText("Pull it all the same").click();
  const held = lever.getByRole("button", { name: /Roll back checkout/ });
  await expect(held).toHaveAttribute("aria-disabled", "true");

  await lever.getByText(/What migrating down takes/).click();
  await expect(lever.getByText("0012_order_currency.down.sql").first()).toBeVisible();
  await expect(lever.getByText(/dropping `?currency`?/i).first()).toBeVisible();

  // Somebody runs the down file, and says so.
  const answer = await fetch(`${world.addresses.control}/migrate-down`, { method: "POST" });
  expect(answer.ok).toBe(true);
  await lever.getByRole("button", { name: "I migrated down…" }).click();
  await lever.getByLabel("How it was done").fill("Ran the down file; the column is gone.");
  await lever.getByRole("button", { name: "It is done" }).click();

  await expect(lever.getByText("Recommended")).toBeVisible({ timeout: 60_000 });
  const button = lever.getByRole("button", { name: /^(Roll back checkout|Confirm)/ });
  await restoreBy(page, button, /checkout/);
  const log = page.getByRole("region", { name: "Log" });
  await expect(log.getByText(/Ran the down file/).first()).toBeVisible();
});
