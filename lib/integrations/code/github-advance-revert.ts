import * as z from "zod";
import type { CodeGuard, RevertStepAnswer } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import { askReviewers } from "./github-ask-reviewers";
import type { CheckTimes } from "./github-check-times";
import { type GitHubClient, parseRepository } from "./github-client";
import { mergeRevert } from "./github-merge-revert";
import { readRevertState } from "./github-revert-state";
import type { GitHubSettings } from "./github-settings";
import { updateRevert } from "./github-update-revert";

type Request = Parameters<CodeGuard["advanceRevert"]>[0];

const Labels = z.array(z.object({ name: z.string() }));

async function label(
  client: GitHubClient,
  { repository, number }: Request,
  name: string,
): Promise<RevertStepAnswer> {
  if (name === "")
    return { outcome: "unneeded", sentence: "No label is set for reverts (revert.label)." };
  const { owner, repo } = parseRepository(repository);
  const pull = await readRevertState(client, repository, number);
  const labels = pull.labels?.nodes?.flatMap((node) => node?.name ?? []) ?? [];
  if (labels.some((one) => one.toLowerCase() === name.toLowerCase()))
    return { outcome: "unneeded", sentence: `It is labelled ${name}.` };
  const what = `the label of ${repository}#${number}`;
  const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/labels";
  try {
    const parameters = { owner, repo, issue_number: number, labels: [name] };
    await client.write(Labels, what, owner, route, parameters);
  } catch (error) {
    const isRefused =
      error instanceof SourceError &&
      !error.mayHaveActed &&
      ["forbidden", "not-found", "invalid"].includes(error.code);
    if (!isRefused) throw error;
    return {
      outcome: "refused",
      sentence: `GitHub did not label #${number} ${name}. ${error.sentence}`,
      who: "whoever manages the GitHub token or App of this source",
      commands: [`gh pr edit ${number} -R ${repository} --add-label '${name.replaceAll("'", "")}'`],
    };
  }
  return { outcome: "done", sentence: `Labelled ${name}.` };
}

/** See CodeGuard. Throws SourceError, with `mayHaveActed` when an answer was lost: then it reads again. */
export async function advanceRevert(
  client: GitHubClient,
  settings: GitHubSettings["revert"],
  times: CheckTimes,
  request: Request,
): Promise<RevertStepAnswer> {
  switch (request.step) {
    case "label":
      return label(client, request, settings.label);
    case "reviewers":
      return askReviewers(client, request);
    case "update":
      return updateRevert(client, request, settings.merge);
    case "merge":
      return mergeRevert(client, request, settings.merge, times);
    default:
      return request.step satisfies never;
  }
}
