import { expect, type Page } from "@playwright/test";
import { TOKENS } from "../../sandbox/shop/tokens.ts";
import {
  expectRecommended,
  expectStatus,
  follow,
  leverOf,
  newestRestoration,
  pull,
} from "./pull.ts";
import { openIncident, signIn, test, type World } from "./world.ts";

test.use({ scenario: "gitops", place: "gitops" });
test.describe.configure({ mode: "serial" });

type Answer = { status: number; text: string };

/** What another team's delivery robot is told when it changes checkout's image. */
async function deliverByHand({ addresses }: World): Promise<Answer> {
  const path = "/apis/apps/v1/namespaces/shop/deployments/checkout";
  const container = { name: "checkout", image: "registry.shop.example/checkout:0000000" };
  const answer = await fetch(`${addresses.kubernetes}${path}?fieldManager=kubectl-set`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${TOKENS.delivery}`,
      "content-type": "application/strategic-merge-patch+json",
    },
    body: JSON.stringify({ spec: { template: { spec: { containers: [container] } } } }),
  });
  return { status: answer.status, text: await answer.text() };
}

/** What Known Good says of merging a pull request's head, as GitHub shows it. */
async function frozenState({ addresses }: World, number: number): Promise<string | null> {
  const headers = { authorization: `Bearer ${TOKENS.code}` };
  const api = `${addresses.github}/api/v3/repos/shop/storefront-monorepo`;
  const pull = await (await fetch(`${api}/pulls/${number}`, { headers })).json();
  const found = await fetch(`${api}/commits/${pull.head.sha}/statuses`, { headers });
  const statuses: { context: string; state: string }[] = await found.json();
  return statuses.find(({ context }) => context === "known-good/freeze")?.state ?? null;
}

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
const looseEnds = (page: Page) => page.locator("#loose-ends");

test("a rollback under Argo CD stays, and holds everybody else's deliveries", async ({
  commander: page,
  world,
}) => {
  test.setTimeout(180_000);
  const before = await argo(world);
  await openIncident(page, /no post code/);
  await expectRecommended(page, "Roll back");
  const lever = leverOf(page, "Roll back");
  await expect(lever.getByText(/Argo CD application checkout/).first()).toBeVisible();
  await expect(lever.getByText("Will be paused first")).toBeVisible();
  await expect(lever.getByRole("checkbox", { name: /Freeze other deliveries/ })).toBeChecked();
  await pull(page, lever.getByRole("button"), /Roll back checkout/);
  const restoration = newestRestoration(page);
  await follow(restoration, ["Asked", "Accepted", "In effect", "Verified"]);
  await expectStatus(page, "Restored", 60_000);
  await expect(restoration.getByText(/Paused first: Argo CD application checkout/)).toBeVisible();
  expect((await argo(world)).enabled).toBe(false);
  await expect(freezes(page).getByText("Deliveries of checkout are frozen")).toBeVisible();
  await expect(page.getByText(/4 held, each asked/)).toBeVisible({ timeout: 30_000 });

  const refused = await deliverByHand(world);
  expect(refused).toMatchObject({ status: 422, text: expect.stringContaining("is frozen until") });
  expect(refused.text).toContain("A responder can let this delivery through");

  await fetch(`${world.addresses.control}/deliver?service=checkout`, { method: "POST" });
  await expect(freezes(page).getByText("1 delivery waits")).toBeVisible({ timeout: 60_000 });
  const held = page.getByRole("listitem").filter({ hasText: "pull request" });
  const address = await held.getByRole("link").first().getAttribute("href");
  const number = Number(/\/pull\/(\d+)/.exec(address ?? "")?.[1]);
  await expect.poll(() => frozenState(world, number), { timeout: 30_000 }).toBe("failure");
  await held.getByRole("button", { name: /Let through/ }).click();
  await held.getByRole("textbox").fill("Only texts change; ines has tried it on staging");
  await held.getByRole("button", { name: "Let it through" }).click();
  await expect.poll(() => frozenState(world, number), { timeout: 30_000 }).toBe("success");

  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(page.getByRole("alert").filter({ hasText: /loose end|paused/ })).toBeVisible();
  await expectStatus(page, "Restored");
  expect(before.marks).toEqual([]);
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
  await signIn(page, world.url);
  const row = freezes(page).getByRole("listitem").filter({ hasText: "F-2" });
  await row.getByRole("button", { name: /Thaw/ }).click();
  await row.getByRole("button", { name: /Confirm/ }).click();
  await expect(row).toBeHidden({ timeout: 30_000 });
  await expect
    .poll(async () => new Set((await read()).holds.map(({ state }) => state)), { timeout: 60_000 })
    .toEqual(new Set(["released"]));
});

test("resumed too early it is undone within seconds, says by whom, and is pulled again", async ({
  commander: page,
  world,
}) => {
  test.setTimeout(240_000);
  await page.goto(`${world.url}/incidents/INC-1`);
  const row = freezes(page).getByRole("listitem").filter({ hasText: "F-1" });
  await row.getByRole("button", { name: /Thaw/ }).click();
  await row.getByRole("button", { name: /Confirm/ }).click();
  await expect(row).toBeHidden({ timeout: 30_000 });
  await looseEnds(page).getByRole("button", { name: "Resume" }).click();
  await looseEnds(page)
    .getByRole("button", { name: /Confirm: resume/ })
    .click();
  const undone = page.getByText(/argocd-controller/).first();
  await expect(undone).toBeVisible({ timeout: 30_000 });
  expect(await argo(world)).toMatchObject({ enabled: true, marks: [] });
  await page
    .getByRole("button", { name: /Pull again/ })
    .first()
    .click();
  const lever = leverOf(page, "Roll back");
  await expect(lever.getByText("Will be paused first")).toBeVisible({ timeout: 30_000 });
  await pull(page, lever.getByRole("button"), /Roll back checkout/);
  await follow(newestRestoration(page), ["Asked", "Accepted", "In effect", "Verified"]);
  await expectStatus(page, "Restored", 60_000);

  // The cure passes the freeze: its revert is green, labelled, and merged by itself.
  const revert = looseEnds(page)
    .getByRole("button", { name: /Open the revert of #78/ })
    .first();
  await revert.click();
  const confirm = looseEnds(page).getByRole("button", { name: /Open revert of #78|Confirm/ });
  await confirm.first().click();
  await confirm.first().click();
  type View = { restorations: { lever: string; url: string | null; progress: string | null }[] };
  const number = await expect
    .poll(async () => {
      const { restorations } = await world.ask<View>("/api/incidents/INC-1");
      return restorations.find(({ lever: one }) => one === "revert")?.url ?? "";
    })
    .toMatch(/\/pull\/\d+/)
    .then(async () => {
      const { restorations } = await world.ask<View>("/api/incidents/INC-1");
      const url = restorations.find(({ lever: one }) => one === "revert")?.url ?? "";
      return Number(/\/pull\/(\d+)/.exec(url)?.[1]);
    });
  await expect.poll(() => frozenState(world, number), { timeout: 30_000 }).toBe("success");
});

test("what stays open is waived with a reason; resolving thaws", async ({
  commander: page,
  world,
}) => {
  test.setTimeout(120_000);
  await page.goto(`${world.url}/incidents/INC-1`);
  await looseEnds(page).waitFor();
  for (let left = 8; left > 0; left -= 1) {
    const waive = looseEnds(page).getByRole("button", { name: /^Waive…/ });
    if ((await waive.count()) === 0) break;
    const before = await waive.count();
    await waive.first().click();
    await looseEnds(page).getByRole("textbox").fill("The platform team looks after it tomorrow");
    await looseEnds(page).getByRole("button", { name: "Waive it" }).click();
    await expect(waive).toHaveCount(before - 1);
  }
  await expectStatus(page, "Restored", 60_000);
  await page.getByRole("button", { name: "Resolve" }).click();
  await expectStatus(page, "Resolved");
  await expect(freezes(page)).toBeHidden({ timeout: 30_000 });
});

test("a freeze of its own ends by itself, and the gate says so", async ({
  commander: page,
  world,
}) => {
  test.setTimeout(180_000);
  const gate = async () => {
    const headers = { authorization: `Bearer ${world.token}` };
    const sha = "0123456789abcdef0123456789abcdef01234567";
    const answer = await fetch(`${world.url}/api/gate?service=payments&sha=${sha}`, { headers });
    return answer.status;
  };
  expect(await gate()).toBe(200);
  await world.ask("/api/freezes", {
    method: "POST",
    body: { services: ["payments"], reason: "A minute of quiet", minutes: 1 },
  });
  await expect(freezes(page).getByText("A minute of quiet")).toBeVisible({ timeout: 30_000 });
  expect(await gate()).toBe(423);
  await expect(freezes(page)).toBeHidden({ timeout: 90_000 });
  expect(await gate()).toBe(200);
});
