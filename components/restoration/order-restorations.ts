import type { Restoration } from "@/lib/contracts/restoration";

const over = new Set(["verified", "failed"]);

/** Whether a Restoration is still on its way or waiting to be settled. */
export function isOpen(restoration: Restoration): boolean {
  return !over.has(restoration.state);
}

/** Whether it ended before its system took it: nothing was changed by it. */
export function wasNotDone({ state, acceptedAt }: Restoration): boolean {
  return state === "failed" && acceptedAt === null;
}

/**
 * Newest first; but what is under way, or verified and not put back, stays ahead of later attempts
 * that changed nothing: it is still what holds.
 */
export function orderRestorations(restorations: readonly Restoration[]): Restoration[] {
  const newestFirst = [...restorations].sort((a, b) => b.plannedAt.localeCompare(a.plannedAt));
  const lead = newestFirst.find((each) => !wasNotDone(each));
  if (!lead) return newestFirst;
  const holds = isOpen(lead) || (lead.state === "verified" && lead.putBackBy === null);
  return holds ? [lead, ...newestFirst.filter((each) => each !== lead)] : newestFirst;
}

/** How one that is over ended, in a few words. */
export function endInWords(restoration: Restoration): string {
  if (restoration.putBackBy) return "put back";
  if (!wasNotDone(restoration)) return restoration.state;
  return restoration.failure ? `not done. ${restoration.failure.sentence}` : "not done";
}
