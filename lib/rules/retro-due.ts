import type { Incident } from "@/lib/contracts/incident";

const DAY_MS = 24 * 3_600_000;
const SEV1_DAYS = 3;
const WORKING_DAYS = 5;

/**
 * When an incident's retro is due, counted from when it was restored: three days for severity 1, five
 * working days (Monday to Friday in UTC, public holidays not known) for others. Milliseconds since
 * the epoch; null while it isn't restored.
 */
export function retroDueAt(incident: Pick<Incident, "severity" | "restoredAt">): number | null {
  if (incident.restoredAt === null) return null;
  const restoredAt = Date.parse(incident.restoredAt);
  if (incident.severity === 1) return restoredAt + SEV1_DAYS * DAY_MS;
  let dueAt = restoredAt;
  for (let left = WORKING_DAYS; left > 0; ) {
    dueAt += DAY_MS;
    const day = new Date(dueAt).getUTCDay();
    if (day !== 0 && day !== 6) left -= 1;
  }
  return dueAt;
}

/** "SEV1 restored 4 days ago and no retro is scheduled: it was due after 3 days." */
export function reminderInWords(
  incident: Pick<Incident, "severity" | "restoredAt">,
  now: number,
): string {
  const days = Math.floor((now - Date.parse(incident.restoredAt ?? "")) / DAY_MS);
  const rule = incident.severity === 1 ? "3 days" : "5 working days";
  return `SEV${incident.severity}, restored ${days} days ago, has no retro scheduled: it was due after ${rule}.`;
}
