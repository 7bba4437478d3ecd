import * as z from "zod";
import type { CodeSource, RevertAnswer } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { findMarkedRevert, findReverts, markOf } from "./github-find-revert";
import { laterChanges } from "./github-later-merges";
import { readMergedAs } from "./github-merge-method";
import { isFault, isForbidden, quote } from "./github-mutate";
import { accessBlocker, commandsFor, readOnly, stateBlocker } from "./github-preview-revert";
import { observePull, readPull, urlOfPull } from "./github-pulls";
import { type Pull, Sha, WebUrl, type WholePull } from "./github-schemas";

const MUTATION = `mutation($input: RevertPullRequestInput!) {
  revertPullRequest(input: $input) {
    revertPullRequest { number url headRefOid }
  }
}`;

const Payload = z
  .object({
    revertPullRequest: z
      .object({
        revertPullRequest: z
          .object({
            number: z.number().int().positive(),
            url: WebUrl,
            headRefOid: Sha.nullish().catch(null),
          })
          .nullish(),
      })
      .nullish(),
  })
  .nullish()
  .transform((data) => data?.revertPullRequest?.revertPullRequest ?? null);

const MAX_TITLE = 256;

type RevertRequest = Parameters<CodeSource["revert"]>[0];

export function revertTitle(title: string): string {
  const whole = `Revert "${title}"`;
  return whole.length <= MAX_TITLE ? whole : `Revert "${title.slice(0, MAX_TITLE - 10)}…"`;
}

/** Says why, and carries the mark by which a lost answer is found again. */
export function revertBody(request: RevertRequest): string {
  const link = /^https?:\/\/\S+$/.test(request.incidentUrl) ? `: ${request.incidentUrl}` : "";
  return [
    `Reverts ${request.repository}#${request.number}`,
    "",
    `To restore a known good state during incident ${request.incidentId}${link}`,
    "",
    "This takes the change back; fixing it comes later, with less pressure. To land it again after the fix, revert this pull request.",
    "",
    markOf(request.restorationId),
  ].join("\n");
}

function found(client: GitHubClient, repository: string, pull: Pull): RevertAnswer {
  const { number, headCommit: head } = pull;
  const url = pull.url ?? urlOfPull(client, repository, number);
  return { outcome: "accepted", at: client.now().toISOString(), number, url, found: true, head };
}

/** Which files changed since, by which merges, in a sentence; empty when that can't be told now. */
export async function conflictOf(
  client: GitHubClient,
  repository: string,
  whole: WholePull,
): Promise<string> {
  try {
    const { pull } = await observePull(client, repository, whole);
    const { conflict } = await laterChanges(client, pull);
    return conflict ? ` ${conflict}.` : "";
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return "";
  }
}

/** See CodeSource: found again rather than opened twice; one mutation, sent once. */
export async function revert(client: GitHubClient, request: RevertRequest): Promise<RevertAnswer> {
  const { repository, number } = request;
  const { owner } = parseRepository(repository);
  const ours = await findMarkedRevert(client, repository, number, request.restorationId);
  if (ours) return found(client, repository, ours);

  const pull = await readPull(client, repository, number);
  if (pull.headCommit !== request.seenHead)
    return {
      outcome: "refused",
      blocker: {
        code: "changed",
        sentence: `Pull request #${number} ends at ${pull.headCommit.slice(0, 7)} now; what was shown ended at ${request.seenHead.slice(0, 7)}. Look at it again.`,
        who: null,
        commands: [],
      },
    };
  const reverts = await findReverts(client, repository, pull);
  if (reverts.open) return found(client, repository, reverts.open);
  const state = stateBlocker(pull, reverts.merged);
  if (state) return { outcome: "refused", blocker: state };

  const mergedAs = await readMergedAs(client, repository, pull);
  const commands = commandsFor(client, repository, pull, mergedAs);
  const access = await accessBlocker(client, repository, commands);
  if (access) return { outcome: "refused", blocker: access };

  const what = `the revert of ${repository}#${number}`;
  const input = {
    pullRequestId: pull.nodeId,
    title: revertTitle(pull.title),
    body: revertBody(request),
    draft: false,
  };
  const answer = await client.graphql(what, owner, MUTATION, { input }, { mutation: true });
  const opened = Payload.safeParse(answer.data);
  if (opened.success && opened.data) {
    const url = opened.data.url ?? urlOfPull(client, repository, opened.data.number);
    const at = client.now().toISOString();
    const { number: opening, headRefOid: head } = opened.data;
    return { outcome: "accepted", at, number: opening, url, found: false, head };
  }
  if (isForbidden(answer.errors))
    return { outcome: "refused", blocker: readOnly(repository, commands) };

  // No payload: usually nothing was opened, but an answer can also be cut short after the act.
  let late: Pull | null;
  try {
    late = await findMarkedRevert(client, repository, number, request.restorationId);
  } catch (cause) {
    const sentence = `GitHub may have opened ${what}: it answered without a result and can't be asked.`;
    throw new SourceError("failed", sentence, { cause, mayHaveActed: true });
  }
  if (late) return found(client, repository, late);
  // GitHub's own fault, not a refusal of this revert: it may still be at work.
  if (!opened.success || isFault(answer.errors))
    throw new SourceError(
      "failed",
      `GitHub failed while opening ${what}. ${quote(answer.errors)}`,
      {
        mayHaveActed: true,
      },
    );
  const conflict = await conflictOf(client, repository, pull);
  return {
    outcome: "by-hand",
    because: `GitHub can't revert #${number} by itself, because later changes conflict with it or it was not merged there.${conflict} ${quote(answer.errors)}`,
    commands,
  };
}

/** See CodeSource. */
export async function findRevert(
  client: GitHubClient,
  repository: string,
  number: number,
  restorationId: string,
): Promise<{ number: number; url: string; head: string } | null> {
  const pull = await findMarkedRevert(client, repository, number, restorationId);
  if (!pull) return null;
  const url = pull.url ?? urlOfPull(client, repository, pull.number);
  return { number: pull.number, url, head: pull.headCommit };
}
