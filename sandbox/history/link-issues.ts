import { iso } from "./change-row.ts";
import type { FollowUpRow } from "./retro-rows.ts";

export type OpenedIssue = { number: number; url: string };
/** Opens an issue in the shop's repository. */
export type OpenIssue = (issue: { title: string; body: string }) => Promise<OpenedIssue>;

export const ISSUE_REPOSITORY = "shop/storefront-monorepo";
const MOST = 4;
/** A machine that starts everything at once may be slow to answer. */
const OPENED_WITHIN_MS = 60_000;

/** A follow-up with the issue it was opened as, or with none. */
export type LinkedFollowUp = FollowUpRow & {
  issueSource: string | null;
  issueRepository: string | null;
  issueNumber: number | null;
  issueUrl: string | null;
  issueState: string | null;
  issueReadAt: string | null;
};

/** Opens an issue for some of the follow-ups that are still open; the others stay as they are. */
export async function linkIssues(
  followUps: FollowUpRow[],
  open: OpenIssue | undefined,
  now: number,
): Promise<LinkedFollowUp[]> {
  const linked: LinkedFollowUp[] = [];
  let left = open ? MOST : 0;
  for (const row of followUps) {
    const wants = left > 0 && row.state === "open" && row.kind !== "learn";
    const body = `From the retro of INC-${row.incidentNumber}.`;
    const issue = wants && open ? await open({ title: row.title, body }) : null;
    if (issue) left -= 1;
    linked.push({
      ...row,
      issueSource: issue && "github",
      issueRepository: issue && ISSUE_REPOSITORY,
      issueNumber: issue?.number ?? null,
      issueUrl: issue?.url ?? null,
      issueState: issue && "open",
      issueReadAt: issue && iso(now),
    });
  }
  return linked;
}

/** Opens issues at the GitHub of `address`, as soon as it is known where that is. */
export function issuesAt(address: Promise<{ github: string }>, token: string): OpenIssue {
  return async (issue) => {
    const { github } = await address;
    const answer = await fetch(`${github}/api/v3/repos/${ISSUE_REPOSITORY}/issues`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(issue),
      signal: AbortSignal.timeout(OPENED_WITHIN_MS),
    });
    if (answer.status !== 201) throw new Error(`No issue was opened: ${await answer.text()}`);
    const { number, html_url } = (await answer.json()) as { number: number; html_url: string };
    return { number, url: html_url };
  };
}
