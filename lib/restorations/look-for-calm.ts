import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { Incident } from "@/lib/contracts/incident";
import type { Service } from "@/lib/contracts/service";
import { incidentNumber, toldAlerts } from "@/lib/incidents/store";
import { isAlertFiring } from "@/lib/rules/alert-news";
import { type SignalLook, whyCalm } from "@/lib/rules/why-calm";
import type { Ctx } from "@/lib/server/context";
import { readSignal } from "@/lib/services/read-signal";

const LOOK_BACK_MS = 6 * 3_600_000;
const LEAD_MS = 60_000;
/** A card doesn't wait longer than this to hear that there is nothing to do. */
const PATIENCE_MS = 2_000;

/**
 * Why nothing needs to go back although `incident` is open, or null: a service is hurt, an alert of it
 * fires, or nobody knows, because a service has no signal, its source doesn't answer or has a clock apart
 * from ours.
 */
export function lookForCalm(
  ctx: Ctx,
  incident: Incident,
  services: Service[],
): Promise<string | null> {
  return Promise.race([look(ctx, incident, services), sleep(PATIENCE_MS, null, { ref: false })]);
}

async function look(ctx: Ctx, incident: Incident, services: Service[]): Promise<string | null> {
  const affected = services.filter(({ name }) => incident.services.includes(name));
  const isAllKnown = incident.services.every((name) =>
    affected.some((service) => service.name === name && service.signal !== null),
  );
  if (!isAllKnown) return null;
  const number = incidentNumber(incident.id);
  if (number === null || isAlertFiring(await toldAlerts(ctx.db, number))) return null;
  const to = ctx.now();
  const now = to.getTime();
  const oldest = now - LOOK_BACK_MS;
  const harmBeganAt = Math.max(Date.parse(incident.harmBeganAt), oldest);
  const looks = await Promise.all(
    affected.map(async (service): Promise<SignalLook | null> => {
      const proveMs = (service.signal?.verifyForSeconds ?? 0) * 1_000;
      const from = new Date(Math.max(oldest, Math.min(harmBeganAt, now - proveMs) - LEAD_MS));
      const { spec, points, clockOff } = await readSignal(ctx, { service, from, to });
      return clockOff ? null : { title: service.title, spec, points };
    }),
  );
  const told = looks.filter((one) => one !== null);
  return told.length < looks.length ? null : whyCalm(told, { harmBeganAt, now });
}
