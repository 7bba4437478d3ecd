import * as z from "zod";
import { Sha } from "./github-schemas";

/** What is asked of a pull request to see whether its branch must be brought up to date. */
export const BEHIND = `viewerCanUpdateBranch
      baseRef { target { oid } branchProtectionRule { requiresStrictStatusChecks } }`;

export const BaseRef = z
  .object({
    target: z.object({ oid: Sha }).nullish(),
    branchProtectionRule: z.object({ requiresStrictStatusChecks: z.boolean() }).nullish(),
  })
  .nullish();

type Known = {
  state: string;
  mergeStateStatus: string;
  isMergeQueueEnabled: boolean;
  viewerCanUpdateBranch: boolean;
  baseRef?: z.output<typeof BaseRef>;
};

/**
 * Whether nothing of a branch counts until it has all of its base. GitHub says BLOCKED of one that lacks
 * a review as well; a merge queue tries its entries on top of the base by itself.
 */
export function isBehind(pull: Known): boolean {
  if (pull.state !== "OPEN" || pull.isMergeQueueEnabled) return false;
  if (pull.mergeStateStatus === "BEHIND") return true;
  const isStrict = pull.baseRef?.branchProtectionRule?.requiresStrictStatusChecks ?? false;
  return pull.mergeStateStatus === "BLOCKED" && isStrict && pull.viewerCanUpdateBranch;
}
