import { expect, type Page } from "@playwright/test";
import { TOKENS } from "../../sandbox/shop/tokens.ts";
import {
  expectRecommended,
  expectStatus,
  leverOf,
  newestRestoration,
  pull,
  restoreBy,
} from "./pull.ts";
import { openIncident, test, type World } from "./world.ts";

test.use({ scenario: "gitops", place: "undone" });
test.describe.configure({ mode: "serial" });

/** Whether Argo CD may sync checkout by itself, and whether a mark of ours is left on it. */
async function argo({ addresses }: World): Promise<{ enabled: unknown; marks: string[] }> {
  const path = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/checkout";
  const headers = { authorization: `Bearer ${TOKENS.clusterAdmin}` };
  const found = await (await fetch(`${addresses.kubernetes}${path}`, { headers })).json();
  const names = Object.keys(found.metadata.annotations ?? {});
  return {
    enabled: found.spec.syncPolicy.automated.enabled,
    marks: names.filter((name) => name.startsWith("known-good.dev/")),
  };
}

const freezes = (page: Page) => page.getByRole("region", { name: "Freezes" });

/** The status with which the gate answers a pipeline of payments. */
async function gate({ url, token }: World): Promise<number> {
  const sha = "0123456789abcdef0123456789abcdef01234567";
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/api/gate?service=payments&sha=${sha}`, { headers })).status;
}

test("resumed too early it is undone within seconds, says by whom, and is pulled again", async ({
  commander: page,
  world,
}) => {
  test.setTimeout(240_000);
  expect(await gate(world)).toBe(200);
  await world.ask("/api/freezes", {
    method: "POST",
    body: { services: ["payments"], reason: "A minute of quiet", minutes: 1 },
  });
  await expect(freezes(page).getByText("A minute of quiet")).toBeVisible({ timeout: 30_000 });
  expect(await gate(world)).toBe(423);

  await openIncident(page, /no post code/);
  await expectRecommended(page, "Roll back");
  const lever = leverOf(page, "Roll back");
  await lever.getByRole("checkbox", { name: /Freeze other deliveries/ }).uncheck();
  await restoreBy(page, lever.getByRole("button"), /Roll back checkout/);
  expect(await argo(world)).toMatchObject({ enabled: false });
  const ends = page.getByRole("region", { name: "Loose ends" });
  await ends.getByRole("button", { name: /^Resume/ }).click();
  await ends.getByRole("button", { name: /^Confirm: resume/ }).click();
  const undone = page.getByRole("region", { name: "Undone" });
  await expect(undone).toContainText("argocd-controller", { timeout: 30_000 });
  await expectStatus(page, "Declared");
  expect(await argo(world)).toMatchObject({ enabled: true, marks: [] });

  await undone.getByRole("button", { name: /^Pull again/ }).click();
  await expect(lever.getByText("Will be paused first")).toBeVisible({ timeout: 30_000 });
  await lever.getByRole("checkbox", { name: /Freeze other deliveries/ }).uncheck();
  await pull(page, lever.getByRole("button"), /Roll back checkout/);
  await expect(newestRestoration(page).getByText("Receipt R-2")).toBeVisible();
  await expectStatus(page, "Restored", 90_000);
  await expect(undone).toBeHidden();
});

test("a freeze ends by itself, and the gate says so", async ({ commander: page, world }) => {
  test.setTimeout(120_000);
  await expect(freezes(page)).toBeHidden({ timeout: 90_000 });
  expect(await gate(world)).toBe(200);
  expect(await world.ask("/api/freezes/F-1")).toMatchObject({ thawedBecause: "expiry" });
});

test("a server killed while it freezes leaves nothing half done unseen", async ({
  commander: page,
  world,
}) => {
  test.setTimeout(180_000);
  const asked = world
    .ask("/api/freezes", {
      method: "POST",
      body: { services: ["catalog", "payments"], reason: "Killed on the way", minutes: 5 },
    })
    .catch(() => null);
  await expect
    .poll(async () => (await world.asked("kubernetes")).some((one) => one.path.includes("f-2")))
    .toBe(true);
  world.console().kill("SIGKILL");
  await asked;
  await world.restartConsole();
  type Holds = { id: string; holds: { state: string }[] };
  const read = () => world.ask<Holds>("/api/freezes/F-2");
  await expect
    .poll(async () => new Set((await read()).holds.map(({ state }) => state)), { timeout: 60_000 })
    .toEqual(new Set(["held"]));
  expect((await read()).holds.length).toBeGreaterThanOrEqual(5);
  await page.goto(world.url);
  const row = freezes(page).getByRole("listitem").filter({ hasText: "F-2" });
  await row.getByRole("button", { name: /Thaw/ }).click();
  await row.getByRole("button", { name: /Confirm/ }).click();
  await expect(row).toBeHidden({ timeout: 30_000 });
  await expect
    .poll(async () => new Set((await read()).holds.map(({ state }) => state)), { timeout: 60_000 })
    .toEqual(new Set(["released"]));
});
