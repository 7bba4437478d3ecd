import type { Change } from "@/lib/contracts/change";
import type { Freeze } from "@/lib/contracts/freeze";
import type { LeverTarget, RevertTarget } from "@/lib/contracts/lever";
import type { Restoration } from "@/lib/contracts/restoration";

/** A minute of the morning on which everything here happens. */
export const at = (minutes: number) => new Date(Date.UTC(2026, 10, 23, 10, minutes)).toISOString();

export const REVERT: RevertTarget = {
  lever: "revert",
  source: "code",
  repository: "acme/shop",
  number: 12,
};

/** A Restoration that was verified, as far as nothing else is said. */
export function pulled(target: LeverTarget, more: Partial<Restoration> = {}): Restoration {
  return {
    id: "R-1",
    incidentId: "INC-1",
    lever: target.lever,
    target,
    label: `Pull ${target.lever}`,
    service: "checkout",
    suspectId: null,
    state: "verified",
    by: "Ada",
    wasRecommended: null,
    putBackOf: null,
    putBackBy: null,
    plannedAt: at(0),
    askedAt: at(0),
    acceptedAt: at(1),
    inEffectAt: at(2),
    endedAt: at(5),
    stages: [],
    progress: null,
    goodSince: null,
    verifyForSeconds: null,
    failure: null,
    commands: [],
    receipts: [],
    url: null,
    ...more,
  };
}

export function changed(details: Change["details"], minutes: number, source: string): Change {
  return {
    id: `c${minutes}`,
    kind: details.kind,
    source,
    services: ["checkout"],
    title: `change at ${minutes}`,
    environment: null,
    at: at(minutes),
    completedAt: null,
    actor: null,
    url: null,
    details,
    carries: [],
  };
}

/** A freeze of checkout that is on. */
export function aFreeze(more: Partial<Freeze> = {}): Freeze {
  return {
    ...{ id: "F-1", services: ["checkout"], reason: "Rolling back", by: "Ada" },
    ...{ incidentId: "INC-1", restorationId: "R-1", createdAt: at(1), until: at(61) },
    ...{ renewedAt: null, renewals: 0, thawedAt: null, thawedBy: null, thawedBecause: null },
    ...{ holds: [], allowed: [], heldDeliveries: [], heldCount: 0, ...more },
  };
}
