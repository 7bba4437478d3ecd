/**
 * `node docs/screenshots.ts`: starts the small world and takes the documentation's pictures, and one of
 * every screen in both themes and three widths into .data/screenshots for people to look at. Then the
 * same of the incident of the scenario gitops, before and after its rollback.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { findChromium } from "../e2e/real-parts/find-chromium.ts";
import { buildConsole } from "../sandbox/build-console.ts";
import { type RunningWorld, runWorld } from "../sandbox/run-world.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const images = join(root, "docs/images");
const others = join(root, ".data/screenshots");
const WIDTHS = [1440, 768, 320];
const HEIGHT = 1000;
/** Pictures that the documentation shows, by screen, width and theme. */
const PICTURES = new Map([
  ["incident-1440-light", "incident.png"],
  ["incident-1440-dark", "incident-dark.png"],
  ["incident-320-light", "incident-phone.png"],
  ["recovery-1440-light", "recovery.png"],
  ["retro-1440-light", "retro.png"],
  ["owned-1440-light", "owned.png"],
  ["owned-1440-dark", "owned-dark.png"],
  ["frozen-1440-light", "frozen.png"],
  ["frozen-1440-dark", "frozen-dark.png"],
]);
const THEMES = ["light", "dark"] as const;
type Look = { colorScheme: (typeof THEMES)[number]; width: number };
/** Screens whose pictures begin at their levers. */
const AT_LEVERS = new Set(["owned", "frozen"]);

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

async function ask(world: RunningWorld, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${world.token}` };
  const response = await fetch(`${world.url}${path}`, { headers });
  return response.ok ? response.json() : null;
}

/** The address of the incident that the shop's alert declared, once so many levers have a target. */
async function incidentPath(world: RunningWorld, levers: number): Promise<string> {
  const until = Date.now() + 180_000;
  while (Date.now() < until) {
    const incidents = (await ask(world, "/api/incidents")) as { items: { id: string }[] } | null;
    const id = incidents?.items[0]?.id;
    const card = (id ? await ask(world, `/api/incidents/${id}/levers`) : null) as {
      levers: { target: unknown }[];
    } | null;
    const targets = card?.levers.filter((lever) => lever.target !== null) ?? [];
    if (targets.length >= levers) return `/incidents/${id}`;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error("No incident with levers to pull came about within three minutes.");
}

/** The newest retro that was published. */
async function publishedRetroPath(world: RunningWorld): Promise<string> {
  const retros = (await ask(world, "/api/retros?state=published")) as {
    items: { incident: { id: string } }[];
  } | null;
  const id = retros?.items[0]?.incident.id;
  if (!id) throw new Error("The past of the small world has no published retro.");
  return `/retros/${id}`;
}

async function signedIn(
  browser: Browser,
  world: RunningWorld,
  look: Look,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: look.width, height: HEIGHT },
    colorScheme: look.colorScheme,
    reducedMotion: "reduce",
    deviceScaleFactor: look.width < 700 ? 2 : 1,
  });
  context.setDefaultTimeout(120_000);
  const answer = await context.request.post(`${world.url}/api/demo-sign-in`, {
    headers: { origin: world.url },
    data: {},
  });
  if (!answer.ok()) throw new Error(`The demo identity was refused: ${answer.status()}`);
  return context;
}

async function open(page: Page, world: RunningWorld, path: string): Promise<void> {
  await page.goto(world.url + path);
  await page.getByRole("heading", { level: 1 }).waitFor();
  if (/^\/incidents\/./.test(path)) {
    const names = /discount-engine|Roll back|Put back/;
    await page.getByRole("button", { name: names }).first().waitFor();
  }
  // Charts and live figures settle after the first answers.
  await page.waitForTimeout(2_500);
}

/** Takes every screen in both themes and all widths; `screens`: their addresses by name. */
async function take(
  browser: Browser,
  world: RunningWorld,
  screens: Record<string, string>,
): Promise<void> {
  for (const colorScheme of THEMES) {
    for (const width of WIDTHS) {
      const context = await signedIn(browser, world, { colorScheme, width });
      const page = await context.newPage();
      for (const [name, path] of Object.entries(screens)) {
        await open(page, world, path);
        const file = `${name}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(others, file), fullPage: true });
        if (AT_LEVERS.has(name)) {
          await page.locator("#levers").evaluate((element) => element.scrollIntoView());
          await page.waitForTimeout(300);
        }
        const shown = PICTURES.get(`${name}-${width}-${colorScheme}`);
        if (shown) await page.screenshot({ path: join(images, shown) });
        console.log(file);
      }
      await context.close();
    }
  }
}

/** Runs a world for as long as `work` takes. */
async function inWorld(
  scenario: string,
  more: { hasHistory: boolean; sandboxArgs: string[] },
  work: (world: RunningWorld) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "known-good-pictures-"));
  const world = await runWorld({ root, dir, scenario, port: await freePort(), ...more });
  try {
    await work(world);
  } finally {
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Rolls back with a freeze, as anybody does, and has another team wait for it. */
async function rollBack(browser: Browser, world: RunningWorld, path: string): Promise<void> {
  const context = await signedIn(browser, world, { colorScheme: "light", width: 1440 });
  const page = await context.newPage();
  await open(page, world, path);
  const lever = page.getByRole("region", { name: "Roll back", exact: true });
  for (let press = 0; press < 2; press += 1) await lever.getByRole("button").last().click();
  const restoration = page.getByRole("article").first();
  await restoration.getByRole("listitem").filter({ hasText: "Verified, done" }).waitFor();
  await fetch(`${world.addresses.control}/deliver?service=checkout`, { method: "POST" });
  await page.getByRole("region", { name: "Freezes" }).getByText("1 delivery waits").waitFor();
  await context.close();
}

const chosen = await findChromium();
if (chosen.part === null) throw new Error(chosen.reason);
mkdirSync(images, { recursive: true });
mkdirSync(others, { recursive: true });
await buildConsole(root, console.log);
const { path: executablePath, launchArgs: args } = chosen.part;
const browser = await chromium.launch({ executablePath, args });
try {
  await inWorld("retoggle", { hasHistory: true, sandboxArgs: [] }, async (world) => {
    await take(browser, world, {
      incident: await incidentPath(world, 3),
      now: "/",
      service: "/services/checkout",
      settings: "/settings",
      retros: "/retros",
      retro: await publishedRetroPath(world),
      "follow-ups": "/follow-ups",
      recovery: "/recovery",
      readiness: "/readiness",
    });
  });
  const quiet = { hasHistory: false, sandboxArgs: ["--competing-ms=0"] };
  await inWorld("gitops", quiet, async (world) => {
    const path = await incidentPath(world, 1);
    await take(browser, world, { owned: path });
    await rollBack(browser, world, path);
    await take(browser, world, { frozen: path });
  });
} finally {
  await browser.close();
}
