import "server-only";
import type { Service } from "@/lib/contracts/service";
import type { SignalSeries } from "@/lib/contracts/signal";
import { SourceError } from "@/lib/integrations/source-error";
import { clockOff } from "@/lib/rules/clock-off";
import { proposeHarmStart } from "@/lib/rules/propose-harm";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";

export type ReadSignalInput = { service: Service; from: Date; to: Date };

const MOST_POINTS = 720;
const LEAST_STEP_SECONDS = 5;

/** Seconds between points so that a window has at most 720 of them. */
export function stepFor(from: Date, to: Date): number {
  const seconds = (to.getTime() - from.getTime()) / 1000;
  return Math.max(LEAST_STEP_SECONDS, Math.ceil(seconds / MOST_POINTS / 5) * 5);
}

/**
 * A service's signal over a window. When its source can't be asked, the series is empty and `problem`
 * says why: the page goes on without it. Refusal `no-signal` when the service has none.
 */
export async function readSignal(
  ctx: Pick<Ctx, "sources" | "now">,
  { service, from, to }: ReadSignalInput,
): Promise<SignalSeries> {
  const spec = service.signal;
  if (!spec) {
    throw new Refusal("no-signal", 404, `${service.title} has no signal. Add one to its settings.`);
  }
  if (!(from < to)) throw new Refusal("bad-window", 422, "The window must start before it ends.");
  const stepSeconds = stepFor(from, to);
  const frame = {
    service: service.name,
    spec,
    from: from.toISOString(),
    to: to.toISOString(),
    stepSeconds,
  };
  try {
    const source = ctx.sources.get("signals", spec.source);
    const points = await source.range({ query: spec.query, from, to, stepSeconds });
    const harm = proposeHarmStart(points, spec);
    return {
      ...frame,
      points,
      knownAt: ctx.now().toISOString(),
      problem: points.length === 0 ? "The query gives no series in this window." : null,
      harmBegan: harm ? new Date(harm.at).toISOString() : null,
      clockOff: clockOff(spec.source, source.clockAheadMs?.() ?? null),
    };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { ...frame, points: [], knownAt: null, problem: error.sentence, harmBegan: null };
  }
}
