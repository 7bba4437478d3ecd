import { expect, type Locator, type Page } from "@playwright/test";

export type LeverName = "Retoggle" | "Roll back" | "Revert";

/** One of the three levers on the card of the chosen suspect. */
export function leverOf(page: Page, name: LeverName): Locator {
  return page.getByRole("region", { name, exact: true });
}

/** Waits until a lever is recommended: what was merged and released must have been read first. */
export async function expectRecommended(page: Page, name: LeverName): Promise<void> {
  await expect(leverOf(page, name).getByText("Recommended")).toBeVisible({ timeout: 90_000 });
}

/** The newest Restoration of the incident. */
export function newestRestoration(page: Page): Locator {
  return page.getByRole("article").first();
}

/** Arms a lever, thinks better of it, arms it again and fires. */
export async function pull(page: Page, button: Locator, label: RegExp): Promise<void> {
  const armed = page.getByText("Press again to do it.");
  await expect(button).toHaveText(label, { timeout: 60_000 });
  await button.click();
  await expect(armed).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(armed).toBeHidden();
  await expect(button).toHaveText(label);
  await button.click();
  await expect(armed).toBeVisible();
  await button.click();
}

/** Waits until these steps of a Restoration are done, in this order, as the page tells it. */
export async function follow(restoration: Locator, steps: string[]): Promise<void> {
  for (const step of steps) {
    const done = restoration.getByRole("listitem").filter({ hasText: `${step}, done` });
    await expect(done.first()).toBeVisible({ timeout: 60_000 });
  }
}

/** The status of the incident, as its strip says. */
export async function expectStatus(page: Page, status: string, timeout = 60_000): Promise<void> {
  const strip = page.getByRole("main").getByText(status, { exact: true }).first();
  await expect(strip).toBeVisible({ timeout });
}

/** Pulls a lever and follows it until the signal has proved it. */
export async function restoreBy(page: Page, button: Locator, label: RegExp): Promise<void> {
  await pull(page, button, label);
  await follow(newestRestoration(page), ["Asked", "Accepted", "In effect", "Verified"]);
  await expectStatus(page, "Restored", 60_000);
}

/** Puts back what R-1 did, on its own panel: it takes effect, and `service` is hurt again. */
export async function putBackFirst(page: Page, service: string): Promise<Locator> {
  await pull(page, newestRestoration(page).getByRole("button"), /put back/i);
  const back = newestRestoration(page);
  await expect(back.getByText("Puts back R-1")).toBeVisible();
  await follow(back, ["Asked", "Accepted", "In effect"]);
  await expect(back.getByText(`${service} still hurt`).first()).toBeVisible({ timeout: 60_000 });
  return back;
}
