import "server-only";
import { createHash } from "node:crypto";
import type { AlertGroup } from "@/lib/contracts/alert";
import type { Incident, Severity } from "@/lib/contracts/incident";
import { alertNews } from "@/lib/rules/alert-news";
import { redactText } from "@/lib/rules/redact-text";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { declareIncident } from "./declare-incident";
import { addAlertTexts } from "./evidence-store";
import {
  findByAlertGroup,
  holdForAlerts,
  incidentNumber,
  insertEntry,
  reopenRestored,
  toldAlerts,
} from "./store";

/** An incident may be resolved between finding it and writing on it; more often than this it isn't. */
const ATTEMPTS = 3;

/**
 * Takes an Alertmanager notification: a firing group declares one incident, later notifications of the
 * same group are timeline entries on it, and a resolved alert closes nothing by itself. An alert that
 * fires anew opens a restored incident again. Delivered again, nothing is doubled.
 */
export async function receiveAlerts(
  ctx: Ctx,
  told: AlertGroup,
): Promise<{ incidentId: string | null }> {
  const group = masked(told);
  const key = `${group.receiver}:${group.groupKey}`;
  const isFiring = group.alerts.some((alert) => alert.status === "firing");
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const existing = await findByAlertGroup(ctx.db, key);
    if (!existing && !isFiring) return { incidentId: null };
    const incident = existing ?? (await declare(ctx, group, key)).incident;
    if (await recordAlerts(ctx, { incident, group, key })) {
      return { incidentId: incident.id };
    }
  }
  throw new Refusal("try-again", 409, "The incident of this alert just ended. Send it again.");
}

/** A group's key holds labels' values; masked, it stays one of its own. */
function maskedKey(groupKey: string): string {
  const { text } = redactText(groupKey);
  if (text === groupKey) return groupKey;
  return `${text} ${createHash("sha256").update(groupKey).digest("base64url")}`;
}

/** Alerts quote what failed, with the address and password it failed at; all who may look read them here. */
function masked(group: AlertGroup): AlertGroup {
  const { groupKey, commonLabels, commonAnnotations, alerts } = group;
  return {
    ...group,
    groupKey: maskedKey(groupKey),
    commonLabels: maskedTexts(commonLabels),
    commonAnnotations: maskedTexts(commonAnnotations),
    alerts: alerts.map((alert) => ({
      ...alert,
      labels: maskedTexts(alert.labels),
      annotations: maskedTexts(alert.annotations),
      generatorURL: withoutSignIn(alert.generatorURL),
    })),
  };
}

/** The link as it came, but without a user and password before its host. */
function withoutSignIn(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || (url.username === "" && url.password === "")) return address;
  url.username = "";
  url.password = "";
  return url.href;
}

function maskedTexts(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, redactText(text).text]),
  );
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

/**
 * What alerts say in labels and annotations: endpoints, jobs, error messages, for whoever looks for the
 * cause.
 */
function textsOf(group: AlertGroup): string[] {
  return group.alerts.flatMap(({ labels, annotations }) => [
    ...Object.entries(labels).map(([name, value]) => `${name}: ${value}`),
    ...Object.values(annotations),
  ]);
}

/** False when the incident no longer speaks for the group, so that nothing was written on it. */
async function recordAlerts(
  ctx: Ctx,
  { incident, group, key }: { incident: Incident; group: AlertGroup; key: string },
): Promise<boolean> {
  const number = incidentNumber(incident.id);
  if (number === null) return true;
  const now = ctx.now();
  const { isHeld, isReopened } = await ctx.db.$transaction(async (tx) => {
    if (!(await holdForAlerts(tx, number, key))) return { isHeld: false, isReopened: false };
    const news = alertNews(group, { number, told: await toldAlerts(tx, number), now });
    const own = { incidentNumber: number, by: "Alertmanager" };
    for (const { isNewHarm: _, ...told } of news) {
      await insertEntry(tx, { ...own, kind: "alert", ...told });
    }
    await addAlertTexts(tx, number, textsOf(group));
    const again = news.find(({ isNewHarm }) => isNewHarm);
    if (!again || !(await reopenRestored(tx, number))) return { isHeld: true, isReopened: false };
    const text = `Alertmanager reopened it: ${again.text}`;
    await insertEntry(tx, { ...own, kind: "status", at: now, text });
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: "reopen-incident",
      subject: incident.id,
      detail: { because: again.text },
      at: now,
    });
    return { isHeld: true, isReopened: true };
  });
  if (isHeld) ctx.publish("incident", incident.id);
  if (isReopened) ctx.publish("incidents");
  return isHeld;
}
