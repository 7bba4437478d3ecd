import "server-only";
import { recordFlags } from "@/lib/changes/record-flags";
import type { FlagScope } from "@/lib/contracts/service";
import type { FlagSource } from "@/lib/integrations/flag-source";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { listServices } from "@/lib/services/list-services";
import type { SourceHealth } from "./source-health";
import { saveSource, storedSources } from "./store";

const FIRST_LOOK_BACK_MS = 90 * 24 * 3_600_000;
/** Events are asked for again from a little before the last look: what one transaction wrote late is seen. */
const OVERLAP_MS = 60_000;

/** One look at a flag product: the states of all flags our services use, and what happened since. */
export async function collectFlags(
  ctx: Ctx,
  source: { name: string; kind: "flags"; product: string; adapter: FlagSource },
  health: SourceHealth,
): Promise<void> {
  const services = await listServices(ctx);
  const scopes = scopesOf(
    services.flatMap((service) => service.flags ?? []),
    source.name,
  );
  const stored = (await storedSources(ctx.db)).get(source.name);
  const at = ctx.now();
  // Never from later than now, though a clock that has been set right since said so.
  const readTo = stored?.cursor.readTo
    ? Math.min(Date.parse(stored.cursor.readTo), at.getTime()) - OVERLAP_MS
    : null;
  const since = new Date(readTo ?? at.getTime() - FIRST_LOOK_BACK_MS);
  let news = 0;
  if (scopes.length === 0) await source.adapter.check();
  for (const scope of scopes) {
    const events = await source.adapter.eventsSince(scope, since);
    const flags = await source.adapter.list(scope);
    const { written, changedFlags } = await recordFlags(ctx, {
      source: source.name,
      scope,
      flags,
      events,
      at,
      services,
      urlOf: (flag) => source.adapter.urlOf(flag),
    });
    news += written + changedFlags.length;
  }
  // Events bear the time of the product's clock: where that is behind ours, the next are older than now.
  const behindMs = Math.max(0, -(source.adapter.clockAheadMs?.() ?? 0));
  const toldTo = new Date(at.getTime() - behindMs);
  if (news > 0 || readTo === null || toldTo.getTime() - readTo > OVERLAP_MS * 2) {
    const { name, kind, product } = source;
    await saveSource(ctx.db, { name, kind, product, cursor: { readTo: toldTo.toISOString() } });
  }
  if (news > 0) {
    ctx.publish("changes");
    // Somebody may have undone what was restored.
    nudge("restorations");
  }
  health.live(at);
}

function scopesOf(all: FlagScope[], source: string): { project: string; environment: string }[] {
  const scopes = new Map<string, { project: string; environment: string }>();
  for (const scope of all) {
    if (scope.source !== source) continue;
    const { project, environment } = scope;
    scopes.set(`${project}/${environment}`, { project, environment });
  }
  return [...scopes.values()];
}
