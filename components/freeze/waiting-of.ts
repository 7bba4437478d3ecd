import type { Freeze } from "@/lib/contracts/freeze";

/** How many deliveries wait for a freeze now. */
export function waitingOf({ heldDeliveries, heldCount }: Freeze): number {
  const through = heldDeliveries.filter(({ letThroughAt }) => letThroughAt !== null).length;
  return Math.max(0, heldCount - through);
}

/** "No delivery waits", "1 delivery waits", "3 deliveries wait". */
export function waitingInWords(waiting: number): string {
  if (waiting === 0) return "No delivery waits";
  return waiting === 1 ? "1 delivery waits" : `${waiting} deliveries wait`;
}
