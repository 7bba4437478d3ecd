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
  const newest = new Map<string, { change: Change; revision: number }>();
  for (const change of deploys) {
    if (change.details.kind !== "deploy") continue;
    const { namespace, deployment, revision } = change.details;
    const key = `${change.source} ${namespace}/${deployment}`;
    // A cluster tells time in seconds: of two rollouts within one, the number says which is later.
    if (revision > (newest.get(key)?.revision ?? 0)) newest.set(key, { change, revision });
  }
  const live = [...newest.values()].map(({ change }) => change);
  return {
    deploys: live,
    flags: flagsNow,
    migrationHead: migrationHead(
      { deploys, merges, repository: service.repository },
      live.map((change) => ({ change })),
    ),
  };
}
