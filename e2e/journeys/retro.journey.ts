import { expect, type Locator, type Page } from "@playwright/test";
import { brokenRules } from "./axe.ts";
import { signIn, signInWithGithub, test, type World } from "./world.ts";

test.use({ scenario: "retoggle", place: "retro" });
test.describe.configure({ mode: "serial" });

const RETRO = "/retros/INC-1";

type Lever = { lever: string; target: unknown; seen: string };
type Document = {
  sections: { name: string; text: string }[];
  timeline: { subject: string; text: string; shown: string }[];
  followUps: { id: string; state: string; issue: { url: string; state: string } | null }[];
};

/** Pulls the flag back by script and waits until it is verified and its retro drafted. */
async function restored(world: World): Promise<void> {
  const view = async () =>
    world.ask<{ incident: { status: string }; suspects: { id: string }[] }>("/api/incidents/INC-1");
  let lever: Lever | undefined;
  const find = async () => {
    const suspectId = (await view()).suspects[0]?.id;
    if (!suspectId) return false;
    const query = `suspect=${encodeURIComponent(suspectId)}`;
    const card = await world.ask<{ levers: Lever[] }>(`/api/incidents/INC-1/levers?${query}`);
    lever = card.levers.find((each) => each.lever === "retoggle" && each.target !== null);
    return lever !== undefined;
  };
  await expect.poll(() => find().catch(() => false), { timeout: 90_000 }).toBe(true);
  await world.ask("/api/restorations", {
    method: "POST",
    body: {
      incidentId: "INC-1",
      target: lever?.target,
      seen: lever?.seen,
      key: "the-press-of-the-retro",
    },
  });
  await expect
    .poll(async () => (await view()).incident.status, { timeout: 90_000 })
    .toBe("restored");
  const isDrafted = () => documentOf(world).then(Boolean, () => false);
  await expect.poll(isDrafted, { timeout: 60_000 }).toBe(true);
}

async function documentOf(world: World): Promise<Document> {
  return (await world.ask<{ document: Document }>("/api/retros/INC-1")).document;
}

async function textOf(world: World, section: string): Promise<string> {
  const { sections } = await documentOf(world);
  return sections.find(({ name }) => name === section)?.text ?? "";
}

