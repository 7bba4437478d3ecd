import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { Culprit, PastRestoration } from "./past-restoration";

/** A flag's state that was taken back, and that helped. */
export type FlagCulprit = { key: string; environment: string; state: FlagState };

type Ledger = {
  deploys: readonly Change[];
  flagChanges: readonly Change[];
  merges: readonly Change[];
  restorations: readonly PastRestoration[];
};

/**
 * The versions that verified Restorations took away: what a rollback led away from, the deploy that a
 * rollback or a revert was pulled for, and those that carried the merge that was reverted without what
 * reverts it. A retoggle took away a flag's state and left the version where it was.
 */
export function findCulprits(ledger: Ledger): (Culprit & { since: number })[] {
  const found = ledger.restorations.flatMap((restoration) =>
    templatesTakenBy(restoration, ledger).map(({ source, details }) => ({
      ...{ source, subject: `${details.namespace}/${details.deployment}` },
      templateHash: details.templateHash,
      restorationId: restoration.id,
      because: `${restoration.id} took it back, and harm ended`,
      since: restoration.inEffectAt,
    })),
  );
  const latest = new Map<string, (typeof found)[number]>();
  for (const one of found.sort((a, b) => a.since - b.since)) {
    latest.set(`${one.source} ${one.subject} ${one.templateHash}`, one);
  }
  return [...latest.values()];
}

type Deploy = { source: string; details: DeployDetails };

function templatesTakenBy(restoration: PastRestoration, ledger: Ledger): Deploy[] {
  const { target, suspectId, fromHash } = restoration;
  const deploys = ledger.deploys.flatMap(({ id, source, carries, details }) =>
    details.kind === "deploy" ? [{ id, source, carries, details }] : [],
  );
  const suspect = deploys.filter(({ id }) => id === suspectId);
  switch (target.lever) {
    case "retoggle":
      return [];
    case "rollback": {
      const own = deploys.filter(
        ({ source, details }) =>
          source === target.source &&
          details.namespace === target.namespace &&
          details.deployment === target.deployment,
      );
      const to = own.find(({ id }) => id === target.toChangeId)?.details.templateHash;
      const left = own.filter(({ details }) => details.templateHash === fromHash);
      // Who rolls back to a version doesn't hold it for the culprit, whatever it was pulled for.
      return [...left, ...suspect].filter(({ details }) => details.templateHash !== to);
    }
    case "revert": {
      const merge = ledger.merges.find(
        ({ source, details }) =>
          source === target.source &&
          details.kind === "merge" &&
          details.repository === target.repository &&
          details.number === target.number,
      );
      const carriers = deploys.filter(
        ({ carries }) => merge !== undefined && bringsLive(merge, carries, ledger),
      );
      return [...carriers, ...suspect];
    }
    default:
      return target satisfies never;
  }
}

/**
 * Whether a deploy brought a merge live: it carries it, and not what reverts it. After a rollback the
 * next delivery carries both, and is the cure. What was reverted itself reverts nothing.
 */
function bringsLive(merge: Change, carries: readonly string[], ledger: Ledger): boolean {
  const { details, source } = merge;
  if (details.kind !== "merge" || !carries.includes(merge.id)) return false;
  return !ledger.merges.some(
    (one) =>
      one.details.kind === "merge" &&
      one.source === source &&
      one.details.repository === details.repository &&
      one.details.revertOf === details.number &&
      // Nothing reverts what came after it, whatever its words say.
      one.details.number > details.number &&
      bringsLive(one, carries, ledger),
  );
}

/** The states of flags that verified retoggles took away. */
export function findFlagCulprits({ flagChanges, restorations }: Ledger): FlagCulprit[] {
  const retoggles = new Set(
    restorations.flatMap(({ id, target }) => (target.lever === "retoggle" ? id : [])),
  );
  return flagChanges.flatMap(({ details }) =>
    details.kind === "flag" && details.before && retoggles.has(details.restorationId ?? "")
      ? [{ key: details.key, environment: details.environment, state: details.before }]
      : [],
  );
}
