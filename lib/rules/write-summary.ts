import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";
import type { SignalFacts } from "@/lib/contracts/retro-facts";
import { clockInWords, momentInWords, spanInWords, windowInWords } from "./moment-words";
import { closed, pressesOf, pullMs } from "./weigh-alternatives";

export type SummaryInput = {
  incident: Incident;
  /** Titles of the services hurt. */
  services: readonly string[];
  restorations: readonly Restoration[];
  restoring: Restoration | null;
  firstAlertAt: string | null;
  /** The suspected Change and what it carried; null when nothing is suspected. */
  suspect: { head: Change; linked: readonly Change[]; wasActedOn: boolean } | null;
};

/** What happened, from the receipts alone: a first paragraph for people to rewrite. */
export function writeSummary(input: SummaryInput): string {
  return [
    harmSentence(input),
    suspectSentence(input),
    noticeSentence(input),
    ...attemptSentences(input, "before"),
    endSentence(input),
    ...attemptSentences(input, "after"),
  ]
    .filter(Boolean)
    .join(" ");
}

function harmSentence({ incident, services }: SummaryInput): string {
  const what = joined(services);
  const kind = incident.isDrill ? "In a drill, " : "";
  const from = incident.harmBeganAt;
  if (incident.restoredAt === null) {
    return `${kind}${what} has been hurt since ${momentInWords(from)} (severity ${incident.severity}).`;
  }
  const ms = Date.parse(incident.restoredAt) - Date.parse(from);
  if (ms <= 0) {
    return `${kind}${what} was hurt at ${momentInWords(from)} (severity ${incident.severity}).`;
  }
  return `${kind}${what} was hurt for ${spanInWords(ms)}, ${windowInWords(from, incident.restoredAt)} (severity ${incident.severity}).`;
}

function suspectSentence({ suspect, incident }: SummaryInput): string {
  if (suspect === null) return "Nothing is known to have changed before.";
  const { head, linked, wasActedOn } = suspect;
  const ms = Date.parse(incident.harmBeganAt) - Date.parse(head.at);
  const when = ms > 5_000 ? `${spanInWords(ms)} before` : "as it began";
  const verb = wasActedOn ? "What was taken back" : "The change closest to it";
  const carried = linked.length > 0 ? `, with ${joined(linked.map(({ title }) => title))}` : "";
  return `${verb} had come ${when}: ${head.title}${carried}.`;
}

function noticeSentence({ incident, firstAlertAt }: SummaryInput): string {
  const began = Date.parse(incident.harmBeganAt);
  const declared = Date.parse(incident.declaredAt) - began;
  const after = (ms: number) => (ms > 0 ? `${spanInWords(ms)} after harm began` : "at once");
  if (firstAlertAt === null || Date.parse(firstAlertAt) > Date.parse(incident.declaredAt)) {
    return `It was declared ${after(declared)}, before any alert.`;
  }
  const alerted = Date.parse(firstAlertAt) - began;
  return `The first alert came ${after(alerted)}, and it was declared ${after(declared)}.`;
}

/** What else was pulled: before what restored it, or after. */
function attemptSentences(
  { restorations, restoring }: SummaryInput,
  when: "before" | "after",
): string[] {
  const isAfter = ({ plannedAt }: Restoration) =>
    restoring !== null && Date.parse(plannedAt) > Date.parse(restoring.plannedAt);
  const others = pressesOf(restorations).filter(
    (press) => press !== restoring && isAfter(press) === (when === "after"),
  );
  const shown = others.slice(0, 4).map((press) => {
    const at = `At ${clockInWords(press.plannedAt)}, ${press.label} (${press.id}) was pulled`;
    if (press.failure?.code === "signal-stayed-bad")
      return `${at}; it took effect and did not help.`;
    if (press.failure) return `${at}: ${closed(press.failure.sentence)}`;
    return press.state === "verified" ? `${at} and verified.` : `${at}.`;
  });
  const more = others.length - shown.length;
  return more > 0 ? [...shown, `${more} further attempts are in the timeline.`] : shown;
}

function endSentence({ incident, restoring, restorations }: SummaryInput): string {
  const putBack = restorations.findLast(
    ({ putBackOf, acceptedAt }) => putBackOf !== null && acceptedAt !== null,
  );
  const after = putBack ? ` ${putBack.putBackOf} was put back by ${putBack.id}.` : "";
  if (restoring !== null) {
    const ms = pullMs(restoring);
    const took = ms === null ? "" : `, in effect ${spanInWords(ms)} after the press`;
    const verified =
      restoring.state === "verified"
        ? " and verified by the signal"
        : "; a person said that it helped, for no signal is connected";
    return `${restoring.label} (${restoring.id}) restored it${took}${verified}.${after}`;
  }
  return incident.restoredAt === null
    ? `It is not restored yet.${after}`
    : `It was restored without a lever: what helped is for you to say.${after}`;
}

/** What customers saw, as far as signals tell; a sentence for each that is silent or missing. */
export function writeCustomers(input: {
  signals: readonly SignalFacts[];
  /** Titles of the services hurt that have no signal. */
  withoutSignal: readonly string[];
}): string {
  const sentences = input.signals.map(ofSignal);
  for (const title of input.withoutSignal) {
    sentences.push(`${title} has no signal: write here what customers saw.`);
  }
  return sentences.join(" ");
}

function ofSignal(facts: SignalFacts): string {
  const isNamed = facts.title.toLowerCase().includes(facts.serviceTitle.toLowerCase());
  const name = isNamed ? facts.title : `${facts.title} of ${facts.serviceTitle}`;
  if (facts.problem !== null || facts.peak === null) {
    const why = facts.problem ?? "it gave no values";
    return `${name} could not be read when this was drafted: ${closed(why)}`;
  }
  const limit = valueInWords(facts.threshold, facts.unit);
  const peak = valueInWords(facts.peak.value, facts.unit);
  const isAbove = facts.harmWhen === "above";
  if (!facts.hurtMs) {
    const worst = isAbove ? "highest" : "lowest";
    return `${name} never went ${facts.harmWhen} its threshold of ${limit}: its ${worst} value was ${peak}.`;
  }
  const from = facts.before === null ? "" : ` from ${valueInWords(facts.before, facts.unit)}`;
  return `${name} ${isAbove ? "rose" : "fell"}${from} to ${peak} at ${clockInWords(facts.peak.at)} UTC and was ${facts.harmWhen} its threshold of ${limit} for ${spanInWords(facts.hurtMs)}.`;
}

/** A signal's value with its unit: "38 %", "1.2 s", "420". */
export function valueInWords(value: number, unit: SignalFacts["unit"]): string {
  switch (unit) {
    case "ratio":
      return `${rounded(value * 100)}\u00a0%`;
    case "seconds":
      return value < 1 ? `${rounded(value * 1000)} ms` : `${rounded(value)} s`;
    case "count":
      return rounded(value);
    default:
      return unit satisfies never;
  }
}

function rounded(value: number): string {
  if (!Number.isFinite(value)) return "an unknown value";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** "a", "a and b", "a, b and c"; of many, the first five and how many more. */
export function joined(words: readonly string[]): string {
  if (words.length === 0) return "Nothing";
  const some = words.length > 6 ? [...words.slice(0, 5), `${words.length - 5} more`] : [...words];
  const last = some.pop() ?? "";
  return some.length === 0 ? last : `${some.join(", ")} and ${last}`;
}
