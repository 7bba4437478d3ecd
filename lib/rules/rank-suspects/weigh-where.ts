import type { Evidence } from "@/lib/contracts/suspect";
import type { Candidate } from "./could-have-caused";
import { order, type World } from "./incident-world";
import {
  OWN,
  type Place,
  type Standing,
  standingsOf,
  standingUnlinked,
  weighCoverage,
} from "./weigh-place";
import { AHEAD, weighOwnSignal, weighSignalsAround } from "./weigh-signals";
import type { TextIndex } from "./weigh-texts";

/**
 * Where a change stands to what is hurt, what it would explain, and what the signals around and the
 * incident's words say of its service. To learn that its service is hurt too, or that something hurt
 * depends on it, never makes it less suspect: on what is hurt by name it counts for no less than beside
 * it, and on either for no less than if nothing linked the two. `touched` are the services of all that is
 * one piece of work with it: what one part explains doesn't speak against another.
 */
export function weighWhere(
  candidate: Candidate,
  touched: ReadonlySet<string>,
  texts: TextIndex,
  world: World,
): { place: Place; evidence: Evidence[] } {
  const standings = standingsOf(candidate, world).toSorted(
    (a, b) => b.logOdds - a.logOdds || order(a.sentence, b.sentence),
  );
  const [best] = standings;
  if (!best) throw new Error("Every change stands somewhere.");
  const { place, service: _, ...standing } = best;
  const signal = place === "unclaimed" ? [] : weighOwnSignal(candidate, world);
  const named = bestNamed(standings, texts);
  const most = signal.some(({ logOdds }) => logOdds === AHEAD) ? Number.POSITIVE_INFINITY : OWN;
  const beside = Math.min(most, named.logOdds + sumOf(signal));
  const told = [...named.said, ...signal];
  const own = place === "own" && beside <= OWN ? [] : adding(beside - standing.logOdds, told);
  if (place !== "own" && place !== "below") return { place, evidence: [standing, ...own] };
  const evidence = [
    ...[standing, ...own],
    ...weighCoverage(touched, world),
    ...weighSignalsAround(candidate, touched, world),
  ];
  const unlinked = candidate.change.services.map((name) => standingUnlinked(name, world));
  return { place, evidence: atLeast(bestNamed(unlinked, texts).logOdds + sumOf(signal), evidence) };
}

/** The best standing beside what is hurt, with what it adds that the words name that service. */
function bestNamed(
  standings: readonly Standing[],
  texts: TextIndex,
): { logOdds: number; said: Evidence[] } {
  const all = standings.flatMap(({ place, service, logOdds }) => {
    if (place === "own") return [];
    const said = service === null ? null : texts.named(service);
    return [{ logOdds: logOdds + (said?.logOdds ?? 0), said: said ? [said] : [] }];
  });
  return all.reduce((best, one) => (one.logOdds > best.logOdds ? one : best));
}

/** What is told, with what speaks for it at such weights that all of it adds this sum. */
function adding(sum: number, told: readonly Evidence[]): Evidence[] {
  const isFor = ({ logOdds }: Evidence) => logOdds > 0;
  const whole = sumOf(told.filter(isFor));
  const against = sumOf(told) - whole;
  return told.map((one) =>
    isFor(one) ? { ...one, logOdds: (one.logOdds * (sum - against)) / whole } : one,
  );
}

/** What speaks against it weighs less where it would press the sum below the least. */
function atLeast(least: number, evidence: Evidence[]): Evidence[] {
  const missing = least - sumOf(evidence);
  const against = sumOf(evidence.filter(({ logOdds }) => logOdds < 0));
  if (missing <= 0 || against === 0) return evidence;
  const share = Math.max(0, 1 + missing / against);
  return evidence.map(({ sentence, logOdds }) => ({
    sentence,
    logOdds: logOdds < 0 ? logOdds * share : logOdds,
  }));
}

function sumOf(evidence: readonly Evidence[]): number {
  return evidence.reduce((sum, { logOdds }) => sum + logOdds, 0);
}
