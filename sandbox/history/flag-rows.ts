import { type Chance, createChance } from "./chance.ts";
import { type ChangeRow, iso, pastId } from "./change-row.ts";
import { DAY, type DatedIncident } from "./dated-incident.ts";

export const FLAG_PLACE = { source: "unleash", project: "default", environment: "production" };

/** What is known of the ramp that an incident blames. */
export type Ramp = { changeId: string; key: string; from: number; to: number };

export const flagState = (key: string, percent: number, enabled = true) => ({
  enabled,
  strategies: [
    {
      ...{ id: `past-${key}`, name: "flexibleRollout", disabled: false, constraints: [] },
      parameters: { rollout: String(percent), stickiness: "default", groupId: key },
      ...{ segments: [], variants: [] },
    },
  ],
  variants: [],
});

/**
 * Flags of the past: opened in steps, set back by a Restoration, and archived some weeks later, which
 * closes what it left open. The newest ones are still as they were set back.
 */
export function flagRows(
  now: number,
  incidents: DatedIncident[],
  restorationOf: (incident: DatedIncident) => string,
): { rows: ChangeRow[]; ramps: Map<number, Ramp> } {
  const chance = createChance(31_337);
  const rows: ChangeRow[] = [];
  const ramps = new Map<number, Ramp>();
  for (const incident of incidents.filter(({ lever }) => lever === "retoggle")) {
    const { number, change: key, changedAt, acceptedAt } = incident;
    const [from, to] = chance.pick([
      [10, 100],
      [25, 100],
      [5, 50],
      [10, 50],
    ]);
    const move = rowsOf(incident, chance);
    const ramp = move(1, changedAt, { before: from, after: to, by: incident.responder });
    rows.push(
      move(0, changedAt - chance.between(3, 9) * DAY, {
        before: 0,
        after: from,
        by: incident.responder,
      }),
      ramp,
      move(2, acceptedAt ?? changedAt, {
        ...{ before: to, after: from, by: "known-good", restorationId: restorationOf(incident) },
      }),
    );
    const archivedAt = (acceptedAt ?? changedAt) + chance.between(12, 40) * DAY;
    if (archivedAt < now && !incident.isDrill) {
      rows.push(move(3, archivedAt, { before: from, after: null, by: incident.responder }));
    }
    ramps.set(number, { changeId: ramp.id, key, from, to });
  }
  return { rows, ramps };
}

type Move = { before: number; after: number | null; by: string; restorationId?: string };

function rowsOf({ service, number, change: key }: DatedIncident, chance: Chance) {
  return (step: number, at: number, { before, after, by, restorationId }: Move): ChangeRow => ({
    ...{ id: pastId(2, number * 4 + step), kind: "flag", source: FLAG_PLACE.source },
    ...{ naturalKey: `past-${number}-${step}-${chance.hex(6)}`, services: [service] },
    title: after === null ? `${key} archived` : `${key} ${words(before)} → ${words(after)}`,
    ...{
      environment: FLAG_PLACE.environment,
      at: iso(at),
      completedAt: null,
      actor: by,
      url: null,
    },
    subject: `${FLAG_PLACE.project}/${FLAG_PLACE.environment}/${key}`,
    ...{ commit: null, linkedAt: null },
    details: {
      ...{ kind: "flag", project: FLAG_PLACE.project, key, environment: FLAG_PLACE.environment },
      action: after === null ? "archived" : before === 0 ? "on" : "strategy",
      before: flagState(key, before, before > 0),
      after: flagState(key, after ?? 0, after !== null),
      restorationId: restorationId ?? null,
    },
  });
}

export const words = (percent: number) => (percent === 0 ? "off" : `on for ${percent} %`);
