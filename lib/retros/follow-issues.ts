import "server-only";
import type { CodeSource } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { formerIssueMark, issueMark } from "@/lib/rules/issue-words";
import type { Ctx } from "@/lib/server/context";
import {
  askedFollowUps,
  followedFollowUps,
  noteIssuesRead,
  releaseIssue,
  type StoredFollowUp,
} from "./follow-up-store";
import { ISSUE_WAIT_MS, keepIssue } from "./keep-issue";

/** A request under way is given this long before its outcome is looked for. */
const SETTLE_AFTER_MS = 15_000;
const SETTLE_A_TURN = 5;
/** Each costs a request, which costs nothing when nothing changed. */
const READ_A_TURN = 30;
const AT_ONCE = 3;
/** A follow-up closed so long ago is no longer looked after. */
const CLOSED_FOR_MS = 30 * 24 * 3_600_000;

type Source = { name: string; adapter: CodeSource };

/**
 * One look at the issues of one source: settles those whose opening was never heard of, by their mark,
 * and reads how the others stand. An issue that can't be read stays as it was; a source that is away
 * throws its SourceError.
 */
export async function followIssues(ctx: Ctx, source: Source): Promise<void> {
  await settleAsked(ctx, source);
  const followed = await followedFollowUps(ctx.db, {
    source: source.name,
    closedAfter: new Date(ctx.now().getTime() - CLOSED_FOR_MS),
    limit: READ_A_TURN,
  });
  for (let at = 0; at < followed.length; at += AT_ONCE) {
    await Promise.all(followed.slice(at, at + AT_ONCE).map((one) => followOne(ctx, source, one)));
  }
  if (followed.length > 0) {
    const numbers = followed.map(({ number }) => number);
    await noteIssuesRead(ctx.db, numbers, ctx.now());
  }
}

async function followOne(ctx: Ctx, source: Source, { followUp }: StoredFollowUp): Promise<void> {
  const { issue } = followUp;
  if (!issue) return;
  try {
    const seen = await source.adapter.readIssue(issue.repository, issue.number);
    if (seen.state === issue.state && seen.url === issue.url) return;
    // Transferred issues answer from where they are now; ours keeps the place that people know.
    await keepIssue(ctx, followUp, {
      source: source.name,
      issue: { ...seen, repository: issue.repository, number: issue.number },
    });
  } catch (error) {
    if (!isAboutTheIssue(error)) throw error;
    ctx.log.warn({ err: error, followUp: followUp.id }, "a follow-up's issue can't be read");
  }
}

async function settleAsked(ctx: Ctx, source: Source): Promise<void> {
  const now = ctx.now().getTime();
  const asked = await askedFollowUps(ctx.db, {
    source: source.name,
    before: new Date(now - SETTLE_AFTER_MS),
    limit: SETTLE_A_TURN,
  });
  for (const { number, followUp, createdAt, issueAskedAt, issueRepository } of asked) {
    if (!issueAskedAt || !issueRepository) continue;
    const find = (mark: string) =>
      source.adapter.findIssue({ repository: issueRepository, mark, since: createdAt });
    try {
      const issue = (await find(issueMark(followUp))) ?? (await find(formerIssueMark(followUp)));
      if (issue) await keepIssue(ctx, followUp, { source: source.name, issue, found: true });
      else if (now - issueAskedAt.getTime() > ISSUE_WAIT_MS) {
        await releaseIssue(ctx.db, number, issueAskedAt);
      }
    } catch (error) {
      if (!isAboutTheIssue(error)) throw error;
      ctx.log.warn({ err: error, followUp: followUp.id }, "an issue can't be looked for");
    }
  }
}

/** Not the source is at fault: this issue is gone, or out of our sight. */
function isAboutTheIssue(error: unknown): boolean {
  return error instanceof SourceError && ["not-found", "forbidden", "invalid"].includes(error.code);
}
