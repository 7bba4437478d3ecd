import { openPage } from "./open-page.ts";
import { type Measurement, summarise } from "./report.ts";
import { residentMegabytes } from "./resident-megabytes.ts";
import { startWorld } from "./start-world.ts";

const LIMIT_MB = 600;
const SAMPLE_EVERY_MS = 5_000;
const LAST = 6;

/**
 * Resident memory of the console's processes while the demo runs with its incident page open in a
 * browser: what it has come to at the end, the median of the last half minute.
 */
export async function measureMemory(minutes: number): Promise<Measurement> {
  const bench = await startWorld("retoggle");
  try {
    const opened = await openPage(bench.world.url, `/incidents/${await bench.incidentId()}`);
    const samples: number[] = [];
    const pid = bench.world.console().pid ?? 0;
    const until = Date.now() + minutes * 60_000;
    while (Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
      samples.push(residentMegabytes(pid));
    }
    if (typeof opened !== "string") await opened.browser.close();
    const atLast = summarise(samples.slice(-LAST));
    return {
      name: "memory",
      what: `resident memory of the console after the demo ran ${minutes} minutes`,
      samples: { "every 5 s (MB)": summarise(samples), "last half minute (MB)": atLast },
      bounds: [{ what: "at the end", value: atLast.median, limit: LIMIT_MB, unit: "MB" }],
      notes: typeof opened === "string" ? [`No page was open: ${opened}`] : [],
    };
  } finally {
    await bench.stop();
  }
}
