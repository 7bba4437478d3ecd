import type { FollowUpKind } from "@/lib/contracts/follow-up";

/** What a follow-up is for, as people choose it. */
export const kindWords: Record<FollowUpKind, string> = {
  prevent: "prevent",
  detect: "detect sooner",
  "restore-faster": "restore faster",
  learn: "learn",
};

export const kindNames = Object.keys(kindWords) as FollowUpKind[];
