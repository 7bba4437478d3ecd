import { expect } from "@playwright/test";
import { expectStatus } from "./pull.ts";
import { test } from "./world.ts";

test.use({ scenario: "retoggle" });

test("declared by hand, noted, corrected, resolved", async ({ commander: page }) => {
  await page.getByRole("link", { name: "Declare incident" }).click();
  await page.getByLabel("What is wrong").fill("Search finds nothing");
  const hurt = page.getByRole("checkbox", { name: /Checkout/ });
  await expect(hurt).toBeChecked();
  await hurt.uncheck();
  await page.getByRole("radio", { name: /SEV3/ }).check();
  await page.getByRole("checkbox", { name: /Catalog/ }).check();
  await page.getByRole("button", { name: "Declare incident" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Search finds nothing" })).toBeVisible();
  await expectStatus(page, "Declared");

  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByLabel("Note", { exact: true }).fill("Support has three calls");
  // A double click is one note.
  await page.getByRole("button", { name: "Keep note" }).dblclick();
  const log = page.getByRole("region", { name: "Log", exact: true }).getByRole("table");
  await expect(log.getByText("Support has three calls")).toBeVisible();
  await log.getByRole("button", { name: /^Edit note/ }).click();
  const field = log.getByRole("textbox", { name: "Note" });
  await expect(field).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(field).toBeHidden();
  const edit = log.getByRole("button", { name: /^Edit note/ });
  await expect(edit).toBeFocused();
  await page.keyboard.press("Enter");
  await field.fill("Support has thirty calls");
  await page.keyboard.press("Control+Enter");
  await expect(log.getByText("Support has thirty calls")).toBeVisible();
  await log.getByText("edited", { exact: true }).click();
  await expect(log.getByText("first written: “Support has three calls”")).toBeVisible();

  await page.getByRole("button", { name: "Correct", exact: true }).click();
  const form = page.getByRole("dialog", { name: /^Correct INC-/ });
  const began = form.getByLabel("Harm began (UTC)");
  const earlier = new Date(Date.now() - 20 * 60_000).toISOString().slice(0, 19);
  await began.fill(earlier);
  await form.getByRole("button", { name: "Correct", exact: true }).click();
  await expect(form).toBeHidden();
  await expect(page.getByText(/said by a person/)).toBeVisible();
  await expect(page.getByRole("main").getByText(earlier.slice(11)).first()).toBeVisible();

  await page.getByRole("button", { name: "Mark restored" }).click();
  await expectStatus(page, "Restored");
  await page.getByRole("button", { name: "Resolve" }).click();
  await expectStatus(page, "Resolved");
  await page.goto(new URL("/incidents", page.url()).href);
  await expect(page.getByRole("link", { name: /Search finds nothing/ })).toBeVisible();
});
