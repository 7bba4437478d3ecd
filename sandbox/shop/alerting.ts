import { createHash } from "node:crypto";
import { SERVICES, serviceNamed } from "./catalogue.ts";
import type { LiveWorld } from "./live-world.ts";
import type { Scenario } from "./scenarios/scenario.ts";

export type AlertingOptions = {
  world: LiveWorld;
  scenario: () => Scenario;
  /** Where Alertmanager notifications go, with a bearer token. */
  receiver: { url: string; token: string };
  /** How often rules are evaluated, milliseconds. */
  everyMs: number;
  /** When each service's harm is known to have begun; now when it isn't. */
  beganAt: (service: string) => number;
  report: (sentence: string) => void;
};

/** Its end stays the same however often it has to be sent. */
type Firing = { startsAt: number; isTold: boolean; endedAt: number | null };

/**
 * The shop's alerting: a service above its threshold fires, and the group is sent the way Alertmanager
 * does, again and again until it is taken; so is its end.
 */
export function startAlerting(options: AlertingOptions): { stop(): void } {
  const firing = new Map<string, Firing>();
  const evaluate = async () => {
    for (const { name, threshold } of SERVICES) {
      const isBad = options.world.now(name) > threshold;
      const alert = firing.get(name);
      if (isBad && !alert)
        firing.set(name, {
          startsAt: Math.min(options.beganAt(name) + 60_000, Date.now()),
          isTold: false,
          endedAt: null,
        });
      const current = firing.get(name);
      if (current) current.endedAt = isBad ? null : (current.endedAt ?? Date.now());
      if (isBad && current && !current.isTold) {
        current.isTold = await send(options, name, current, null);
        if (current.isTold) options.report(`${alertName(options, name)} fired and was taken.`);
      }
      if (!isBad && current) {
        if (!current.isTold || (await send(options, name, current, current.endedAt)))
          firing.delete(name);
      }
    }
  };
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    evaluate().finally(() => {
      isBusy = false;
    });
  }, options.everyMs);
  return { stop: () => clearInterval(timer) };
}

function alertName(options: AlertingOptions, service: string): string {
  const { alert, service: hurt } = options.scenario();
  return hurt === service ? alert.name : `${serviceNamed(service).title}Errors`;
}

async function send(
  options: AlertingOptions,
  service: string,
  alert: Firing,
  endedAt: number | null,
): Promise<boolean> {
  const scenario = options.scenario();
  const name = alertName(options, service);
  const summary =
    scenario.service === service
      ? scenario.alert.summary
      : `${serviceNamed(service).title} fails more often than it should`;
  const status = endedAt === null ? "firing" : "resolved";
  const labels = { alertname: name, service, severity: "error" };
  const annotations = { summary };
  const body = {
    version: "4",
    groupKey: `{}:{alertname="${name}", service="${service}"}`,
    truncatedAlerts: 0,
    status,
    receiver: "known-good",
    groupLabels: { alertname: name, service },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: "",
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: new Date(alert.startsAt).toISOString(),
        endsAt: endedAt === null ? "0001-01-01T00:00:00Z" : new Date(endedAt).toISOString(),
        generatorURL: "",
        fingerprint: createHash("sha256").update(`${name}/${service}`).digest("hex").slice(0, 16),
      },
    ],
  };
  try {
    const response = await fetch(options.receiver.url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${options.receiver.token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    });
    return response.ok;
  } catch {
    return false;
  }
}
