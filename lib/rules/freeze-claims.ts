import type { RestorationState } from "@/lib/contracts/restoration";

/** Who needs a hold: a freeze or a Restoration, as far as it decides whether they still do. */
export type HoldClaim = {
  droppedAt: Date | null;
  freeze: { until: Date; thawedAt: Date | null } | null;
  restoration: {
    state: RestorationState;
    acceptedAt: Date | null;
    /** When the Restoration that puts it back was accepted. */
    putBackAt: Date | null;
  } | null;
};

/**
 * Whether somebody still needs it: it wasn't dropped by hand, and its freeze is on, or its Restoration
 * was done (or may yet have been) and wasn't put back.
 */
export function isLive({ droppedAt, freeze, restoration }: HoldClaim, now: Date): boolean {
  if (droppedAt !== null) return false;
  if (freeze) return freeze.thawedAt === null && freeze.until > now;
  if (!restoration) return false;
  const wasNeverDone = restoration.state === "failed" && restoration.acceptedAt === null;
  return !wasNeverDone && restoration.putBackAt === null;
}
