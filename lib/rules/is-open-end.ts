import type { RetroLooseEnd } from "@/lib/contracts/loose-end";

/** Whether a retro's loose end is neither closed nor waived. */
export function isOpenEnd(end: Pick<RetroLooseEnd, "closedAt" | "isWaived">): boolean {
  return end.closedAt === null && !end.isWaived;
}
