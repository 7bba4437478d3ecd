import { type Browser, expect, type Page } from "@playwright/test";
import type { Freeze } from "../../lib/contracts/freeze.ts";
import {
  argoSaid,
  argoSyncs,
  askGate,
  banner,
  deliverByHand,
  EAGER,
  HEALED_MS,
  imageIn,
  pressTwice,
  TITLE,
} from "./gitops-shop.ts";
import { expectStatus, follow, leverOf, newestRestoration, pull } from "./pull.ts";
import { openIncident, signIn, signInWithGithub, test, type World } from "./world.ts";

test.use({
  ...{ scenario: "gitops", place: "freeze" },
  sandboxArgs: [...EAGER, "--no-pausing"],
});
test.describe.configure({ mode: "serial" });

const freezesOf = (world: World, state: "on" | "all") =>
  world.ask<Freeze[]>(`/api/freezes?state=${state}`);

/** Rolls checkout back although whoever takes that back can't be paused; without freezing anything. */
async function rollBackAllTheSame(page: Page): Promise<void> {
  const lever = leverOf(page, "Roll back");
  await lever.getByText("Pull it all the same").click();
  await lever.getByLabel("Why it holds all the same").fill("Customers can order until then");
  await lever.getByLabel(/^(Freeze other deliveries of|F-\d+ already freezes) checkout/).uncheck();
  await pull(page, lever.getByRole("button", { name: /^(Roll back|Confirm)/ }), /checkout/);
}

test("a rollback of what can't be paused says so, is undone in seconds, and who did it is named", async ({
  commander: page,
  world,
}) => {
  const reason = "Storefront waits for a minute";
  await world.ask("/api/freezes", {
    method: "POST",
    body: { services: ["storefront"], reason, minutes: 1 },
  });
  expect(await askGate(world, "storefront")).toEqual([423, expect.stringContaining(reason)]);
  await expect(banner(page)).toContainText("Deliveries of storefront are frozen");

  await openIncident(page, TITLE);
  const lever = leverOf(page, "Roll back");
  await expect(lever).toContainText("The rollback would last about 5 s", { timeout: 60_000 });
  await expect(lever).toContainText("Can be lifted by a cluster admin, who can grant patch");
  const bad = await imageIn(world, "checkout");
  await rollBackAllTheSame(page);
  await follow(newestRestoration(page), ["Asked", "Accepted"]);

  const undone = page.getByRole("region", { name: "Undone" });
  await expect(undone).toContainText("argocd-controller", { timeout: 60_000 });
  await expect(undone).toContainText(/Undone \d+ s after it took effect/);
  await expect(undone.getByRole("button", { name: /^Pull again/ })).toBeVisible();
  expect(await imageIn(world, "checkout")).toBe(bad);
  await expectStatus(page, "Declared");
});

test("frozen with F, the cluster refuses robot and Argo CD alike; our own rollback passes and stays", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, TITLE);
  const dialog = page.getByRole("dialog", { name: "Freeze deliveries" });
  // A key isn't kept until the page's script listens, as a press on a button is.
  await expect(async () => {
    await page.getByRole("region", { name: "Suspects" }).getByRole("link").first().focus();
    await page.keyboard.press("f");
    await dialog.waitFor({ timeout: 3_000 });
  }).toPass();
  await expect(dialog.getByRole("checkbox", { name: "Checkout", exact: true })).toBeChecked();
  const holds = dialog.getByRole("region", { name: "What it would hold" });
  await dialog.getByLabel("Everything").check();
  for (const held of ["Flux", "HelmRelease flux-system/payments", "Kustomization"]) {
    await expect(holds).toContainText(held);
  }
  await dialog.getByLabel("Everything").uncheck();
  await expect(holds).not.toContainText("Flux");
  await expect(holds).toContainText("argocd/checkout");
  await dialog.getByLabel("For how long").selectOption({ label: "15 min" });
  await dialog.getByRole("button", { name: "Freeze deliveries of checkout" }).click();
  await expect(dialog).toBeHidden();

  const row = banner(page).getByRole("listitem").filter({ hasText: "Deliveries of checkout" });
  await expect(row).toContainText("Argo CD: not held");
  await expect(row).toContainText("Can be changed by a cluster admin");
  expect(await askGate(world, "checkout")).toEqual([423, expect.stringContaining("F-2")]);
  expect(await deliverByHand(world, "checkout")).toMatch(/checkout is frozen until .* by F-2/);

  await page
    .getByRole("region", { name: "Undone" })
    .getByRole("button", { name: /^Pull again/ })
    .click();
  await expect(leverOf(page, "Roll back")).toBeFocused();
  const bad = await imageIn(world, "checkout");
  await rollBackAllTheSame(page);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted", "In effect"]);
  const inEffectAt = Date.now();
  await follow(restoration, ["Verified"]);
  await page.waitForTimeout(Math.max(0, inEffectAt + HEALED_MS - Date.now()));
  expect(await imageIn(world, "checkout")).not.toBe(bad);
  expect(await argoSyncs(world)).toBe(true);
  expect(await argoSaid(world)).toContain("checkout is frozen until");
  await expect(page.getByRole("region", { name: "Undone" })).toBeHidden();
});

