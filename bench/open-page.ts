import { type Browser, chromium, type Page } from "@playwright/test";
import { findChromium } from "../e2e/real-parts/find-chromium.ts";
import { signIn } from "./sign-in.ts";

export type OpenPage = { page: Page; browser: Browser };

/** A page of the console in a real Chromium, signed in; else the reason why there is no browser. */
export async function openPage(url: string, path: string): Promise<OpenPage | string> {
  const found = await findChromium();
  if (found.part === null) return found.reason;
  const { path: executablePath, launchArgs: args } = found.part;
  const browser = await chromium.launch({ executablePath, args });
  try {
    const [name = "", value = ""] = (await signIn(url)).split("=");
    const context = await browser.newContext();
    await context.addCookies([{ name, value, url }]);
    const page = await context.newPage();
    await page.goto(`${url}${path}`, { waitUntil: "load" });
    return { page, browser };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
