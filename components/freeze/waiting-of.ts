import type { Freeze } from "@/lib/contracts/freeze";

/** How many deliveries wait for a freeze now. */
export function waitingOf({ heldDeliveries, heldCount }: Freeze): number {
  const through = heldDeliveries.filter(({ letThroughAt }) => letThroughAt !== null).length;
  return Math.max(0, heldCount - through);
}
