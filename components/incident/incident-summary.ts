import { clockTime, dayAndTime, plannedTime } from "@/components/clock/duration";
import type { IncidentView } from "@/lib/contracts/incident";
import { likelihoodInWords } from "@/lib/rules/likelihood-words";

const percentOf = (probability: number) => likelihoodInWords(probability).figure;

/** The incident as a few lines for a chat: what is broken, what is suspected, what was done, where. */
export function incidentSummary(view: IncidentView, now: number, address: string): string {
  const { incident, suspects, restorations } = view;
  const end = incident.restoredAt ? Date.parse(incident.restoredAt) : now;
  const harm = plannedTime(end - Date.parse(incident.harmBeganAt));
  const lines = [
    `${incident.isDrill ? "Drill: " : ""}${incident.id} SEV${incident.severity} ${incident.title} (${incident.status})`,
    `Services: ${incident.services.join(", ")}. Commander: ${incident.commander ?? "nobody yet"}.`,
    `Harm began ${dayAndTime(incident.harmBeganAt)} UTC, ${incident.restoredAt ? "lasted" : "so far"} ${harm}.`,
  ];
  const first = suspects[0];
  if (first)
    lines.push(
      `First suspect: ${first.title} (${percentOf(first.probability)}). ${first.evidence[0]?.sentence ?? ""}`.trim(),
    );
  for (const each of restorations) {
    lines.push(`${clockTime(each.plannedAt)} ${each.label} by ${each.by}: ${each.state}.`);
  }
  return [...lines, address].join("\n");
}
