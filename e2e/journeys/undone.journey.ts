import { expect } from "@playwright/test";
import type { Freeze } from "../../lib/contracts/freeze.ts";
import {
  argoSyncs,
  banner,
  EAGER,
  freezeStatus,
  imageIn,
  leftInCluster,
  letTeamDeliver,
  newestDelivery,
  pressTwice,
  TITLE,
} from "./gitops-shop.ts";
import {
  expectRecommended,
  expectStatus,
  leverOf,
  newestRestoration,
  pull,
  restoreBy,
} from "./pull.ts";
import { openIncident, test, type World } from "./world.ts";

test.use({ scenario: "gitops", place: "undone", database: "embedded", sandboxArgs: EAGER });
test.describe.configure({ mode: "serial" });

test("resumed too early it is undone within seconds, says by whom, and is pulled again", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, TITLE);
  await expectRecommended(page, "Roll back");
  const bad = await imageIn(world, "checkout");
  const lever = leverOf(page, "Roll back");
  await lever.getByRole("checkbox", { name: /Freeze other deliveries/ }).uncheck();
  await restoreBy(page, lever.getByRole("button"), /Roll back checkout/);
  expect(await argoSyncs(world)).toBe(false);
  const ends = page.getByRole("region", { name: "Loose ends" });
  await pressTwice(ends, /^Resume/, /^Confirm: resume/);
  const undone = page.getByRole("region", { name: "Undone" });
  await expect(undone).toContainText("argocd-controller", { timeout: 60_000 });
  await expectStatus(page, "Declared");
  expect(await imageIn(world, "checkout")).toBe(bad);
  const { owners } = await leftInCluster(world);
  expect(owners.flatMap(({ marks }) => marks)).toEqual([]);

  await undone.getByRole("button", { name: /^Pull again/ }).click();
  await expect(lever.getByText("Will be paused first")).toBeVisible({ timeout: 60_000 });
  await lever.getByRole("checkbox", { name: /Freeze other deliveries/ }).uncheck();
  await pull(page, lever.getByRole("button"), /Roll back checkout/);
  await expect(newestRestoration(page).getByText("Receipt R-2")).toBeVisible();
  await expectStatus(page, "Restored", 90_000);
  await expect(undone).toBeHidden();
});

/** `kill -9`, without a chance to tidy up. */
async function kill(world: World): Promise<void> {
  const console = world.console();
  const gone = new Promise<void>((resolve) => console.once("exit", () => resolve()));
  console.kill("SIGKILL");
  await gone;
}

test("killed while everything is being frozen: each layer is told, nothing is half, thawing ends it all", async ({
  commander: page,
  world,
}) => {
  const before = await leftInCluster(world);
  await world.fault("github", "hang");
  const body = { services: [], reason: "The holidays begin", minutes: 30 };
  const asked = world.ask("/api/freezes", { method: "POST", body }).catch(() => null);
  const inCluster = async () => (await leftInCluster(world)).freezes;
  await expect.poll(inCluster, { intervals: [20], timeout: 60_000 }).toEqual(["F-1"]);
  await kill(world);
  await asked;
  await world.restartConsole();

  await page.reload();
  await expect(banner(page)).toContainText("Deliveries of every service are frozen");
  const states = async () => {
    const [freeze] = await world.ask<Freeze[]>("/api/freezes?state=on");
    const told = (freeze?.holds ?? []).map(({ layer, state }) => `${layer} ${state}`);
    return [...new Set(told)].sort();
  };
  const others = ["argo-cd held", "flux held", "gate held", "kubernetes held"];
  await expect.poll(states, { timeout: 60_000 }).toEqual(expect.arrayContaining(others));
  expect(await states()).not.toContain("github held");
  await world.fault("github", "none");
  await expect.poll(states, { timeout: 60_000 }).toEqual([...others, "github held"].sort());
  const waiting = await letTeamDeliver(world, "storefront");
  await expect.poll(() => freezeStatus(world, waiting), { timeout: 60_000 }).toBe("failure");
  // What only declares releases delivers nothing itself.
  const during = await leftInCluster(world);
  const unmarked = during.owners.filter(({ marks }) => marks.length === 0);
  expect(unmarked.map(({ name }) => name)).toEqual(["Kustomization releases"]);

  // Argo CD stays paused: the rollback needs that still.
  await pressTwice(banner(page), /^Thaw F-1/, /^Confirm: thaw F-1/);
  await expect(banner(page)).toBeHidden();
  await expect.poll(() => leftInCluster(world), { timeout: 60_000 }).toEqual(before);
  expect(await argoSyncs(world)).toBe(false);
  await expect.poll(() => freezeStatus(world, waiting), { timeout: 60_000 }).toBe("success");
  await expect
    .poll(async () => (await newestDelivery(world, "storefront"))?.state, { timeout: 60_000 })
    .toBe("delivered");
});
