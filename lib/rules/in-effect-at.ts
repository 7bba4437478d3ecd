/**
 * When a Restoration took effect, by our clock. `observedAt` is the outside's, which may lag ours or be ahead
 * of it: effect never precedes acceptance, and nothing that was seen lies in the future.
 */
export function inEffectAt(
  observedAt: Date,
  { now, acceptedAt }: { now: Date; acceptedAt: string | null },
): Date {
  const seen = Math.min(observedAt.getTime(), now.getTime());
  return new Date(Math.max(seen, acceptedAt ? Date.parse(acceptedAt) : 0));
}
