import "server-only";
import { isLive } from "@/lib/rules/freeze-claims";
import type { ClaimOfHold, HoldJob } from "./job-store";

/** Those who still need it, oldest first. */
export function liveClaims({ claims }: Pick<HoldJob, "claims">, now: Date): ClaimOfHold[] {
  return claims.filter((claim) => isLive(claim, now));
}