/** What the page breaks, wide in the light and narrow in the dark; also when it scrolls sideways. */
async function violationsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [colorScheme, width] of [
    ["dark", 320],
    ["light", 1_440],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const named = (await brokenRules(page)).flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id}: ${target} at ${width}`),
    );
    const whole = await page.evaluate(() => document.documentElement.scrollWidth);
    found.push(...named, ...(whole > width ? [`scrolls sideways at ${width}`] : []));
  }
  return found;
}

/** Types slowly enough that saving and reading happen in between. */
const type = (field: Locator, words: string) => field.pressSequentially(words, { delay: 20 });

test("drafted from receipts, written by two at once, curated, published, exported", async ({
  browser,
  world,
}) => {
  test.setTimeout(300_000);
  await restored(world);
  const [one, two] = await Promise.all([browser.newContext(), browser.newContext()]);
  const [demo, mira] = await Promise.all([one.newPage(), two.newPage()]);
  await Promise.all([signIn(demo, world.url), signInWithGithub(mira, world.url, "mira")]);

  // From the incident to its retro.
  await demo.goto(`${world.url}/incidents/INC-1`);
  await demo.getByRole("link", { name: "Retro", exact: true }).click();
  await mira.goto(`${world.url}${RETRO}`);
  for (const page of [demo, mira]) {
    await expect(page.getByRole("heading", { level: 1, name: /^Retro: Checkout/ })).toBeVisible();
  }
  await expect(demo.getByRole("textbox", { name: "Summary" })).not.toHaveValue("");
  await expect(demo.getByRole("table").filter({ hasText: "Take effect" })).toBeVisible();
  const way = demo.getByRole("region", { name: "The way back, and the others there were" });
  await expect(way.getByText("pulled", { exact: true })).toBeVisible();
  await expect(demo.getByRole("region", { name: "What was kept" })).toContainText("R-1");

  // Each sees that the other is here.
  await expect(demo.getByRole("list", { name: "Also here" })).toContainText("Mira");
  await expect(mira.getByRole("list", { name: "Also here" })).toBeVisible();

  // Both write in the same section at once.
  const fields = [demo, mira].map((page) => page.getByRole("textbox", { name: "What was hard" }));
  const [ours, theirs] = fields;
  if (!ours || !theirs) throw new Error("There are two fields.");
  const early = "The alert came four minutes late and its text named no service.";
  const late = "Nobody could tell from the dashboard which flag had been turned on.";
  await Promise.all([type(ours, early), type(theirs, late)]);
  for (const words of [early, late]) {
    await expect.poll(() => textOf(world, "was-hard")).toContain(words);
  }
  const settled = await textOf(world, "was-hard");
  for (const field of fields) await expect(field).toHaveValue(settled);

  // Again, now in the midst of what stands there, and without leaving the field.
  await ours.press("Control+Home");
  await theirs.press("Control+End");
  await Promise.all([type(ours, "To begin with: "), type(theirs, " That took ten minutes.")]);
  await expect.poll(() => textOf(world, "was-hard")).toContain("To begin with: ");
  await expect.poll(() => textOf(world, "was-hard")).toContain(" That took ten minutes.");
  const whole = await textOf(world, "was-hard");
  for (const words of [early, late]) expect(whole).toContain(words);
  for (const field of fields) await expect(field).toHaveValue(whole);

  // What blames is marked with a better question, and saved all the same.
  const lucky = demo.getByRole("textbox", { name: "Where we were lucky" });
  await lucky.fill("They should have tested it, but the flag was there.");
  await expect(
    demo
      .getByRole("region", { name: "Where we were lucky" })
      .getByText(/should have/)
      .last(),
  ).toBeVisible();
  await expect.poll(() => textOf(world, "lucky")).toContain("should have");

  // A line is hidden by one and goes from the other's screen; the full log still has it.
  const first = (await documentOf(world)).timeline.find(({ shown }) => shown === "kept");
  const lines = [demo, mira].map((page) =>
    page
      .getByRole("region", { name: "Timeline", exact: true })
      .getByRole("row")
      .filter({ hasText: first?.text ?? "no line is kept" }),
  );
  const [ourLine, theirLine] = lines;
  await ourLine?.first().getByRole("button", { name: /^Hide/ }).click();
  await expect(theirLine ?? demo.locator("none")).toHaveCount(0);
  await mira.getByRole("button", { name: "Full log" }).click();
  await expect(theirLine?.first() ?? demo.locator("none")).toContainText("hidden");

  // A factor rests on lines of the timeline.
  await mira.getByRole("button", { name: "Add a factor" }).click();
  const form = mira.getByRole("form", { name: "Add a contributing factor" });
  await form.getByRole("textbox").first().fill("The flag went to everybody at once");
  await form.getByRole("checkbox").first().check();
  await form.getByRole("button", { name: "Add factor" }).click();
  const factors = demo.getByRole("region", { name: "Contributing factors" });
  await expect(
    factors.getByText("The flag went to everybody at once", { exact: true }),
  ).toBeVisible();
  await factors.getByRole("button", { name: "Show 1 line" }).click();
  await expect(demo.locator("tr[data-lit]")).toHaveCount(1);

  expect(await violationsOf(demo)).toEqual([]);

  // Published, and what is published stays.
  await demo.getByRole("button", { name: "Publish version 1" }).click();
  await demo.getByRole("button", { name: "Confirm: publish version 1" }).click();
  await expect(demo.getByText("Published v1")).toBeVisible();
  await type(theirs, " More came to mind.");
  await expect(demo.getByText("changed since")).toBeVisible();
  await demo.goto(`${world.url}${RETRO}?version=1`);
  await expect(demo.getByText("Version 1, as it was published.")).toBeVisible();
  await expect(demo.getByText(whole)).toBeVisible();
  await expect(demo.getByText("More came to mind.")).toHaveCount(0);

  const exported = await demo.request.get(`${world.url}/api/retros/INC-1/markdown?version=1`);
  const markdown = await exported.text();
  for (const words of [early, late, "The flag went to everybody at once"]) {
    expect(markdown).toContain(words);
  }

  // On paper: no frame around it, dark on light, several pages' worth of words.
  await demo.emulateMedia({ media: "print", colorScheme: "dark" });
  await demo.goto(`${world.url}${RETRO}/print?version=1`);
  await expect(demo.getByRole("heading", { level: 1, name: /Checkout/ })).toBeVisible();
  await expect(demo.getByRole("navigation")).toHaveCount(0);
  const ink = await demo.locator("main").evaluate((sheet) => getComputedStyle(sheet).color);
  expect(ink).toBe("rgb(0, 0, 0)");
  const picture = await demo.locator("main").screenshot();
  expect(picture.byteLength).toBeGreaterThan(20_000);
  await Promise.all([one.close(), two.close()]);
});

test("a follow-up becomes an issue, is closed there, and is done here", async ({
  commander: page,
  world,
}) => {
  await page.goto(`${world.url}${RETRO}`);
  const panel = page.getByRole("region", { name: "Follow-ups", exact: true });
  await panel.getByRole("button", { name: "Add a follow-up" }).click();
  const form = panel.getByRole("form", { name: "Add a follow-up" });
  await form.getByLabel("What is to be done").fill("Alert when vouchers fail");
  await form.getByRole("combobox", { name: "Meant to" }).selectOption("detect");
  await form.getByLabel("Owner").fill("Ines Costa");
  await form.getByLabel("Due").fill("2020-01-31");
  await form.getByRole("button", { name: "Add follow-up" }).click();
  const row = panel.getByRole("listitem", { name: "Alert when vouchers fail" });
  await expect(row.getByText("overdue")).toBeVisible();
  await row.getByRole("button", { name: /Open as GitHub issue/ }).click();
  const link = row.getByRole("link", { name: /#\d+/ });
  await expect(link).toBeVisible();

  await page.goto(`${world.url}/follow-ups?overdue=true`);
  await expect(page.getByRole("listitem", { name: "Alert when vouchers fail" })).toBeVisible();

  // Closed on GitHub's own page, by a person.
  const issue = (await documentOf(world)).followUps[0]?.issue?.url ?? "";
  const github = await page.context().newPage();
  await github.goto(issue);
  await github.getByRole("button", { name: "Close as completed" }).click();
  // Only then is it closed there: a page that is left while it still sends may send nothing.
  await expect(github.getByRole("button", { name: "Reopen issue" })).toBeVisible();
  await github.close();
  await page.goto(`${world.url}${RETRO}`);
  await expect(row.getByText("done", { exact: true }).first()).toBeVisible({ timeout: 60_000 });
  await page.goto(`${world.url}/follow-ups`);
  await expect(page.getByText("No follow-up is open.")).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
});

test("found again by its words", async ({ commander: page, world }) => {
  await page.goto(`${world.url}/retros`);
  await page.getByRole("searchbox", { name: "Search all retros" }).fill("dashboard");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page.locator("mark").first()).toHaveText(/dashboard/i);
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole("link", { name: /Checkout/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^Retro: Checkout/ })).toBeVisible();
});
