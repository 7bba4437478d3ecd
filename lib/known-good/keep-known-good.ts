import "server-only";
import type { Service, SignalSpec } from "@/lib/contracts/service";
import { SourceError } from "@/lib/integrations/source-error";
import { compareKnownGood } from "@/lib/rules/compare-known-good";
import { valueInWords } from "@/lib/rules/write-summary";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { gatherKnownGood, lookBackFrom } from "./gather-known-good";
import { liveOf } from "./live-of";
import { keptKnownGood, knownGoodLines, type ReadSignal, saveKnownGood, stampsOf } from "./store";

const MINUTE_MS = 60_000;
/** What isn't good yet becomes so with time alone. */
const SOON_MS = 5 * MINUTE_MS;
const LATER_MS = 60 * MINUTE_MS;
const SIGNAL_BACK_MS = 7 * 24 * 60 * MINUTE_MS;
const SIGNAL_STEP_SECONDS = 900;
const AT_ONCE = 10;

/**
 * Computes anew what services can be restored to where the ledger holds more than when it was last
 * computed, or time has passed; at most ten a turn. Reads their signals, and goes by what they said
 * before where a source is silent. Returns how many were computed.
 */
export async function keepKnownGood(ctx: Ctx): Promise<number> {
  const now = ctx.now();
  const services = await listServices(ctx);
  if (services.length === 0) return 0;
  const [stamps, lines] = await Promise.all([
    stampsOf(ctx.db, services, lookBackFrom(now)),
    knownGoodLines(ctx.db),
  ]);
  const known = new Map(lines.map((line) => [line.service, line]));
  const stale = services.filter(({ name }) => {
    const line = known.get(name);
    return !line || line.stamp !== stamps.get(name) || line.recheckAt <= now;
  });
  const turn = stale.slice(0, AT_ONCE);
  await Promise.all(turn.map((service) => keepOne(ctx, service, stamps.get(service.name) ?? "")));
  return turn.length;
}

async function keepOne(ctx: Ctx, service: Service, stamp: string): Promise<void> {
  const kept = await keptKnownGood(ctx.db, service.name);
  const signal = (await readSignal(ctx, service)) ?? kept?.signal ?? null;
  const found = await gatherKnownGood(ctx, service, signal);
  const [newest] = found.good;
  const isLive =
    newest !== undefined && compareKnownGood(liveOf(service, found), newest).length === 0;
  const now = ctx.now();
  await saveKnownGood(ctx.db, service.name, {
    ...{
      good: found.good,
      culprits: found.culprits,
      sentence: found.sentence,
      signal,
      isLive,
      stamp,
    },
    computedAt: now,
    recheckAt: new Date(now.getTime() + (isLive ? LATER_MS : SOON_MS)),
  });
  const isNews = kept?.good[0]?.deployments[0]?.changeId !== newest?.deployments[0]?.changeId;
  if (!kept || isNews || kept.isLive !== isLive) ctx.publish("services", service.name);
}

/** Null when it has no signal or its source doesn't answer. */
async function readSignal(
  ctx: Pick<Ctx, "sources" | "now">,
  { name, signal }: Service,
): Promise<ReadSignal | null> {
  if (!signal) return null;
  const { threshold, harmWhen, title, query } = signal;
  const to = ctx.now();
  try {
    const points = await ctx.sources.get("signals", signal.source).range({
      ...{ query, to, stepSeconds: SIGNAL_STEP_SECONDS },
      from: new Date(to.getTime() - SIGNAL_BACK_MS),
    });
    const known = points.filter(([, value]) => value !== null);
    return { service: name, threshold, harmWhen, points: known, title, limit: limitOf(signal) };
  } catch (error) {
    if (error instanceof SourceError || error instanceof Refusal) return null;
    throw error;
  }
}

function limitOf({ harmWhen, threshold, unit }: SignalSpec): string {
  return `${harmWhen === "above" ? "under" : "over"} ${valueInWords(threshold, unit)}`;
}
