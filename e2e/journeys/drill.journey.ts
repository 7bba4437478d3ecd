import { expect } from "@playwright/test";
import {
  expectRecommended,
  expectStatus,
  follow,
  leverOf,
  newestRestoration,
  pull,
} from "./pull.ts";
import { test } from "./world.ts";

test.use({ scenario: "retoggle", place: "drill" });

test("drill: held on a service that agreed, beside a real incident, and put back", async ({
  commander: page,
  world,
}) => {
  await page.goto(`${world.url}/incidents/new?drill=on`);
  await expect(page.getByRole("checkbox", { name: /^This is a drill/ })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: /^Checkout/ })).toBeDisabled();
  await page.getByLabel("What is wrong").fill("Practise setting the menu back");
  await page.getByRole("checkbox", { name: /^Storefront/ }).check();
  const declare = page.getByRole("button", { name: "Declare incident" });
  await expect(declare).toBeEnabled();
  await declare.click();
  await page.getByRole("heading", { level: 1, name: "Practise setting the menu back" }).waitFor();
  await expect(page.getByRole("main").getByText("Drill", { exact: true })).toBeVisible();

  await test.step("nobody is hurt, and the lever is recommended and pulled all the same", async () => {
    await expectRecommended(page, "Retoggle");
    await expect(page.getByText(/on checkout, which/)).toBeHidden();
    await pull(page, leverOf(page, "Retoggle").getByRole("button"), /^Set new-navigation/);
    await follow(newestRestoration(page), ["Asked", "Accepted", "In effect", "Verified"]);
    await expectStatus(page, "Restored");
  });

  await test.step("put back, it is where it was", async () => {
    await pull(page, newestRestoration(page).getByRole("button"), /put back/i);
    await expect(newestRestoration(page).getByText("Puts back R-1")).toBeVisible();
    await follow(newestRestoration(page), ["Asked", "Accepted", "In effect", "Verified"]);
  });

  await test.step("the Now page tells it apart from what hurts", async () => {
    await page.goto(world.url);
    const open = page.getByRole("region", { name: "Incidents in progress" });
    await expect(open.getByRole("heading", { name: "A drill is held" })).toBeVisible();
    await expect(open.getByRole("link", { name: /^Practise setting the menu back/ })).toBeVisible();
    await expect(page.getByRole("link", { name: /^Now/ })).toHaveText(/^Now1 open$/);
  });
});
