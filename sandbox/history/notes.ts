import type { DatedIncident } from "./dated-incident.ts";

const OF_NOTE = [
  "Support has three reports from the last ten minutes.",
  "Only customers who are signed in, as far as we can see.",
  "The neighbours are fine: their error rates haven’t moved.",
  "Reproduced on a phone and on a desk.",
  "The status page says that we are looking at it.",
  "Asked both other teams to wait with their releases. They do.",
  "Sales are down by a third against last week.",
  "It is all regions, so not a single data centre.",
  "Requests fail fast, so it is not a timeout.",
  "Started within a minute of the release, says the graph.",
];

/** What somebody wrote down while it went on; not every incident has a note. */
export function noteOf({ number, isDrill }: DatedIncident): string | null {
  if (isDrill) return "This is a drill. Everybody on the rota is here.";
  return number % 5 === 0 ? null : (OF_NOTE[number % OF_NOTE.length] ?? null);
}
