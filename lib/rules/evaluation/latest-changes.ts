import type { Change } from "@/lib/contracts/change";
import type { SuspectInput } from "@/lib/rules/rank-suspects";

/**
 * What people under stress do, to compare with: everything that went live before harm is said to have
 * begun, newest first. With `onAffected`, only what belongs to an affected service.
 */
export function latestChanges(input: SuspectInput, onAffected: boolean): Change[] {
  return input.changes
    .filter((one) => one.kind !== "merge" && Date.parse(one.at) <= input.harmBeganAt)
    .filter((one) => !onAffected || one.services.some((name) => input.affected.includes(name)))
    .sort((a, b) => b.at.localeCompare(a.at) || a.id.localeCompare(b.id));
}
