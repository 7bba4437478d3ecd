import type { Incident } from "@/lib/contracts/incident";

/** Why nothing is pulled for an incident that is over, and what to do instead; null while it is open. */
export function closedInWords({ id, status }: Pick<Incident, "id" | "status">): string | null {
  if (status !== "resolved" && status !== "reviewed") return null;
  return `${id} is ${status}. Reopen it or declare a new incident first.`;
}
