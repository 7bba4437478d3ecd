import { expect, type Page } from "@playwright/test";
import { expectRecommended, expectStatus, follow, leverOf, newestRestoration } from "./pull.ts";
import { openIncident, test, type World } from "./world.ts";

test.use({ scenario: "rollback", place: "restart", database: "embedded" });
test.describe.configure({ mode: "serial" });

async function patchesOf(world: World): Promise<number[]> {
  const asked = await world.asked("kubernetes");
  return asked
    .filter(({ method, path }) => method === "PATCH" && !path.includes("dryRun"))
    .map(({ status }) => status ?? 0);
}

/** `kill -9`, without a chance to tidy up. */
async function kill(world: World): Promise<void> {
  const console = world.console();
  const gone = new Promise<void>((resolve) => console.once("exit", () => resolve()));
  console.kill("SIGKILL");
  await gone;
}

async function press(page: Page): Promise<void> {
  const button = leverOf(page, "Roll back").getByRole("button");
  await button.click();
  await expect(page.getByText("Press again to do it.")).toBeVisible();
  await button.click();
}

test("killed while the cluster doesn't answer: nothing was done, and it can be pulled again", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /Card payments/);
  await expectRecommended(page, "Roll back");
  const button = leverOf(page, "Roll back").getByRole("button");
  await button.click();
  await expect(page.getByText("Press again to do it.")).toBeVisible();
  await world.fault("kubernetes", "hang");
  const sent = page.waitForRequest((request) => request.method() === "POST");
  await button.click();
  await sent;
  await kill(world);
  await world.fault("kubernetes", "none");
  await world.restartConsole();

  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: /Card payments/ })).toBeVisible();
  expect((await patchesOf(world)).filter((status) => status === 200)).toHaveLength(0);
  const { restorations } = await world.ask<{ restorations: { state: string }[] }>(
    "/api/incidents/INC-1",
  );
  for (const { state } of restorations) expect(["failed", "unknown", "asked"]).toContain(state);
  await expect(leverOf(page, "Roll back").getByRole("button")).toBeVisible({ timeout: 60_000 });
});

test("killed right after the press: settled by reading the world, one effect, nothing lost", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /Card payments/);
  await press(page);
  await expect.poll(() => patchesOf(world), { intervals: [5], timeout: 60_000 }).toContain(200);
  await kill(world);
  await world.restartConsole();

  // The page that was open comes back by itself and tells how it ended.
  const restoration = newestRestoration(page);
  await follow(restoration, ["Accepted", "In effect", "Verified"]);
  await expectStatus(page, "Restored");
  await expect(restoration.getByText("by you")).toBeVisible();
  expect((await patchesOf(world)).filter((status) => status === 200)).toHaveLength(1);
  const { restorations } = await world.ask<{ restorations: { state: string }[] }>(
    "/api/incidents/INC-1",
  );
  expect(restorations.filter(({ state }) => state === "verified")).toHaveLength(1);
});
