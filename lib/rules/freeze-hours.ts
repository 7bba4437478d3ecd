import type { RecoveryView } from "@/lib/contracts/recovery";
import { counted } from "./say";

/** When deliveries of some services, or of all (none named), were held. Milliseconds; `to` isn't in it. */
export type FrozenSpan = { services: readonly string[]; from: number; to: number };

const HOUR_MS = 3_600_000;

/**
 * How long deliveries were frozen in a period, in all and for each service, those frozen longest first.
 * Where freezes overlap an hour counts once; one over everything counts for each service of `titles`
 * (name → title). `only`: for that service alone.
 */
export function freezeHours(
  spans: readonly FrozenSpan[],
  { from, to }: { from: number; to: number },
  titles: ReadonlyMap<string, string>,
  only?: string,
): RecoveryView["freezeHours"] {
  const inPeriod = spans
    .filter(({ services }) => only === undefined || covers(services, only))
    .map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }))
    .filter((span) => span.to > span.from);
  if (inPeriod.length === 0) {
    return { hours: 0, why: "Nothing was frozen in this period.", services: [] };
  }
  const names = new Set([...titles.keys(), ...inPeriod.flatMap(({ services }) => services)]);
  const services = [...names]
    .filter((name) => only === undefined || name === only)
    .map((name) => ({
      service: name,
      title: titles.get(name) ?? name,
      hours: hoursOf(inPeriod.filter((span) => covers(span.services, name))),
    }))
    .filter(({ hours }) => hours > 0)
    .sort((a, b) => b.hours - a.hours || (a.service < b.service ? -1 : 1));
  return { hours: hoursOf(inPeriod), why: `in ${counted(inPeriod.length, "freeze")}`, services };
}

function covers(services: readonly string[], name: string): boolean {
  return services.length === 0 || services.includes(name);
}

/** Hours that lie in at least one of the spans. */
function hoursOf(spans: readonly FrozenSpan[]): number {
  let ms = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    ms += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return ms / HOUR_MS;
}
