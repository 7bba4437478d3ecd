import type { FollowUp } from "@/lib/contracts/follow-up";

/** The day of a moment in UTC: "2026-12-01". */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** Open beyond its day. Due today is not overdue, wherever today is just ending: days are UTC's. */
export function isOverdue(followUp: Pick<FollowUp, "state" | "dueOn">, now: Date): boolean {
  return followUp.state === "open" && followUp.dueOn !== null && followUp.dueOn < dayOf(now);
}
