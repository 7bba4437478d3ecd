import "server-only";
import type { FollowUp, OpenIssueInput } from "@/lib/contracts/follow-up";
import type { IssueAnswer } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { issueBody, issueMark } from "@/lib/rules/issue-words";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { findFollowUp } from "./find-follow-up";
import { findRetro } from "./find-retro";
import { claimIssue, releaseIssue } from "./follow-up-store";
import { ISSUE_WAIT_MS, keepIssue } from "./keep-issue";

/**
 * Opens a follow-up as an issue, once: who asks is written down before, an issue that carries its mark
 * is found rather than opened again, and an answer that never came is read back by `followIssues`.
 * Refusals: `unknown-follow-up`, `has-issue`, `being-opened`, `no-repository`, `unknown-source`, what the
 * repository host says (`may-not-open-issues`, `issues-disabled`, `archived`), `outcome-unknown`.
 */
export async function openIssue(
  ctx: Ctx,
  input: OpenIssueInput & { followUpId: string },
): Promise<FollowUp> {
  const { followUp, number, createdAt } = await findFollowUp(ctx, input.followUpId);
  if (followUp.issue) {
    throw new Refusal(
      "has-issue",
      409,
      `${followUp.id} is an issue already: ${followUp.issue.url}`,
    );
  }
  const { incident } = await findRetro(ctx, followUp.incidentId);
  const { source, repository } = await placeOf(ctx, incident.services, input);
  const code = ctx.sources.get("code", source);
  const at = ctx.now();
  const notSince = new Date(at.getTime() - ISSUE_WAIT_MS);
  if (!(await claimIssue(ctx.db, number, { source, repository, at, notSince }))) {
    throw new Refusal(
      "being-opened",
      409,
      `${followUp.id} is being opened as an issue, or was a moment ago. Look again in a minute.`,
    );
  }
  let answer: IssueAnswer;
  try {
    answer = await code.openIssue({
      repository,
      title: followUp.title,
      body: issueBody({ followUp, incident, retroUrl: `${ctx.publicUrl}/retros/${incident.id}` }),
      mark: issueMark(followUp),
      since: createdAt,
    });
  } catch (error) {
    if (error instanceof SourceError && !error.mayHaveActed) {
      await releaseIssue(ctx.db, number, at);
      throw error;
    }
    ctx.log.warn({ err: error, followUp: followUp.id }, "whether an issue was opened is unknown");
    throw new Refusal(
      "outcome-unknown",
      502,
      `The answer was lost. Whether ${followUp.id} was opened in ${repository} is being read back; nothing is opened twice.`,
    );
  }
  if (answer.outcome === "refused") {
    await releaseIssue(ctx.db, number, at);
    const { code: reason, sentence } = answer.blocker;
    throw new Refusal(reason, 409, sentence);
  }
  return keepIssue(ctx, followUp, { source, issue: answer.issue, found: answer.found });
}

/** Where the issue belongs: as asked, else where the first of the incident's services keeps its code. */
async function placeOf(
  ctx: Ctx,
  names: string[],
  input: OpenIssueInput,
): Promise<{ source: string; repository: string }> {
  // Said first: a source that isn't there is another mistake than a repository that isn't known.
  if (input.source !== undefined) ctx.sources.get("code", input.source);
  const all = await listServices(ctx);
  const fitting = names
    .flatMap((name) => all.find((service) => service.name === name)?.repository ?? [])
    .find(({ source }) => input.source === undefined || source === input.source);
  const only = ctx.sources.all().filter(({ kind }) => kind === "code");
  const source = input.source ?? fitting?.source ?? (only.length === 1 ? only[0]?.name : undefined);
  const repository = input.repository ?? fitting?.name;
  if (source && repository) return { source, repository };
  throw new Refusal(
    "no-repository",
    422,
    "None of the incident's services names a repository. Say in which one to open it: owner/name.",
  );
}
