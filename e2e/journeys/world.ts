import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, test as base, expect, type Locator, type Page } from "@playwright/test";
import { type RunningWorld, runWorld } from "../../sandbox/run-world.ts";
import { freePort } from "../real-parts/child-server.ts";
import { findChromium } from "../real-parts/find-chromium.ts";
import { copyLedger, makeDatabase } from "./databases.ts";

export type Product = "kubernetes" | "github" | "unleash" | "prometheus";
export type Asked = { at: number; method: string; path: string; status: number | null };

export type World = RunningWorld & {
  /** Takes a product away, or gives it back with "none". */
  fault: (product: Product, mode: "none" | "refuse" | "hang" | "error") => Promise<void>;
  /** What a product was asked lately, oldest first. */
  asked: (product: Product) => Promise<Asked[]>;
  /** Asks the console as a script would, with a token. Rejects unless it answers 2xx. */
  ask: <T>(path: string, init?: { method: string; body: unknown }) => Promise<T>;
};

type Scenario =
  | "retoggle"
  | "rollback"
  | "revert"
  | "schema-trap"
  | "configuration"
  | "innocent"
  | "outside"
  | "gitops";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Quick enough for a test, slow enough that each step can be seen. */
const QUICK = [
  "--pod-ready-ms=900",
  "--checks-ms=1500",
  "--build-ms=800",
  "--window-ms=6000",
  "--competing-ms=0",
];

/** An answer that never comes is told as such, long before the journey's own time is over. */
const soon = () => AbortSignal.timeout(40_000);

function withSwitches(running: RunningWorld): World {
  const { control } = running.addresses;
  return {
    ...running,
    async fault(product, mode) {
      const address = `${control}/fault?product=${product}&mode=${mode}`;
      const answer = await fetch(address, { method: "POST", signal: soon() });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async asked(product) {
      const address = `${control}/requests?product=${product}`;
      return (await fetch(address, { signal: soon() })).json();
    },
    async ask(path, init) {
      const answer = await fetch(`${running.url}${path}`, {
        method: init?.method ?? "GET",
        signal: soon(),
        headers: {
          authorization: `Bearer ${running.token}`,
          ...(init ? { "content-type": "application/json" } : {}),
        },
        ...(init ? { body: JSON.stringify(init.body) } : {}),
      });
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      return answer.json();
    },
  };
}

/** Tests with a browser and a small world of their own, in which `scenario` has just shipped. */
export const test = base.extend<
  { commander: Page },
  {
    scenario: Scenario;
    place: string;
    hasHistory: boolean;
    database: "postgresql" | "embedded";
    sandboxArgs: string[];
    world: World;
    browser: Browser;
  }
>({
  scenario: ["retoggle", { option: true, scope: "worker" }],
  /** Journeys that name a place of their own share their world with no other. */
  place: ["shared", { option: true, scope: "worker" }],
  /** Two years of the shop's past are in its ledger. */
  hasHistory: [false, { option: true, scope: "worker" }],
  /**
   * Where its ledger is. The levers' own journeys and those about kills have the embedded one, as the
   * demo does; the others have a real server where there is one. A past is written into the embedded one.
   */
  database: ["postgresql", { option: true, scope: "worker" }],
  /** Further arguments of the sandbox: "--ask-again-ms=1000" and the like. */
  sandboxArgs: [[], { option: true, scope: "worker" }],
  browser: [
    async ({ playwright }, use) => {
      const { part, reason } = await findChromium();
      if (part === null) {
        base.skip(true, reason);
        return;
      }
      const browser = await playwright.chromium.launch({
        executablePath: part.path,
        args: part.launchArgs,
      });
      await use(browser);
      await browser.close();
    },
    { scope: "worker", timeout: 300_000 },
  ],
  world: [
    async ({ scenario, place, hasHistory, database, sandboxArgs }, use) => {
      const made = database === "embedded" || hasHistory ? null : await makeDatabase();
      const dir = await mkdtemp(join(tmpdir(), `known-good-journey-${place}-`));
      // A past is written into a ledger that is made for it.
      if (!made && !hasHistory) await copyLedger(join(dir, "data"));
      const running = await runWorld({
        root,
        dir,
        scenario,
        port: await freePort(),
        verifyFor: "6s",
        hasPeople: true,
        hasHistory,
        sandboxArgs: [...QUICK, ...sandboxArgs],
        env: made?.env,
      });
      await use(withSwitches(running));
      await running.stop();
      await made?.remove();
      await rm(dir, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
  /** A page of somebody who is signed in and looks at the Now page. */
  commander: async ({ page, world }, use) => {
    await enter(page, world.url);
    await use(page);
  },
});

/** What the sign-in page sends when its button is pressed, without drawing that page first. */
async function enter(page: Page, url: string): Promise<void> {
  const answer = await page.request.post(`${url}/api/demo-sign-in`, {
    headers: { origin: url },
    form: { next: "/" },
    maxRedirects: 0,
  });
  expect(answer.status(), await answer.text()).toBe(303);
  await page.goto(url);
  await page.getByRole("heading", { name: "Now", exact: true }).waitFor();
}

/** Enters by the demo identity, the way a visitor does. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("button", { name: "Enter the demo" }).click();
  await page.getByRole("heading", { name: "Now", exact: true }).waitFor();
}

/** Signs in with the shop's GitHub as one of its engineers. */
export async function signInWithGithub(page: Page, url: string, login: string): Promise<void> {
  await page.goto(url);
  const continueAs = page.getByRole("button", { name: `Continue as ${login}` });
  await pressUntil(page.getByRole("button", { name: "Continue with GitHub" }), continueAs);
  await continueAs.click();
  await page.getByRole("heading", { name: "Now", exact: true }).waitFor();
}

/** Presses again when nothing came of it: a page may be drawn a moment before its script listens. */
async function pressUntil(button: Locator, comes: Locator): Promise<void> {
  await expect(async () => {
    if (await button.isVisible()) await button.click({ timeout: 2_000 });
    await comes.waitFor({ timeout: 8_000 });
  }).toPass({ timeout: 60_000 });
}

/** Opens the incident that the alert declared, from the Now page. */
export async function openIncident(page: Page, title: RegExp): Promise<void> {
  await page
    .getByRole("region", { name: "Incidents in progress" })
    .getByRole("link", { name: title })
    .click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}
