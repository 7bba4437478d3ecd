import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import type { LiveState } from "@/lib/rules/compare-known-good";
import { migrationHead } from "@/lib/rules/find-known-good";
import type { GatheredKnownGood } from "./gather-known-good";

/** What is live of a service as the ledger knows it: the newest deploy of each Deployment, and flags. */
export function liveOf(
  service: Service,
  { deploys, merges, flagsNow }: Pick<GatheredKnownGood, "deploys" | "merges" | "flagsNow">,
): LiveState {
  const newest = new Map<string, Change>();
  for (const change of deploys.toSorted((a, b) => b.at.localeCompare(a.at))) {
    if (change.details.kind !== "deploy") continue;
    const key = `${change.source} ${change.details.namespace}/${change.details.deployment}`;
    if (!newest.has(key)) newest.set(key, change);
  }
  const live = [...newest.values()];
  return {
    deploys: live,
    flags: flagsNow,
    migrationHead: migrationHead(
      { deploys, merges, repository: service.repository },
      live.map((change) => ({ change })),
    ),
  };
}
