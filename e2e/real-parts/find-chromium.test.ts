import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { CHROMIUM_LAUNCH_ARGS } from "./find-chromium.ts";

/** What Playwright itself turns off, as its program says: the names in its list, comments aside. */
function offByPlaywright(): string[] {
  const require = createRequire(createRequire(import.meta.url).resolve("@playwright/test"));
  const core = dirname(require.resolve("playwright-core/package.json"));
  const bundle = readFileSync(join(core, "lib/coreBundle.js"), "utf8");
  const [, list = ""] = /\bdisabledFeatures = \[\n([\s\S]*?)\n\s*\]/.exec(bundle) ?? [];
  return [...list.matchAll(/^\s*"(\w+)",?$/gm)].flatMap(([, name]) => name ?? []);
}

test("what Playwright turns off stays off where more is turned off", () => {
  const off = offByPlaywright();
  expect(off).toContain("HttpsUpgrades");
  const switches = CHROMIUM_LAUNCH_ARGS.filter((each) => each.startsWith("--disable-features="));
  expect(switches).toHaveLength(1);
  expect(switches[0]?.replace("--disable-features=", "").split(",")).toEqual(
    expect.arrayContaining(off),
  );
});
