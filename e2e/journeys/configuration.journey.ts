import { expect } from "@playwright/test";
import { expectRecommended, leverOf, restoreBy } from "./pull.ts";
import { openIncident, test } from "./world.ts";

test.use({ scenario: "configuration", place: "configuration" });

test("a rollout without new code: rolling back restores the setting, there is nothing to revert", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /time out/);
  await expectRecommended(page, "Roll back");
  await expect(page.getByText(/CACHE_SECONDS 30 → 0/).first()).toBeVisible();
  await expect(leverOf(page, "Revert").getByText(/no merge to revert/)).toBeVisible();

  await page.goto(`${world.url}/services/storefront`);
  const knownGood = page.getByRole("region", { name: "Known good" });
  await expect(knownGood.getByText("Not live")).toBeVisible();
  await expect(knownGood.getByText(/CACHE_SECONDS/).first()).toBeVisible();
  await page.goBack();

  await restoreBy(page, leverOf(page, "Roll back").getByRole("button"), /storefront/);
});
