import { expect } from "@playwright/test";
import { TOKENS } from "../../sandbox/shop/tokens.ts";
import { expectStatus, follow, leverOf, newestRestoration, pull } from "./pull.ts";
import { openIncident, test, type World } from "./world.ts";

test.use({ scenario: "revert", place: "revert" });
test.describe.configure({ mode: "serial" });

/** Titles of all pull requests that revert another, by GitHub's own account. */
async function revertsOn(world: World): Promise<string[]> {
  const address = `${world.addresses.github}/api/v3/repos/shop/storefront-monorepo/pulls`;
  const answer = await fetch(`${address}?state=all&per_page=100&sort=created&direction=desc`, {
    headers: { authorization: `Bearer ${TOKENS.code}` },
  });
  const pulls: { title: string }[] = await answer.json();
  return pulls.map(({ title }) => title).filter((title) => title.startsWith("Revert"));
}

test("a lever that makes it worse is warned of, fails, and the next one is offered", async ({
  commander: page,
}) => {
  test.setTimeout(180_000);
  await openIncident(page, /Listings lose/);
  await expect(leverOf(page, "Revert").getByText("Recommended")).toBeVisible();
  const lever = leverOf(page, "Roll back");
  await expect(lever.getByText("Warning:").first()).toBeVisible();

  await pull(page, lever.getByRole("button"), /catalog/);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted", "In effect"]);
  await expect(restoration.getByText("against the recommendation")).toBeVisible();
  await expect(restoration.getByText("Failed", { exact: true })).toBeVisible({ timeout: 100_000 });
  await expect(restoration.getByRole("link", { name: "Choose the next lever" })).toBeVisible();
  await expectStatus(page, "Declared");
});

test("revert: one pull request, followed through checks, merge and delivery to verified", async ({
  commander: page,
  world,
}) => {
  test.setTimeout(150_000);
  await openIncident(page, /Listings lose/);
  const lever = leverOf(page, "Revert");
  const before = await revertsOn(world);
  await pull(page, lever.getByRole("button"), /revert/i);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted"]);
  await expect(restoration.getByRole("list", { name: "Stages" })).toBeVisible();
  const opened = (await revertsOn(world)).length;
  expect(opened).toBe(before.length + 1);

  // Somebody who pulls it again, with a press of their own, finds the one that is open.
  const { restorations } = await world.ask<{
    restorations: { target: unknown; lever: string }[];
  }>("/api/incidents/INC-1");
  const target = restorations.find((each) => each.lever === "revert")?.target;
  const query = new URLSearchParams({ target: JSON.stringify(target), incident: "INC-1" });
  const preview = await world.ask<{ seen: string }>(`/api/levers?${query}`);
  const again = await world.ask<{ outcome: string }>("/api/restorations", {
    method: "POST",
    body: { incidentId: "INC-1", target, seen: preview.seen, key: "another-press-of-it" },
  });
  expect(again.outcome).not.toBe("started");
  expect(await revertsOn(world)).toHaveLength(opened);

  await follow(restoration, ["In effect", "Signal good", "Verified"]);
  await expectStatus(page, "Restored");
  expect(await revertsOn(world)).toHaveLength(opened);
});
