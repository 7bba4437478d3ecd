import type { Freeze } from "@/lib/contracts/freeze";
import { isOn } from "./freeze-holds";

/** How many deliveries wait for a freeze now. */
export function waitingOf({ heldDeliveries, heldCount }: Freeze): number {
  const through = heldDeliveries.filter(({ letThroughAt }) => letThroughAt !== null).length;
  return Math.max(0, heldCount - through);
}

/**
 * What thawing a freeze sets going, in a sentence: deliveries that another one holds as well stay where
 * they are. Null when nothing waits for it. `all` may hold the freeze itself and such as are over.
 */
export function thawWarning(freeze: Freeze, all: readonly Freeze[], now: Date): string | null {
  const waiting = waitingOf(freeze);
  if (waiting === 0) return null;
  const others = all
    .filter((one) => one.id !== freeze.id && isOn(one, now))
    .map((one) => ({ id: one.id, held: new Set(keysOf(one)) }));
  const keys = keysOf(freeze);
  const stay = keys.filter((key) => others.some(({ held }) => held.has(key))).length;
  const go = waiting - stay;
  const going = `${go === 1 ? "One delivery goes on" : `${go} deliveries go on`} at once`;
  if (stay === 0) return `${going}.`;
  const by = others.flatMap(({ id, held }) => (keys.some((key) => held.has(key)) ? [id] : []));
  const holders = by.length === 1 ? by[0] : `${by.slice(0, -1).join(", ")} and ${by.at(-1)}`;
  return go === 0
    ? `What waits for it goes on waiting for ${holders}.`
    : `${going}, ${stay === 1 ? "one goes" : `${stay} go`} on waiting for ${holders}.`;
}

function keysOf({ heldDeliveries }: Freeze): string[] {
  return heldDeliveries.flatMap(({ kind, service, value, letThroughAt }) =>
    letThroughAt === null ? [`${kind} ${service ?? ""} ${value}`] : [],
  );
}
