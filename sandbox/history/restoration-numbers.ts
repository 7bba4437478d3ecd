import type { DatedIncident } from "./dated-incident.ts";

/** Numbers of an incident's Restorations: one that didn't help, the one that did, its put-back. */
export type RestorationNumbers = { first: number | null; main: number; putBack: number | null };

/** Allots them in the order in which they were pulled. Incidents without a lever have none. */
export function restorationNumbers(incidents: DatedIncident[]): Map<number, RestorationNumbers> {
  let last = 0;
  const next = () => {
    last += 1;
    return last;
  };
  return new Map(
    incidents
      .filter(({ lever }) => lever !== "none")
      .map(({ number, hadFirstTry, isDrill }) => [
        number,
        { first: hadFirstTry ? next() : null, main: next(), putBack: isDrill ? next() : null },
      ]),
  );
}
