import { expect, type Locator, type Page } from "@playwright/test";
import { follow, leverOf, newestRestoration } from "./pull.ts";
import { openIncident, test } from "./world.ts";

test.use({ scenario: "retoggle", place: "keyboard" });

/** Whether the focused element is marked as such for the eye. */
function hasVisibleFocus(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const isMarked =
      (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
    return isMarked ? null : element.outerHTML.slice(0, 200);
  });
}

/** Presses Tab until the target has focus; what was passed on the way must have shown its focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    expect(await hasVisibleFocus(page)).toBeNull();
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error("It can't be reached with Tab.");
}

test("without a mouse: palette, help, and the recommended lever", async ({ commander: page }) => {
  await openIncident(page, /Checkout fails/);
  const button = leverOf(page, "Retoggle").getByRole("button");
  await expect(button).toBeVisible();

  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search or act" });
  await expect(palette).toBeVisible();
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("payments");
  const found = palette.getByRole("option", { name: "Payments", exact: true });
  await expect(found).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Payments" })).toBeVisible();
  await page.goBack();
  await expect(button).toBeVisible();

  const suspect = page.getByRole("region", { name: "Suspects" }).getByRole("link").first();
  await tabTo(page, suspect);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys on this page" });
  await expect(help.getByRole("row", { name: /Search or act/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await expect(suspect).toBeFocused();

  // J and K move in the list, T arms the lever from there, Escape leaves it.
  await page.keyboard.press("j");
  await expect(suspect).not.toBeFocused();
  await page.keyboard.press("k");
  await expect(suspect).toBeFocused();
  await page.keyboard.press("t");
  await expect(button).toBeFocused();
  await expect(page.getByText("Press again to do it.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Press again to do it.")).toBeHidden();

  await page.reload();
  await expect(button).toBeVisible();
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Press again to do it.")).toBeVisible();
  await page.keyboard.press("Enter");
  await follow(newestRestoration(page), ["Asked", "Accepted", "In effect"]);
  // The card is folded away: what was started has the focus.
  await expect(newestRestoration(page)).toBeFocused();

  // A button that goes with its press leaves the focus on the page, not nowhere.
  const command = page.getByRole("button", { name: "Take command" });
  await command.focus();
  await page.keyboard.press("Enter");
  await expect(command).toBeHidden();
  await expect(page.getByRole("main")).toBeFocused();
});

test("a key arms nothing out of sight", async ({ commander: page }) => {
  await openIncident(page, /Checkout fails/);
  await expect(page.getByRole("article").getByText("Verified", { exact: true }).last()).toBeVisible(
    { timeout: 60_000 },
  );
  const others = page.locator("details").filter({ hasText: "The other levers for this suspect" });
  const lever = others.getByRole("button", { name: /^Roll back/, includeHidden: true });
  // Whether it can be rolled back is known once the merges behind the flag have been read.
  await expect(lever).toBeAttached({ timeout: 90_000 });
  await expect(lever).toBeHidden();
  await page.getByRole("region", { name: "Suspects" }).getByRole("link").first().focus();
  await page.keyboard.press("r");
  await expect(page.getByText("Press again to do it.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(lever).toBeFocused();
});
