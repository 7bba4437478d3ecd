import { expect, type Page } from "@playwright/test";
import { follow, leverOf, newestRestoration } from "./pull.ts";
import { openIncident, signIn, signInWithGithub, test, type World } from "./world.ts";

/** So slow that it is still under way when the other looks. */
const SLOW_PODS = ["--pod-ready-ms=2500"];

test.use({ scenario: "rollback", place: "commanders", sandboxArgs: SLOW_PODS });

type Outcome = { outcome: string; sentence: string };

/** Ten presses at once from one browser, as ten tabs of it would send them. */
function pressTenTimes(page: Page, body: object): Promise<Outcome[]> {
  return page.evaluate(
    (press) =>
      Promise.all(
        Array.from({ length: 10 }, async () => {
          const answer = await fetch("/api/restorations", {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ ...press, key: crypto.randomUUID() }),
          });
          return (await answer.json()) as Outcome;
        }),
      ),
    body,
  );
}

async function bodyOfPress(world: World): Promise<object> {
  const view = await world.ask<{ suspects: { id: string }[] }>("/api/incidents/INC-1");
  const suspectId = view.suspects[0]?.id ?? "";
  const card = await world.ask<{ levers: { lever: string; target: unknown; seen: string }[] }>(
    `/api/incidents/INC-1/levers?suspect=${encodeURIComponent(suspectId)}`,
  );
  const lever = card.levers.find((each) => each.lever === "rollback");
  return { incidentId: "INC-1", target: lever?.target, seen: lever?.seen, suspectId };
}

test("two commanders press twenty times: one patch, one Restoration, the other is told", async ({
  browser,
  world,
}) => {
  const [demo, mira] = await Promise.all([browser.newContext(), browser.newContext()]);
  const [first, second] = await Promise.all([demo.newPage(), mira.newPage()]);
  await Promise.all([signIn(first, world.url), signInWithGithub(second, world.url, "mira")]);
  for (const page of [first, second]) await openIncident(page, /Card payments/);

  // Both arm the lever on their screens; then everything is pressed at once.
  const buttons = [first, second].map((page) => leverOf(page, "Roll back").getByRole("button"));
  for (const button of buttons) {
    await expect(button).toHaveText(/payments/, { timeout: 60_000 });
    await button.click();
  }
  const body = await bodyOfPress(world);
  const armed = await Promise.all(buttons.map((button) => button.elementHandle()));
  // A button goes as soon as its page hears of a Restoration: then there is nothing left to press.
  const [ours, theirs] = await Promise.all([
    pressTenTimes(first, body),
    pressTenTimes(second, body),
    ...armed.map((button) => button?.evaluate((one) => (one as HTMLElement).click())),
  ]);

  const outcomes = [...ours, ...theirs].map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === "started").length).toBeLessThanOrEqual(1);
  expect(new Set(outcomes.filter((outcome) => outcome !== "started"))).toEqual(
    new Set(["already"]),
  );
  const { restorations } = await world.ask<{ restorations: { by: string }[] }>(
    "/api/incidents/INC-1",
  );
  expect(restorations).toHaveLength(1);
  const by = restorations[0]?.by ?? "";
  const other = by === "Mira Lindholm" ? first : second;
  const one = other === first ? second : first;
  await expect(newestRestoration(other).getByText(`${by} is doing this`)).toBeVisible();
  await expect(newestRestoration(one).getByText("by you")).toBeVisible();
  for (const page of [first, second]) {
    await expect(page.getByRole("article")).toHaveCount(1);
    await follow(newestRestoration(page), ["Accepted"]);
  }
  const told = [...ours, ...theirs].filter(({ outcome }) => outcome === "already");
  for (const { sentence } of told) expect(sentence).toContain(by);

  await follow(newestRestoration(other), ["In effect"]);
  const patches = (await world.asked("kubernetes")).filter(
    ({ method, path }) => method === "PATCH" && !path.includes("dryRun"),
  );
  expect(patches).toHaveLength(1);
  await Promise.all([demo.close(), mira.close()]);
});
