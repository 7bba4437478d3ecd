import { expect, type Page } from "@playwright/test";
import {
  argoSyncs,
  banner,
  deliverByHand,
  EAGER,
  freezeStatus,
  HEALED_MS,
  imageIn,
  leftInCluster,
  letTeamDeliver,
  newestDelivery,
  pressTwice,
  pullTitled,
  TITLE,
} from "./gitops-shop.ts";
import {
  expectRecommended,
  expectStatus,
  follow,
  leverOf,
  newestRestoration,
  pull,
} from "./pull.ts";
import { openIncident, test } from "./world.ts";

/** Long enough that a revert is let through before somebody approves and merges it. */
const SLOW_CHECKS = ["--checks-ms=5000"];

test.use({ scenario: "gitops", place: "gitops", sandboxArgs: [...EAGER, ...SLOW_CHECKS] });
test.describe.configure({ mode: "serial" });

const ends = (page: Page) => page.getByRole("region", { name: "Loose ends" });
const openEnds = (page: Page) => ends(page).getByRole("list", { name: "Open" });
const frozen = (page: Page) =>
  page.getByRole("main").getByRole("region", { name: "Deliveries of checkout are frozen" });

/** What git has by the end, beside what it had: nothing of ours may be left of it. */
let before: Awaited<ReturnType<typeof leftInCluster>>;

test("a rollback of what Argo CD keeps pauses it first, freezes the others, and stays", async ({
  commander: page,
  world,
}) => {
  before = await leftInCluster(world);
  expect(before.freezes).toEqual([]);
  const bad = await imageIn(world, "checkout");
  await openIncident(page, TITLE);
  await expectRecommended(page, "Roll back");
  const lever = leverOf(page, "Roll back");
  const owners = lever.getByRole("region", { name: "Who would undo it" });
  await expect(owners).toContainText("Argo CD application checkout undoes a rollback within 5 s");
  await expect(owners).toContainText("Will be paused first");
  await expect(lever.getByLabel(/^Freeze other deliveries of checkout/)).toBeChecked();

  await pull(page, lever.getByRole("button").last(), /checkout/);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted", "In effect"]);
  const inEffectAt = Date.now();
  const good = await imageIn(world, "checkout");
  expect(good).not.toBe(bad);
  expect(await argoSyncs(world)).toBe(false);
  await follow(restoration, ["Verified"]);
  await expectStatus(page, "Restored", 60_000);
  await page.waitForTimeout(Math.max(0, inEffectAt + HEALED_MS - Date.now()));
  expect(await imageIn(world, "checkout")).toBe(good);
  await expect(page.getByRole("region", { name: "Undone" })).toBeHidden();

  await expect(banner(page)).toContainText("Deliveries of checkout are frozen");
  await expect(banner(page)).toContainText("F-1 by Demo commander");
  await expect(frozen(page)).toContainText("4 held, each asked and looked at again");
  await expect(openEnds(page)).toContainText("Argo CD application checkout is paused for R-1");
  const resolve = page.getByRole("button", { name: "Resolve", exact: true });
  await resolve.scrollIntoViewIfNeeded();
  const stood = await resolve.boundingBox();
  await resolve.click();
  const refused = page.getByRole("alert").filter({ hasText: "Go to them" });
  await expect(refused).toContainText("Argo CD application checkout is paused");
  expect(await resolve.boundingBox()).toEqual(stood);
  await expectStatus(page, "Restored");
});

test("others wait: red in the repository, refused by the cluster; one is let through with a reason", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, TITLE);
  const waiting = await letTeamDeliver(world, "checkout");
  const harmless = await letTeamDeliver(world, "catalog");
  await expect.poll(() => freezeStatus(world, waiting), { timeout: 60_000 }).toBe("failure");
  await expect
    .poll(async () => (await newestDelivery(world, "checkout"))?.message, { timeout: 60_000 })
    .toContain("known-good/freeze");
  expect(await deliverByHand(world, "checkout")).toMatch(
    /checkout is frozen until \S+ by F-1 \(INC-1\): .*A responder can let this delivery through/,
  );

  await expect(banner(page)).toContainText("2 deliveries wait");
  const met = frozen(page).getByRole("list", { name: "Deliveries it met" });
  const address = page.locator(`a[href$="/pull/${harmless}"]`);
  const theirs = met.getByRole("listitem").filter({ has: address });
  await theirs.getByRole("button", { name: /^Let through/ }).click();
  await page.getByLabel("Why it may be delivered now").fill("Touches the catalog alone");
  await page.getByRole("button", { name: "Let it through" }).click();
  await expect(frozen(page).getByRole("region", { name: "What may pass" })).toContainText(
    "let through by Demo commander: Touches the catalog alone",
  );
  await expect.poll(() => freezeStatus(world, harmless), { timeout: 60_000 }).toBe("success");
  await expect
    .poll(async () => (await newestDelivery(world, "catalog"))?.state, { timeout: 60_000 })
    .toBe("delivered");
  expect(await freezeStatus(world, waiting)).toBe("failure");
  await expect(banner(page)).toContainText("1 delivery waits");
});

test("the revert passes what holds the others, reaches production, and all is let go of", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, TITLE);
  const { pull: waiting } = (await newestDelivery(world, "checkout")) ?? {};
  await openEnds(page).getByRole("button", { name: "Open the revert of #78" }).first().click();
  const opened = openEnds(page).getByRole("region", { name: "Revert of #78" });
  await expect(opened).toBeFocused();
  const button = openEnds(page).getByRole("button", { name: /^(Open revert|Confirm)/ });
  await expect(button).toBeVisible();
  await expect(opened).toBeFocused();
  await pull(page, button, /#78/);
  const restoration = page.getByRole("article", { name: /^Revert #78/ });
  await expect
    .poll(async () => (await pullTitled(world, "Revert"))?.number, { timeout: 60_000 })
    .toBeGreaterThan(0);
  const { number = 0 } = (await pullTitled(world, "Revert")) ?? {};
  await expect.poll(() => freezeStatus(world, number), { timeout: 60_000 }).toBe("success");
  expect(await freezeStatus(world, waiting ?? 0)).toBe("failure");

  // Delivered into git; whoever carries it out is paused by us, which the page says.
  await expect(restoration).toContainText(/Argo CD application checkout is paused/, {
    timeout: 60_000,
  });
  await pressTwice(openEnds(page), /^Resume/, /^Confirm: resume/);
  await follow(restoration, ["In effect", "Verified"]);
  await expectStatus(page, "Restored", 60_000);
  await expect(page.getByRole("region", { name: "Undone" })).toBeHidden();
  expect(await argoSyncs(world)).not.toBe(false);

  await pressTwice(banner(page), /^Thaw F-1/, /^Confirm: thaw F-1/);
  await expect(banner(page)).toBeHidden();
  await expect.poll(() => freezeStatus(world, waiting ?? 0), { timeout: 60_000 }).toBe("success");
  await expect
    .poll(async () => (await newestDelivery(world, "checkout"))?.state, { timeout: 60_000 })
    .toBe("delivered");
  await expect.poll(() => leftInCluster(world), { timeout: 60_000 }).toEqual(before);

  const waive = openEnds(page).getByRole("button", { name: /^Waive/ });
  for (let left = await waive.count(); left > 0; left -= 1) {
    await waive.first().click();
    await page.getByLabel("Why it may stay open").fill("Looked at with the team of the catalog");
    await page.getByRole("button", { name: "Waive it" }).click();
    await expect(waive).toHaveCount(left - 1);
  }
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await expectStatus(page, "Resolved");
});
