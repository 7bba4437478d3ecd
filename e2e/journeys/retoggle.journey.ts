import { expect } from "@playwright/test";
import { TOKENS } from "../../sandbox/shop/tokens.ts";
import {
  expectRecommended,
  expectStatus,
  follow,
  leverOf,
  newestRestoration,
  pull,
  putBackFirst,
} from "./pull.ts";
import { openIncident, test, type World } from "./world.ts";

test.use({ scenario: "retoggle", place: "retoggle", database: "embedded" });

/** What Unleash itself says of the flag's rollout in production, in percent. */
async function rolloutOf(world: World): Promise<string> {
  const address = `${world.addresses.unleash}/api/admin/projects/default/features/discount-engine`;
  const answer = await fetch(address, { headers: { authorization: TOKENS.flags } });
  const feature: {
    environments: { name: string; strategies: { parameters: Record<string, string> }[] }[];
  } = await answer.json();
  const production = feature.environments.find(({ name }) => name === "production");
  return production?.strategies[0]?.parameters.rollout ?? "";
}

test("retoggle: from the open incident to verified, and put back", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /Checkout fails/);
  const lever = leverOf(page, "Retoggle");
  await expectRecommended(page, "Retoggle");
  expect(await rolloutOf(world)).toBe("100");

  // A double click arms and no more, and what is armed stays under the pointer.
  await lever.getByRole("button").dblclick();
  await expect(lever.getByRole("button")).toHaveText(/^Confirm/);
  await expect(lever.getByRole("button")).toBeFocused();
  await page.keyboard.press("Escape");

  await pull(page, lever.getByRole("button"), /discount-engine/);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted", "In effect"]);
  expect(await rolloutOf(world)).toBe("25");
  await follow(restoration, ["Signal good", "Verified"]);
  await expectStatus(page, "Restored");

  const back = await putBackFirst(page, "Checkout");
  expect(await rolloutOf(world)).toBe("100");
  await expect(back.getByText("Failed", { exact: true })).toBeVisible({ timeout: 90_000 });
  await expectStatus(page, "Declared");
});
