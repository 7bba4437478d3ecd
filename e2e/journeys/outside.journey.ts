import { expect } from "@playwright/test";
import { openIncident, test } from "./world.ts";

test.use({ scenario: "outside", place: "outside" });

test("nobody changed anything: no lever is recommended, and the page says why", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /answers 503/);
  const suspects = page.getByRole("region", { name: "Suspects" });
  const first = suspects.getByRole("listitem").first();
  await expect(first).toContainText("No recent change", { timeout: 90_000 });
  await expect(page.getByText("No lever is recommended.")).toBeVisible();
  await expect(page.getByText("Recommended", { exact: true })).toHaveCount(0);

  await fetch(`${world.addresses.control}/end-outage`, { method: "POST" });
  await expect(page.getByText(/nothing to restore now/).first()).toBeVisible({ timeout: 60_000 });
});
