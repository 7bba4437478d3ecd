import type { FollowUp } from "@/lib/contracts/follow-up";
import type { Incident } from "@/lib/contracts/incident";

const KINDS: Record<FollowUp["kind"], string> = {
  prevent: "so that it doesn't happen again",
  detect: "so that it is noticed sooner",
  "restore-faster": "so that the way back is shorter",
  learn: "so that it is understood better",
};

/**
 * The line by which a follow-up's issue is found again. With the moment at which it was written down,
 * because another ledger that opens issues in the same repository counts from one as well.
 */
export function issueMark(followUp: Pick<FollowUp, "id" | "createdAt">): string {
  return `Known-Good-Follow-Up: ${followUp.id} of ${followUp.createdAt}`;
}

/** As an issue was marked that was opened while follow-ups were called "F-12". */
export function formerIssueMark(followUp: Pick<FollowUp, "id" | "createdAt">): string {
  return issueMark({ ...followUp, id: followUp.id.replace(/^FOL-/, "F-") });
}

/** What the issue says, in Markdown: why it is to be done, by whom and when, and where it was decided. */
export function issueBody(input: {
  followUp: Pick<FollowUp, "owner" | "team" | "dueOn" | "kind">;
  incident: Pick<Incident, "id" | "title">;
  retroUrl: string;
}): string {
  const { followUp, incident, retroUrl } = input;
  const who = [followUp.owner, followUp.team && `team ${followUp.team}`].flatMap((one) =>
    one ? plain(one) : [],
  );
  return [
    `A follow-up of [${incident.id}: ${plain(incident.title)}](${retroUrl}), ${KINDS[followUp.kind]}.`,
    "",
    ...(who.length > 0 ? [`- Owner: ${who.join(", ")}`] : []),
    ...(followUp.dueOn ? [`- Due: ${followUp.dueOn}`] : []),
    "- Closing this issue closes the follow-up; reopening it opens it again.",
  ].join("\n");
}

/** Words as words: no markup, no link, nobody called by @, no other issue pointed at. */
function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]()<>#|!~&]/g, "\\$&")
    .replace(/@/g, "@\u200b")
    .replace(/\b(GH-)(\d)/gi, "$1\u200b$2");
}
