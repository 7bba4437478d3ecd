import { NAMESPACE } from "../sandbox/shop/catalogue.ts";
import { TOKENS } from "../sandbox/shop/tokens.ts";
import { httpClient } from "./http-client.ts";
import { openPage } from "./open-page.ts";
import { type Measurement, summarise } from "./report.ts";
import type { BenchWorld } from "./start-world.ts";

const SERVICE = "catalog";
const WARM_UP = 2;
const LIMIT_MS = 2_000;
const SHOWN_WITHIN_MS = 15_000;

/**
 * From a new rollout, asked of the Kubernetes API by somebody else, to its row in a service page that
 * is open in Chromium: sent until painted.
 */
export async function measureEventToPage(
  bench: BenchWorld,
  rounds: number,
): Promise<Measurement | string> {
  const opened = await openPage(bench.world.url, `/services/${SERVICE}`);
  if (typeof opened === "string") return opened;
  const { page, browser } = opened;
  const cluster = httpClient(bench.world.addresses.kubernetes, {
    authorization: `Bearer ${TOKENS.clusterAdmin}`,
  });
  try {
    await page.getByText("Deploy history").first().waitFor();
    const samples: number[] = [];
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      const cause = `measured rollout ${round + 1} of ${rounds + WARM_UP}`;
      const beganAt = performance.now();
      await rollOut(cluster, cause);
      await page.getByText(cause).first().waitFor({ timeout: SHOWN_WITHIN_MS });
      if (round >= WARM_UP) samples.push(performance.now() - beganAt);
      // Not in step with anything that runs at fixed times.
      await new Promise((resolve) => setTimeout(resolve, 400 + ((round * 137) % 700)));
    }
    const shown = summarise(samples);
    return {
      name: "event-to-page",
      what: "cluster event to visible in an open page (Chromium)",
      samples: { "sent to painted (ms)": shown },
      bounds: [{ what: "p95", value: shown.p95, limit: LIMIT_MS, unit: "ms" }],
      notes: [],
    };
  } finally {
    cluster.close();
    await browser.close();
  }
}

/** A rollout with a change-cause that nobody else has. */
async function rollOut(cluster: ReturnType<typeof httpClient>, cause: string): Promise<void> {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${SERVICE}`;
  const { value: live } = await cluster.json<{
    spec: { template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } } };
  }>("GET", path);
  const patch = live.spec.template.spec.containers.map((container, index) => ({
    op: "add",
    path: `/spec/template/spec/containers/${index}/env`,
    value: [
      ...(container.env ?? []).filter(({ name }) => name !== "MEASURED"),
      { name: "MEASURED", value: cause },
    ],
  }));
  const { status, text } = await cluster.send(
    "PATCH",
    path,
    [
      ...patch,
      { op: "add", path: "/metadata/annotations/kubernetes.io~1change-cause", value: cause },
    ],
    "application/json-patch+json",
  );
  if (status !== 200) throw new Error(`The cluster answered ${status}: ${text.slice(0, 300)}`);
}
