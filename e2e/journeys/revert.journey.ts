import { expect } from "@playwright/test";
import { TOKENS } from "../../sandbox/shop/tokens.ts";
import {
  expectRecommended,
  expectStatus,
  follow,
  leverOf,
  newestRestoration,
  pull,
} from "./pull.ts";
import { openIncident, test, type World } from "./world.ts";

/** Long enough that its stages are seen before somebody approves and merges it. */
const SLOW_CHECKS = ["--checks-ms=5000"];

test.use({
  ...{ scenario: "revert", place: "revert", database: "embedded" },
  sandboxArgs: SLOW_CHECKS,
});
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

type Reverting = { id: string; lever: string; state: string; target: unknown; url: string | null };

/** Pulls the same revert by script: answers the pull request's address, or that it is merged by now. */
async function pullAgain(world: World, first: Reverting | undefined): Promise<string> {
  const query = new URLSearchParams({ target: JSON.stringify(first?.target), incident: "INC-1" });
  const { seen } = await world.ask<{ seen: string }>(`/api/levers?${query}`);
  const answer = await fetch(`${world.url}/api/restorations`, {
    method: "POST",
    headers: { authorization: `Bearer ${world.token}`, "content-type": "application/json" },
    body: JSON.stringify({
      incidentId: "INC-1",
      target: first?.target,
      seen,
      key: "another-press-of-it",
    }),
  });
  const body: { restoration?: Reverting; code?: string; sentence: string } = await answer.json();
  return answer.ok || body.code !== "already-reverted"
    ? (body.restoration?.url ?? body.sentence)
    : body.sentence;
}

test("a lever that makes it worse stands behind a reason, fails, and the next one is offered", async ({
  commander: page,
}) => {
  await openIncident(page, /Listings lose/);
  await expectRecommended(page, "Revert");
  const lever = leverOf(page, "Roll back");
  await expect(lever.getByText(/Catalog \d+ can’t run on today’s schema/)).toBeVisible();
  await expect(lever.locator("pre").first()).toContainText("drop column legacy_price");

  await lever.getByText("Pull it all the same").click();
  const reason = "Nothing reads the legacy price, says the pull request";
  await lever.getByLabel("Why it holds all the same").fill(reason);
  await pull(page, lever.getByRole("button", { name: /^(Roll back|Confirm)/ }), /catalog/);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted", "In effect"]);
  await expect(restoration.getByText("against the recommendation")).toBeVisible();
  await expect(restoration.getByText(reason).first()).toBeAttached();
  await expect(restoration.getByText("Failed", { exact: true })).toBeVisible({ timeout: 100_000 });
  await expect(restoration.getByRole("link", { name: "Choose the next lever" })).toBeVisible();
  await expectStatus(page, "Declared");
});

test("revert: one pull request, followed through checks, merge and delivery to verified", async ({
  commander: page,
  world,
}) => {
  await openIncident(page, /Listings lose/);
  const lever = leverOf(page, "Revert");
  const before = await revertsOn(world);
  await pull(page, lever.getByRole("button"), /revert/i);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted"]);
  await expect(restoration.getByRole("list", { name: "Stages" })).toBeVisible();
  const opened = (await revertsOn(world)).length;
  expect(opened).toBe(before.length + 1);

  // Somebody who pulls it again, with a press of their own, is led to the one that is there.
  const find = async () => {
    const view = await world.ask<{ restorations: Reverting[] }>("/api/incidents/INC-1");
    return view.restorations.find(({ id }) => id === "R-2");
  };
  const mine = await find();
  expect(mine?.url).toContain("/pull/");
  expect(await pullAgain(world, mine)).toContain(mine?.url?.split("/").at(-1));
  expect(await revertsOn(world)).toHaveLength(opened);

  await expect.poll(async () => (await find())?.state, { timeout: 90_000 }).toBe("verified");
  await expectStatus(page, "Restored");
  // Newer ones fold it away, once it is over.
  const folded = page.locator("summary").filter({ hasText: /: verified$/ });
  const receipt = page.getByRole("article").filter({ hasText: "Receipt R-2" });
  await expect(folded.or(receipt).first()).toBeVisible();
  if (!(await receipt.isVisible())) await folded.first().click();
  await follow(receipt, ["Asked", "Accepted", "In effect", "Signal good", "Verified"]);
  expect(await revertsOn(world)).toHaveLength(opened);
});