test("at its end a freeze goes by itself, and what others need stays held", async ({
  commander: page,
  world,
}) => {
  await expect
    .poll(() => askGate(world, "storefront"), { timeout: 80_000 })
    .toEqual([200, expect.any(String)]);
  await expect(banner(page)).not.toContainText("storefront", { timeout: 60_000 });
  await expect(banner(page)).toContainText("Deliveries of checkout are frozen");
  const [first] = (await freezesOf(world, "all")).filter(({ id }) => id === "F-1");
  expect(first).toMatchObject({ thawedBecause: "expiry" });
  const on = await freezesOf(world, "on");
  expect(on.map(({ id }) => id)).toEqual(["F-2"]);
  // What the other freeze shared is asked for anew at its end.
  const states = async () => {
    const still = await freezesOf(world, "on");
    return still
      .flatMap(({ holds }) => holds.map(({ layer, state }) => `${layer} ${state}`))
      .sort();
  };
  await expect
    .poll(states, { timeout: 60_000 })
    .toEqual(["argo-cd not-held", "gate held", "github held", "kubernetes held"]);
});

/** Two people on the same page; `wrong` collects what no press may lead to. */
async function twoPeople(browser: Browser, world: World) {
  const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
  const pages = await Promise.all(contexts.map((context) => context.newPage()));
  const [first, second] = pages;
  if (!first || !second) throw new Error("There are two pages.");
  const wrong: string[] = [];
  for (const page of pages) {
    page.on("pageerror", ({ message }) => wrong.push(message));
    page.on("response", (answer) => {
      if (answer.status() >= 500) wrong.push(`${answer.status()} ${answer.url()}`);
    });
  }
  await Promise.all([signIn(first, world.url), signInWithGithub(second, world.url, "mira")]);
  const close = () => Promise.all(contexts.map((context) => context.close()));
  return { pages, wrong, close };
}

test("two people freeze, renew and thaw at once: nothing breaks, and both see the same", async ({
  browser,
  world,
}) => {
  const { pages, wrong, close } = await twoPeople(browser, world);
  const both = (act: (page: Page) => Promise<unknown>) => Promise.all(pages.map(act));
  await both(async (page) => {
    await openIncident(page, TITLE);
    await page.getByRole("button", { name: "Freeze", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Freeze deliveries" });
    await dialog.getByRole("checkbox", { name: "Checkout", exact: true }).uncheck();
    await dialog.getByRole("checkbox", { name: "Catalog", exact: true }).check();
    // What it would hold comes a moment later and moves the button.
    const holds = dialog.getByRole("region", { name: "What it would hold" });
    await expect(holds).toContainText("flux-system/catalog");
  });
  await both((page) => page.getByRole("button", { name: "Freeze deliveries of catalog" }).click());
  await both(async (page) => {
    for (const id of ["F-3", "F-4"]) await expect(banner(page)).toContainText(`${id} by`);
  });

  await both((page) => banner(page).getByRole("button", { name: "Renew 60 min F-3" }).click());
  const renewed = async () => (await freezesOf(world, "on")).find(({ id }) => id === "F-3");
  await expect.poll(async () => (await renewed())?.renewals).toBe(2);

  await both((page) => banner(page).getByRole("button", { name: "Thaw F-3" }).click());
  const confirm = (page: Page) => page.getByRole("button", { name: /^Confirm: thaw F-3/ });
  await both((page) => expect(confirm(page)).toBeVisible());
  await both((page) => confirm(page).click());
  const [one, other] = pages;
  if (one && other) {
    await Promise.all([
      pressTwice(banner(one), /^Thaw F-4/, /^Confirm: thaw F-4/),
      banner(other).getByRole("button", { name: "Renew 60 min F-4" }).click(),
    ]);
  }
  await both(async (page) => {
    await expect(banner(page)).toContainText("F-2 by");
    for (const id of ["F-3", "F-4"]) await expect(banner(page)).not.toContainText(id);
  });
  const all = await freezesOf(world, "all");
  const over = all.filter(({ id }) => id === "F-3" || id === "F-4");
  expect(over.map(({ thawedBecause }) => thawedBecause)).toEqual(["hand", "hand"]);
  expect(wrong).toEqual([]);
  await close();
});
