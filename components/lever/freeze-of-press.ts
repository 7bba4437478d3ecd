import type { Freeze } from "@/lib/contracts/freeze";
import { FREEZE_MINUTES } from "@/lib/contracts/freeze-minutes";
import { frozenInWords, untilInWords } from "@/lib/rules/freeze-words";

/**
 * What a press says of the freeze that goes with it: beside its box, and once it is armed. One that the
 * incident has on the same services is renewed instead of a second one, unless it lasts longer anyway.
 * `now` in milliseconds; null while it isn't known.
 */
export function freezeOfPress(
  { services, incidentId }: { services: readonly string[]; incidentId: string },
  freezes: readonly Freeze[],
  now: number | null,
): { box: string; along: string } {
  const what = frozenInWords(services);
  const span = `for ${FREEZE_MINUTES} min`;
  const same = freezes.find(
    (one) =>
      one.incidentId === incidentId &&
      one.thawedAt === null &&
      (now === null || Date.parse(one.until) > now) &&
      one.services.length === services.length &&
      one.services.every((name, index) => name === services[index]),
  );
  if (!same) {
    const others = `other deliveries of ${what} ${span}`;
    return { box: `Freeze ${others}`, along: `It freezes ${others}, too.` };
  }
  const { id, until } = same;
  const already = `${id} already freezes ${what} until ${untilInWords(until)}`;
  const isLonger = now !== null && Date.parse(until) > now + FREEZE_MINUTES * 60_000;
  return isLonger
    ? { box: `${already}; pulling leaves it so`, along: `${id} goes on freezing ${what}.` }
    : { box: `${already}; pulling renews it ${span}`, along: `It renews ${id} ${span}, too.` };
}
