import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answers, freePort, startChild, waitUntil } from "./child-server.ts";
import { findProgram } from "./find-program.ts";
import { absent, present, type RealPart } from "./real-part.ts";

export type RealAlertmanagerOptions = {
  /** Where alerts are POSTed as JSON. */
  webhookUrl: string;
  /** Sent as `Authorization: Bearer …` with each webhook. */
  bearer?: string;
};

/** One alert as a rule in Prometheus would send it. Times are milliseconds since 1970. */
export type Alert = {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  startsAt?: number;
  /** In the past means resolved. */
  endsAt?: number;
  /** Leads back to the query. */
  generatorUrl?: string;
};

export type RealAlertmanager = {
  url: string;
  /** Rejects when Alertmanager refuses them. */
  postAlerts: (alerts: Alert[]) => Promise<void>;
  stop: () => Promise<void>;
};

/** Written as JSON, which YAML contains, so no text needs escaping. */
function configOf({ webhookUrl, bearer }: RealAlertmanagerOptions): string {
  const authorization = bearer
    ? { http_config: { authorization: { type: "Bearer", credentials: bearer } } }
    : {};
  return JSON.stringify({
    route: {
      receiver: "known-good",
      group_by: ["alertname", "service"],
      group_wait: "1s",
      group_interval: "1s",
      repeat_interval: "1h",
    },
    receivers: [
      {
        name: "known-good",
        webhook_configs: [{ url: webhookUrl, send_resolved: true, ...authorization }],
      },
    ],
  });
}

function isoOrNothing(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString();
}

/**
 * Debian's Alertmanager on loopback, sending groups of alerts to one webhook after a second.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export async function startRealAlertmanager(
  options: RealAlertmanagerOptions,
): Promise<RealPart<RealAlertmanager>> {
  const names = ["prometheus-alertmanager", "alertmanager"];
  const program = await findProgram(names, "prometheus-alertmanager");
  if (program.part === null) return absent(program.reason);
  const folder = await mkdtemp(join(tmpdir(), "known-good-alertmanager-"));
  const config = join(folder, "alertmanager.yml");
  await writeFile(config, configOf(options), { mode: 0o600 });
  const port = await freePort();
  const server = startChild(program.part, [
    `--config.file=${config}`,
    `--storage.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    `--web.external-url=http://127.0.0.1:${port}`,
    "--cluster.listen-address=",
    "--log.level=warn",
  ]);
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  if (!(await waitUntil(server, () => answers(`${url}/-/ready`), 20_000))) {
    const said = server.output().trim().split("\n").at(-1) ?? "nothing";
    await stop();
    return absent(`Alertmanager did not come up; its last words: ${said}`);
  }
  return present({
    url,
    stop,
    postAlerts: async (alerts) => {
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(
          alerts.map(({ labels, annotations, startsAt, endsAt, generatorUrl }) => ({
            labels,
            annotations,
            startsAt: isoOrNothing(startsAt),
            endsAt: isoOrNothing(endsAt),
            generatorURL: generatorUrl,
          })),
        ),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${text}`);
    },
  });
}
