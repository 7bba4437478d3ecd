import type { FollowUp, FollowUpKind } from "@/lib/contracts/follow-up";

/** What a follow-up is for, as people choose it. */
export const kindWords: Record<FollowUpKind, string> = {
  prevent: "prevent",
  detect: "detect sooner",
  "restore-faster": "restore faster",
  learn: "learn",
};

export const kindNames = Object.keys(kindWords) as FollowUpKind[];

/** Whether it is open and its day has passed; `today` as "2026-12-01". */
export function isOverdue({ state, dueOn }: FollowUp, today: string): boolean {
  return state === "open" && dueOn !== null && dueOn < today;
}
