import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answers, freePort, startChild, waitUntil } from "./child-server.ts";
import { findProgram } from "./find-program.ts";
import { absent, present, type RealPart } from "./real-part.ts";

export type RealPrometheus = {
  url: string;
  /** Sets a gauge that is scraped every second; `NaN` is a value like any other. */
  setGauge: (name: string, labels: Record<string, string>, value: number) => void;
  /** Resolves after the next complete scrape, so that what was set can be queried. */
  scraped: () => Promise<void>;
  stop: () => Promise<void>;
};

type Gauge = { name: string; labels: Record<string, string>; value: number };

function exposition(gauges: Iterable<Gauge>): string {
  return [...gauges]
    .map(({ name, labels, value }) => {
      const pairs = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
      return `${name}{${pairs.join(",")}} ${value}\n`;
    })
    .join("");
}

/**
 * Debian's Prometheus on loopback, scraping an exporter inside this process.
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export async function startRealPrometheus(): Promise<RealPart<RealPrometheus>> {
  const program = await findProgram(["prometheus"], "prometheus");
  if (program.part === null) return absent(program.reason);

  const gauges = new Map<string, Gauge>();
  let scrapes = 0;
  const exporter = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" });
    response.end(exposition(gauges.values()));
    scrapes++;
  });
  await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
  const exporterPort = (exporter.address() as AddressInfo).port;

  const folder = await mkdtemp(join(tmpdir(), "known-good-prometheus-"));
  const config = join(folder, "prometheus.yml");
  await writeFile(
    config,
    `global:
  scrape_interval: 1s
scrape_configs:
  - job_name: shop
    honor_labels: true
    static_configs:
      - targets: ["127.0.0.1:${exporterPort}"]
    metric_relabel_configs:
      - action: labeldrop
        regex: instance
`,
  );
  const port = await freePort();
  const server = startChild(program.part, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=warn",
  ]);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await server.stop();
    await new Promise<void>((resolve) => {
      exporter.close(() => resolve());
      exporter.closeAllConnections();
    });
    await rm(folder, { recursive: true, force: true });
  };
  if (!(await waitUntil(server, () => answers(`${url}/-/ready`), 20_000))) {
    const said = server.output().trim().split("\n").at(-1) ?? "nothing";
    await stop();
    return absent(`Prometheus did not come up; its last words: ${said}`);
  }
  return present({
    url,
    setGauge: (name, labels, value) => {
      gauges.set(JSON.stringify([name, labels]), { name, labels, value });
    },
    scraped: async () => {
      // The scrape after the next has begun, so the next one is stored.
      const wanted = scrapes + 2;
      await waitUntil(server, () => scrapes >= wanted, 10_000);
    },
    stop,
  });
}
