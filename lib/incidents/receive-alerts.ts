import "server-only";
import type { AlertGroup } from "@/lib/contracts/alert";
import type { Incident, Severity } from "@/lib/contracts/incident";
import type { Ctx } from "@/lib/server/context";
import { declareIncident } from "./declare-incident";
import { findByAlertGroup, incidentNumber, insertEntry } from "./store";

/**
 * Takes an Alertmanager notification: a firing group declares one incident, later notifications of the
 * same group are timeline entries on it, and a resolved alert closes nothing by itself. Delivered
 * again, nothing is doubled.
 */
export async function receiveAlerts(
  ctx: Ctx,
  group: AlertGroup,
): Promise<{ incidentId: string | null }> {
  const key = `${group.receiver}:${group.groupKey}`;
  const firing = group.alerts.filter((alert) => alert.status === "firing");
  const existing = await findByAlertGroup(ctx.db, key);
  if (!existing && firing.length === 0) return { incidentId: null };
  const incident = existing ?? (await declare(ctx, group, key)).incident;
  await recordAlerts(ctx, incident, group);
  ctx.publish("incident", incident.id);
  return { incidentId: incident.id };
}

async function declare(ctx: Ctx, group: AlertGroup, key: string) {
  const starts = group.alerts.map((alert) => new Date(alert.startsAt).getTime());
  const services = group.alerts.flatMap((alert) => alert.labels.service ?? []);
  return declareIncident(
    ctx,
    {
      title: titleOf(group).slice(0, 200),
      severity: severityOf(group.commonLabels.severity),
      services: [...new Set(services)],
    },
    {
      origin: "alertmanager",
      alertGroup: key,
      alertStartedAt: new Date(Math.min(...starts)),
    },
  );
}

function titleOf(group: AlertGroup): string {
  const first = group.alerts[0];
  return (
    group.commonAnnotations.summary ||
    first?.annotations.summary ||
    group.commonLabels.alertname ||
    first?.labels.alertname ||
    "An alert without a name"
  );
}

/** critical → 1, error → 2, warning → 3, info → 4; sev1…sev4 as they say; anything else is 2. */
function severityOf(label: string | undefined): Severity {
  switch (label?.toLowerCase()) {
    case "critical":
    case "page":
    case "sev1":
      return 1;
    case "warning":
    case "sev3":
      return 3;
    case "info":
    case "none":
    case "sev4":
      return 4;
    default:
      return 2;
  }
}

async function recordAlerts(ctx: Ctx, incident: Incident, group: AlertGroup): Promise<void> {
  const number = incidentNumber(incident.id);
  if (number === null) return;
  for (const alert of group.alerts) {
    const isOver = alert.status === "resolved";
    const at = new Date(isOver ? alert.endsAt : alert.startsAt);
    const name = alert.labels.alertname ?? "An alert";
    await insertEntry(ctx.db, {
      incidentNumber: number,
      kind: "alert",
      at,
      text: [`${name} ${isOver ? "stopped firing" : "fires"}`, alert.annotations.summary]
        .filter(Boolean)
        .join(": "),
      by: "Alertmanager",
      url: alert.generatorURL || null,
      naturalKey: `alert:${number}:${alert.fingerprint}:${alert.status}:${at.toISOString()}`,
    });
  }
}
