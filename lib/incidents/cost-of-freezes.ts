import "server-only";
import type { Freeze } from "@/lib/contracts/freeze";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import type { Restoration } from "@/lib/contracts/restoration";
import { pastDurations } from "@/lib/restorations/duration-store";
import { estimateRestoration } from "@/lib/rules/estimate-restoration";
import { freezeCost, type RevertOutlook } from "@/lib/rules/freeze-cost";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

/** An incident's freezes, each that is on with what waiting costs; from the database alone. */
export async function costOfFreezes(
  ctx: Pick<Ctx, "db" | "fileServices" | "now">,
  {
    freezes,
    looseEnds,
    restorations,
  }: { freezes: Freeze[]; looseEnds: LooseEnd[]; restorations: Restoration[] },
): Promise<Freeze[]> {
  if (freezes.every(({ thawedAt }) => thawedAt !== null)) return freezes;
  const service = restorations.find(({ lever }) => lever === "rollback")?.service ?? null;
  const [services, past] = await Promise.all([
    listServices(ctx),
    pastDurations(ctx.db, { lever: "revert", service, limit: 50 }),
  ]);
  const { p50Ms, n } = estimateRestoration("revert", past, null);
  const revert = { usualMs: p50Ms, n, state: stateOf(looseEnds, restorations) };
  const teams = new Map(services.map(({ name, team }) => [name, team ?? null]));
  const now = ctx.now().getTime();
  return freezes.map((freeze) => ({
    ...freeze,
    cost: freezeCost(freeze, (name) => teams.get(name) ?? null, revert, now),
  }));
}

function stateOf(looseEnds: LooseEnd[], restorations: Restoration[]): RevertOutlook["state"] {
  const isUnderWay = restorations.some(
    ({ lever, state, acceptedAt, inEffectAt }) =>
      lever === "revert" && acceptedAt !== null && inEffectAt === null && state !== "failed",
  );
  if (isUnderWay) return "under-way";
  const isPossible = looseEnds.some(
    ({ closedAt, actions }) => closedAt === null && actions.some(({ kind }) => kind === "revert"),
  );
  return isPossible ? "possible" : "none";
}
