import "server-only";
import type { FollowUp } from "@/lib/contracts/follow-up";
import type { ObservedIssue } from "@/lib/integrations/code-source";
import type { Ctx } from "@/lib/server/context";
import { findFollowUp } from "./find-follow-up";
import { type FollowUpPatch, updateFollowUp } from "./follow-up-store";
import { type Act, writeRetro } from "./write-retro";

/** Longer than any one request may take: after this, what isn't there was not opened. */
export const ISSUE_WAIT_MS = 150_000;

/**
 * Writes down what an issue says. A follow-up goes with its issue when that is closed or opened again,
 * not when somebody has closed the follow-up by hand; nothing new writes nothing.
 */
export async function keepIssue(
  ctx: Ctx,
  followUp: Pick<FollowUp, "id" | "incidentId">,
  seen: { source: string; issue: ObservedIssue; found?: boolean },
): Promise<FollowUp> {
  const { issue, source } = seen;
  const frame = { id: followUp.incidentId, action: "follow-issue", subject: followUp.id };
  return writeRetro(ctx, frame, async (tx, _held, { at }): Promise<Act<FollowUp>> => {
    const { followUp: current, number } = await findFollowUp({ db: tx }, followUp.id);
    const before = current.issue;
    if (before && before.number !== issue.number) return { answer: current, detail: null };
    const state = stateAfter(current, issue);
    const isNews = before?.state !== issue.state || before.url !== issue.url;
    if (!isNews && state === current.state) return { answer: current, detail: null };
    const patch: FollowUpPatch = {
      issueSource: source,
      issueRepository: issue.repository,
      issueNumber: issue.number,
      issueUrl: issue.url,
      issueState: issue.state,
      issueReadAt: at,
      issueAskedAt: null,
      ...(state === current.state ? {} : { state, closedAt: state === "open" ? null : at }),
    };
    return {
      answer: await updateFollowUp(tx, number, patch),
      detail: { issue: issue.url, issueState: issue.state, state, found: seen.found },
      changes: "state",
    };
  });
}

function stateAfter(current: FollowUp, issue: ObservedIssue): FollowUp["state"] {
  const was = current.issue?.state ?? "open";
  if (was === issue.state) return current.state;
  if (issue.state === "open") return "open";
  return current.state === "open" ? issue.reason : current.state;
}
