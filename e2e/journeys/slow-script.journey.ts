import { expect, type Page } from "@playwright/test";
import { openIncident, signIn, test } from "./world.ts";

test.use({ scenario: "retoggle" });

/** Holds every script back; what it answers lets them go. */
async function withoutScriptYet(page: Page): Promise<() => void> {
  const held = Promise.withResolvers<void>();
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await held.promise;
    await route.continue();
  });
  return () => held.resolve();
}

test("one press enters the demo, also without any script, and leads where one wanted to go", async ({
  browser,
  world,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${world.url}/sign-in?next=${encodeURIComponent("/incidents?x=größe")}`);
  await page.getByRole("button", { name: "Enter the demo" }).click();
  await expect(page).toHaveURL(`${world.url}/incidents?x=gr%C3%B6%C3%9Fe`);
  await expect(page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
  await context.close();
});

test("another site's form doesn't sign anybody in", async ({ browser, world }) => {
  const context = await browser.newContext();
  for (const origin of ["https://evil.example", "null"]) {
    const answer = await context.request.post(`${world.url}/api/demo-sign-in`, {
      headers: { origin },
      form: { next: "/" },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(403);
  }
  expect(await context.cookies()).toEqual([]);
  await context.close();
});

test("who isn't signed in is led to the sign-in page and back with one press", async ({
  page,
  world,
}) => {
  await page.goto(`${world.url}/services/checkout?x=1`);
  await page.getByRole("button", { name: "Enter the demo" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Checkout" })).toBeVisible();
  expect(new URL(page.url()).search).toBe("?x=1");
});

test("what hurts comes first, and is ticked where an incident is declared", async ({
  commander: page,
}) => {
  // As configured it would be the third; what another incident names may stand beside it.
  const services = page.getByRole("region", { name: "Services" }).getByRole("listitem");
  await expect(services.filter({ hasText: /Checkout.*over/ })).toBeVisible();
  const order = async () => (await services.allTextContents()).map((text) => text.slice(0, 4));
  await expect.poll(async () => (await order()).indexOf("Chec")).toBeLessThan(2);
  expect(await order()).toHaveLength(4);
  await page.getByRole("link", { name: "Declare incident" }).click();
  const checkout = page.getByRole("checkbox", { name: /Checkout/ });
  await expect(checkout).toBeChecked();
  await checkout.uncheck();
  await page.getByLabel("What is wrong").fill("Nothing that a service has");
  await page.getByRole("button", { name: "Declare incident" }).click();
  await expect(page.getByText("Choose at least one service.")).toBeVisible();
});

test("what is filled in before the script listens stays; it is sent once it does", async ({
  page,
  world,
}) => {
  await signIn(page, world.url);
  const letGo = await withoutScriptYet(page);
  await page.goto(`${world.url}/incidents/new`, { waitUntil: "commit" });
  const title = page.getByLabel("What is wrong");
  const catalog = page.getByRole("checkbox", { name: /Catalog/ });
  await title.fill("Search finds nothing");
  await page.getByRole("radio", { name: /SEV3/ }).check();
  await catalog.check();
  await title.press("Enter");
  letGo();
  await page.getByRole("button", { name: "Declare incident" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Search finds nothing" })).toBeVisible();
  const main = page.getByRole("main");
  await expect(main.getByText("SEV3")).toBeVisible();
  await expect(main.getByRole("link", { name: "catalog", exact: true })).toBeVisible();
});

test("a button that is pressed before the script listens does what it says, once", async ({
  commander: page,
}) => {
  await openIncident(page, /Checkout fails/);
  const letGo = await withoutScriptYet(page);
  await page.reload({ waitUntil: "commit" });
  await page.getByRole("button", { name: "Add note" }).click();
  await page.getByRole("button", { name: "Freeze", exact: true }).dblclick();
  letGo();
  const dialog = page.getByRole("dialog", { name: "Freeze deliveries" });
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toBeHidden();
  // Only what was pressed last: who pressed something else has changed their mind.
  await expect(page.getByRole("textbox", { name: "Note" })).toBeHidden();
});

test("what comes with a later script is pressed once it is there; a second press is no confirmation", async ({
  commander: page,
  world,
}) => {
  const input = { services: ["payments"], reason: "Nobody delivers now", minutes: 60 };
  const { id } = await world.ask<{ id: string }>("/api/freezes", { method: "POST", body: input });
  const banner = page.getByRole("region", { name: "Freezes", exact: true });
  const thaw = banner.getByRole("button", { name: `Thaw ${id}` });
  const armed = banner.getByRole("button", { name: `Confirm: thaw ${id}` });
  for (const isPressedAgain of [false, true]) {
    const letGo = await withoutScriptYet(page);
    await page.reload({ waitUntil: "commit" });
    await thaw.click();
    // As soon as React has it, which is a moment before the page presses again by itself.
    if (isPressedAgain)
      await page.evaluate((label) => {
        const pressOnceTaken = () => {
          const button = [...document.querySelectorAll("button")].find(
            ({ textContent }) => textContent === label,
          );
          const keys = button ? Object.keys(button) : [];
          if (keys.some((key) => key.startsWith("__reactProps"))) button?.click();
          else setTimeout(pressOnceTaken);
        };
        pressOnceTaken();
      }, `Thaw ${id}`);
    letGo();
    await expect(armed).toBeVisible();
    // Longer than it takes to press again.
    await page.waitForTimeout(500);
    await expect(armed).toBeVisible();
  }
  const { thawedAt } = await world.ask<{ thawedAt: string | null }>(`/api/freezes/${id}`);
  expect(thawedAt).toBeNull();
  await armed.click();
  await expect(banner).toBeHidden();
});

test("keys are drawn while they act, and never act while one types", async ({
  commander: page,
}) => {
  await openIncident(page, /Checkout fails/);
  const addNote = page.getByRole("button", { name: "Add note" });
  const key = addNote.getByText("N", { exact: true });
  await expect(addNote).toBeVisible();
  await expect(key).toBeHidden();
  await page.keyboard.press("n");
  const note = page.getByRole("textbox", { name: "Note" });
  await expect(note).toBeHidden();

  await page.getByRole("region", { name: "Suspects" }).getByRole("link").first().focus();
  await expect(key).toBeVisible();
  await page.keyboard.press("n");
  await expect(note).toBeFocused();
  await expect(key).toBeHidden();
  await page.keyboard.type("?can nobody pay");
  await expect(note).toHaveValue("?can nobody pay");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("Escape");

  const help = page.getByRole("button", { name: "Help" });
  await help.click();
  const dialog = page.getByRole("dialog", { name: "Keys on this page" });
  await expect(dialog.getByRole("row", { name: /Add note/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(help).toBeFocused();
});
