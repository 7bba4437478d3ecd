import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";
import { test } from "./world.ts";

test.use({ scenario: "rollback", place: "recovery", hasHistory: true });

/** What a click downloads, as text. */
async function downloaded(page: Page, link: Locator): Promise<string> {
  const download = page.waitForEvent("download", { timeout: 60_000 });
  await link.click();
  return readFile(await (await download).path(), "utf8");
}

/** The cells of a column of CSV without quoted commas, by its head. */
function column(csv: string, head: string): string[] {
  const [heads = "", ...lines] = csv.trim().split("\r\n");
  const index = heads.split(",").indexOf(head);
  expect(index, `${head} in ${heads}`).toBeGreaterThanOrEqual(0);
  return lines.map((line) => line.split(",")[index] ?? "");
}

/** The middle of durations, as the product defines it: a value that occurred. */
function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN;
}

test("a manager finds the slowest phase of last quarter and what it is made of", async ({
  commander: page,
}) => {
  await page.getByRole("link", { name: "Recovery", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Recovery" })).toBeVisible();
  await page.getByRole("button", { name: "Last quarter" }).click();
  await expect(page).toHaveURL(/period=quarter/);
  await expect(page.getByText(/against the 9[0-2] days before/)).toBeVisible();
  const short = page.getByRole("region", { name: "In short" });
  await expect(short.getByText(/^Median recovery/)).toBeVisible();

  // The page names the slowest phase; the exported incidents say the same.
  const recoveries = page.getByRole("region", { name: "Every recovery" });
  const csv = await downloaded(page, recoveries.getByRole("link", { name: "Recoveries as CSV" }));
  const phases = ["Detect", "Declare", "Decide", "Act", "Take effect", "Verify"];
  const medians = phases.map((phase) => {
    const head = `${phase.toLowerCase().replace(" ", "_")}_ms`;
    return median(column(csv, head).filter(Boolean).map(Number));
  });
  const slowest = phases[medians.indexOf(Math.max(...medians))];
  await expect(short.getByText(`Most to “${slowest}”`)).toBeVisible();
  await expect(recoveries.getByText(`${column(csv, "incident").length}, from harm`)).toBeVisible();

  // With the keyboard, the dots are gone through in the order of time, and one is opened.
  const dots = recoveries.getByRole("slider");
  await dots.focus();
  await page.keyboard.press("Home");
  const first = column(csv, "incident")[0] ?? "";
  await expect(dots).toHaveAttribute("aria-valuetext", new RegExp(`^${first}, `));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/incidents/${first}$`));
  await page.goBack();
  await expect(page).toHaveURL(/period=quarter/);

  await recoveries.getByRole("button", { name: "Table", exact: true }).click();
  await expect(recoveries.getByRole("link", { name: first, exact: true })).toBeVisible();
});

test("a figure of delivery opens the deploys that it is made of", async ({
  commander: page,
  world,
}) => {
  await page.goto(`${world.url}/recovery`);
  const delivery = page.getByRole("region", { name: "Delivery by service" });
  const figure = delivery
    .getByRole("row", { name: /^Checkout/ })
    .getByRole("link")
    .nth(2);
  const [, failed, all] = /(\d+) of (\d+) deploys/.exec((await figure.textContent()) ?? "") ?? [];
  expect(Number(failed)).toBeGreaterThan(0);
  await figure.click();
  const rows = page.getByRole("dialog", { name: "Change fail rate of checkout" });
  await expect(rows.getByText("failed", { exact: true }).first()).toBeVisible();
  const csv = await downloaded(page, rows.getByRole("link", { name: "All of them as CSV" }));
  const roles = column(csv, "role");
  expect(roles.length).toBe(Number(all));
  expect(roles.filter((role) => role === "failed").length).toBe(Number(failed));
  // The address alone shows the same.
  await page.reload();
  await expect(rows.getByRole("row")).toHaveCount(1 + Math.min(50, roles.length));
  await rows.getByRole("button", { name: "Close" }).click();
  await expect(page).not.toHaveURL(/measure=/);
});

test("the readiness board says what could be pulled today", async ({ commander: page, world }) => {
  await page.goto(`${world.url}/recovery`);
  await page.getByRole("link", { name: "Readiness" }).click();
  const board = page.getByRole("region", { name: "Board" });
  await expect(board.getByRole("row", { name: /^Storefront/ })).toBeVisible();
  const storefront = page.getByRole("region", { name: "Storefront", exact: true });
  await expect(storefront.getByText(/verified \(INC-\d+\)/)).toBeVisible();
  await storefront.getByRole("link", { name: /Hold a drill/ }).click();
  await expect(page.getByRole("checkbox", { name: /This is a drill/ })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: /^Storefront/ })).toBeChecked();
});
