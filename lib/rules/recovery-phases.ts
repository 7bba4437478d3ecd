import type { Incident } from "@/lib/contracts/incident";
import { PhaseName, type RecoveryPhase } from "@/lib/contracts/recovery-phase";
import type { Restoration } from "@/lib/contracts/restoration";

/** What the recovery clock reads of an incident. */
export type ClockedIncident = Pick<Incident, "harmBeganAt" | "declaredAt" | "restoredAt">;

/** What the recovery clock reads of a Restoration. */
export type ClockedRestoration = Pick<
  Restoration,
  | "state"
  | "putBackOf"
  | "putBackBy"
  | "plannedAt"
  | "askedAt"
  | "acceptedAt"
  | "inEffectAt"
  | "endedAt"
>;

/**
 * The Restoration that restored an incident, or null when it isn't restored or was by other means.
 * It took effect no later than customers stopped being hurt, and was verified no earlier: one from
 * before the incident was opened again and one that tidied up afterwards are not it. Of several, the
 * first verified. Where no signal is connected, a person's word verifies the last one in effect. A
 * put-back never restores.
 */
export function restoringOf<R extends ClockedRestoration>(
  incident: Pick<Incident, "restoredAt">,
  restorations: readonly R[],
): R | null {
  if (incident.restoredAt === null) return null;
  const restoredAt = Date.parse(incident.restoredAt);
  let verified: { by: R; endedAt: number } | null = null;
  let unwatched: { by: R; inEffectAt: number } | null = null;
  for (const by of restorations) {
    const inEffectAt = timeOf(by.inEffectAt);
    const endedAt = timeOf(by.endedAt);
    if (by.putBackOf !== null || inEffectAt === null || endedAt === null) continue;
    if (inEffectAt > restoredAt) continue;
    if (by.state === "verified" && endedAt >= restoredAt) {
      if (verified === null || endedAt < verified.endedAt) verified = { by, endedAt };
    } else if (by.state === "in-effect" && by.putBackBy === null && endedAt <= restoredAt) {
      if (unwatched === null || inEffectAt > unwatched.inEffectAt) unwatched = { by, inEffectAt };
    }
  }
  return verified?.by ?? unwatched?.by ?? null;
}

/** When a restoring Restoration was verified: by its signal, else by the person who said so. */
function verifiedAt(incident: ClockedIncident, by: ClockedRestoration): string | null {
  return by.state === "verified" ? by.endedAt : incident.restoredAt;
}

/**
 * The six phases of a recovery, in order. Times outside their order (a start of harm that was
 * corrected, clocks that differ) are moved up to the one before, so no phase is negative and the
 * phases of an incident restored by a lever add up to its recovery time. Restored by other means, or
 * not yet: what follows the declaration is null. `firstAlertAt`: when its first alert began to fire,
 * null without one (ISO 8601).
 */
export function recoveryPhases(input: {
  incident: ClockedIncident;
  firstAlertAt: string | null;
  restorations: readonly ClockedRestoration[];
}): RecoveryPhase[] {
  const { incident, firstAlertAt } = input;
  const by = restoringOf(incident, input.restorations);
  const declared = Date.parse(incident.declaredAt);
  const alerted = firstAlertAt === null ? declared : Math.min(Date.parse(firstAlertAt), declared);
  const marks = [
    Date.parse(incident.harmBeganAt),
    alerted,
    declared,
    timeOf(by?.askedAt ?? by?.plannedAt),
    timeOf(by?.acceptedAt),
    timeOf(by?.inEffectAt),
    timeOf(by && verifiedAt(incident, by)),
  ];
  let latest = Number.NEGATIVE_INFINITY;
  const ordered = marks.map((mark) => {
    if (mark === null) return null;
    latest = Math.max(latest, mark);
    return latest;
  });
  return PhaseName.options.map((name, index) => {
    const from = ordered[index] ?? null;
    const to = ordered[index + 1] ?? null;
    return {
      name,
      from: isoOf(from),
      to: isoOf(to),
      ms: from === null || to === null ? null : to - from,
    };
  });
}

/**
 * Milliseconds from the start of harm until the restoring Restoration was verified, or, by other
 * means, until it was said to be restored; null while it isn't restored. Never negative.
 */
export function recoveryMs(
  incident: ClockedIncident,
  restorations: readonly ClockedRestoration[],
): number | null {
  if (incident.restoredAt === null) return null;
  const by = restoringOf(incident, restorations);
  const endedAt = (by && verifiedAt(incident, by)) ?? incident.restoredAt;
  return Math.max(0, Date.parse(endedAt) - Date.parse(incident.harmBeganAt));
}

function timeOf(iso: string | null | undefined): number | null {
  return iso ? Date.parse(iso) : null;
}

function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
