import { gzipSync } from "node:zlib";
import { openPage } from "./open-page.ts";
import { type Measurement, summarise } from "./report.ts";
import type { BenchWorld } from "./start-world.ts";

const LIMIT_KB = 180;

/** All script that the incident page loads in Chromium until it is at rest, gzipped, in kB of 1,000 bytes. */
export async function measureScript(bench: BenchWorld): Promise<Measurement | string> {
  const opened = await openPage(bench.world.url, `/incidents/${await bench.incidentId()}`);
  if (typeof opened === "string") return opened;
  const { page, browser } = opened;
  try {
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.waitForTimeout(2_000);
    const addresses = await page.evaluate(() =>
      performance.getEntriesByType("resource").map((entry) => entry.name),
    );
    const scripts = [...new Set(addresses.filter((address) => /\.js(\?|$)/.test(address)))];
    const sizes: number[] = [];
    for (const address of scripts) {
      const response = await fetch(address);
      sizes.push(gzipSync(Buffer.from(await response.arrayBuffer())).byteLength / 1_000);
    }
    const total = Math.round(sizes.reduce((sum, size) => sum + size, 0) * 10) / 10;
    return {
      name: "script",
      what: "script of the incident page, gzipped",
      samples: { "each file (kB)": summarise(sizes) },
      bounds: [{ what: "all files", value: total, limit: LIMIT_KB, unit: "kB" }],
      notes: [],
    };
  } finally {
    await browser.close();
  }
}
