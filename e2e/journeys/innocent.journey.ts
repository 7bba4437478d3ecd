import { expect } from "@playwright/test";
import { expectRecommended, leverOf, restoreBy } from "./pull.ts";
import { openIncident, test } from "./world.ts";

test.use({ scenario: "innocent", place: "innocent" });

test("what was deployed last is innocent: the service below is named, and rolled back", async ({
  commander: page,
}) => {
  await openIncident(page, /amount_minor/);
  await expectRecommended(page, "Roll back");
  const suspects = page.getByRole("region", { name: "Suspects" });
  const first = suspects.getByRole("listitem").first();
  await expect(first).toContainText("payments");
  await expect(first).toContainText("%");
  await expect(suspects.getByText("No recent change")).toBeVisible();

  const lever = leverOf(page, "Roll back");
  await restoreBy(page, lever.getByRole("button"), /payments/);
});
