import type { Incident } from "@/lib/contracts/incident";
import type { Blocker } from "@/lib/contracts/lever";

/** Why nothing is pulled for an incident that is over, and what to do instead; null while it is open. */
export function closedInWords({ id, status }: Pick<Incident, "id" | "status">): string | null {
  if (status !== "resolved" && status !== "reviewed") return null;
  return `${id} is ${status}. Reopen it or declare a new incident first.`;
}

/** The same as what stands in the way of each of its levers; nothing while it is open. */
export function closedBlockers(incident: Pick<Incident, "id" | "status">): Blocker[] {
  const sentence = closedInWords(incident);
  if (sentence === null) return [];
  return [{ code: "incident-closed", sentence, who: "a responder", commands: [] }];
}
