import type { Freeze, HeldDelivery } from "@/lib/contracts/freeze";
import { ageInWords, counted } from "./say";

/** What a revert would take, and whether one can be opened or is under way already. */
export type RevertOutlook = {
  /** Milliseconds from the click until live. */
  usualMs: number;
  /** From how many reverts of ours that is known; 0 means a stated prior. */
  n: number;
  state: "possible" | "under-way" | "none";
};

export type FreezeCost = NonNullable<Freeze["cost"]>;

/** Nobody is told to revert before there was time to look. */
const TIME_TO_LOOK_MS = 5 * 60_000;

/**
 * What a freeze that is on costs: how long it has lasted and who waits. A revert is suggested once the
 * time that teams have waited, taken together, is longer than a revert usually takes: then waiting for
 * the fix costs more than going back in the code, too. Null for one that is over.
 */
export function freezeCost(
  freeze: Pick<Freeze, "createdAt" | "until" | "thawedAt" | "heldDeliveries">,
  teamOf: (service: string) => string | null,
  revert: RevertOutlook,
  now: number,
): FreezeCost | null {
  if (freeze.thawedAt !== null || Date.parse(freeze.until) <= now) return null;
  const frozenMs = Math.max(0, now - Date.parse(freeze.createdAt));
  const waiting = freeze.heldDeliveries.filter(({ letThroughAt }) => letThroughAt === null);
  const since = new Map<string, number>();
  for (const delivery of waiting) {
    const who = waiterOf(delivery, teamOf);
    since.set(who, Math.min(since.get(who) ?? now, Date.parse(delivery.firstAt)));
  }
  const waitedMs = [...since.values()].reduce((sum, at) => sum + Math.max(0, now - at), 0);
  const suggestsRevert =
    revert.state === "possible" && frozenMs >= TIME_TO_LOOK_MS && waitedMs >= revert.usualMs;
  const sentences = [
    `Frozen for ${ageInWords(frozenMs)}${waitingWords(waiting.length, since.size)}.`,
    ...(revert.state === "none" || waiting.length === 0 ? [] : [revertWords(revert)]),
    ...(suggestsRevert
      ? ["Reverting costs less than waiting for the fix, and lets you thaw."]
      : []),
  ];
  return { sentence: sentences.join(" "), suggestsRevert };
}

function waitingWords(deliveries: number, teams: number): string {
  if (deliveries === 0) return "; nothing waits";
  const of = counted(deliveries, "delivery", "deliveries");
  return `, ${of} of ${counted(teams, "team")} ${deliveries === 1 ? "waits" : "wait"}`;
}

function revertWords({ state, usualMs, n }: RevertOutlook): string {
  const takes =
    n > 0
      ? `usually takes ${ageInWords(usualMs)} here`
      : `is thought to take ${ageInWords(usualMs)}`;
  return state === "under-way" ? `A revert is under way; it ${takes}.` : `A revert ${takes}.`;
}

/** Whose delivery it is: a team's, or else that of whoever is known. */
function waiterOf({ service, by, value }: HeldDelivery, teamOf: (name: string) => string | null) {
  const team = service === null ? null : teamOf(service);
  if (team !== null) return `team ${team}`;
  return service === null ? `by ${by ?? value}` : `service ${service}`;
}
