import "server-only";
import type { Service } from "@/lib/contracts/service";
import type { FoundKnownGood } from "@/lib/rules/find-known-good";
import type { Ctx } from "@/lib/server/context";
import { gatherKnownGood, lookBackFrom } from "./gather-known-good";
import { keptKnownGood, stampsOf } from "./store";

/** What a service can be restored to: as it was kept, or computed anew when the ledger holds more. */
export async function getKnownGood(
  ctx: Pick<Ctx, "db" | "now">,
  service: Service,
): Promise<FoundKnownGood> {
  const now = ctx.now();
  const [kept, stamps] = await Promise.all([
    keptKnownGood(ctx.db, service.name),
    stampsOf(ctx.db, [service], lookBackFrom(now)),
  ]);
  const isFresh = kept && kept.stamp === stamps.get(service.name) && now < kept.recheckAt;
  if (isFresh) return kept;
  return gatherKnownGood(ctx, service, kept?.signal ?? null);
}
