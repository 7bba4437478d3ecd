import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "@playwright/test";
import { findProgram, onPath } from "./find-program.ts";
import { absent, isOffline, present, type RealPart } from "./real-part.ts";

export type Chromium = { path: string; launchArgs: string[] };

const run = promisify(execFile);

/** What Playwright turns off: its own switch is replaced by the one below. A test holds the two together. */
const OFF_BY_PLAYWRIGHT = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "TcpPortRandomizationWin",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
  "msForceBrowserSignIn",
  "msEdgeUpdateLaunchServicesPreferredVersion",
];
/** Pages that each window keeps ready for its address bar, which nobody sees: a process for each. */
const ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"];

/** Quiet, without a sandbox of its own (as root it has none), and without calling home. */
export const CHROMIUM_LAUNCH_ARGS = [
  `--disable-features=${[...OFF_BY_PLAYWRIGHT, ...ADDRESS_BAR].join(",")}`,
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The browser that Playwright would download, when it has. */
function playwrightsOwn(): string | null {
  try {
    const path = chromium.executablePath();
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

async function download(): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("@playwright/test/package.json");
  const cli = join(dirname(manifest), "cli.js");
  await run(process.execPath, [cli, "install", "chromium"], { timeout: 180_000 });
}

/**
 * A Chromium to drive with Playwright: the one in KNOWN_GOOD_CHROMIUM, one that is installed,
 * Playwright's own, else downloaded, else from Debian's packages.
 */
export async function findChromium(): Promise<RealPart<Chromium>> {
  const named = process.env.KNOWN_GOOD_CHROMIUM;
  if (named && !onPath([named])) {
    return absent(`KNOWN_GOOD_CHROMIUM names ${named}, which is no program.`);
  }
  const names = ["/usr/bin/chromium", "chromium", "google-chrome", "chromium-browser"];
  const installed = named ?? onPath(names) ?? playwrightsOwn();
  if (installed) return present({ path: installed, launchArgs: CHROMIUM_LAUNCH_ARGS });
  if (!isOffline()) await download().catch(() => undefined);
  const downloaded = playwrightsOwn();
  if (downloaded) return present({ path: downloaded, launchArgs: CHROMIUM_LAUNCH_ARGS });
  const debian = await findProgram(["chromium"], "chromium");
  if (debian.part === null) return absent(debian.reason);
  return present({ path: debian.part, launchArgs: CHROMIUM_LAUNCH_ARGS });
}
