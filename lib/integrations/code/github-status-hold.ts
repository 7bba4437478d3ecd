import type { HeldPull, MergeHold } from "@/lib/integrations/code-guard";
import type { HoldAnswer, HoldReading } from "@/lib/integrations/hold-answer";
import { SourceError } from "@/lib/integrations/source-error";
import { type BranchRules, readBranchRules } from "./github-branch-rules";
import type { GitHubClient } from "./github-client";
import {
  freezeUrl,
  isAllowed,
  isGroupAllowed,
  isOurs,
  listed,
  releasedStatuses,
  wantedStatuses,
} from "./github-freeze-words";
import { type OpenHead, type OpenHeads, readOpenHeads } from "./github-open-pulls";
import { type PostBudget, postStatuses } from "./github-post-statuses";

/** How merges are held by a required status. `appId`: the App that we are, or null. */
export type StatusHold = {
  client: GitHubClient;
  budget: PostBudget;
  context: string;
  appId: number | null;
};

/** Who may change the rules of a repository. */
export const administrators = (repository: string) => `an administrator of ${repository}`;

/** What is in the way of the status counting, in words, or null when it is required. */
export function whyNotRequired(way: StatusHold, branch: string, rules: BranchRules): string | null {
  const named = rules.contexts.filter(
    ({ name }) => name.toLowerCase() === way.context.toLowerCase(),
  );
  if (named.length === 0) return `${way.context} isn't a required check of ${branch}`;
  const foreign = named.find(({ appId }) => appId !== null && appId !== way.appId);
  return foreign
    ? `${branch} requires ${way.context} from another App (${foreign.appId}) than the one that posts it`
    : null;
}

/** Makes the context a required check by a ruleset of its own. */
function requiringCommands(repository: string, branch: string, context: string): string[] {
  const ruleset = {
    name: `Known Good status of ${branch}`,
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: [`refs/heads/${branch}`], exclude: [] } },
    rules: [
      {
        type: "required_status_checks",
        parameters: {
          required_status_checks: [{ context }],
          strict_required_status_checks_policy: false,
        },
      },
    ],
  };
  const json = JSON.stringify(ruleset).replaceAll("'", "'\\''");
  return [`echo '${json}' | gh api -X POST repos/${repository}/rulesets --input -`];
}

function quoted(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Turns every open head green by hand. */
export function greenCommands(repository: string, branch: string, context: string): string[] {
  return [
    `gh pr list -R ${repository} -B ${quoted(branch)} --limit 1000 --json headRefOid -q '.[].headRefOid' | xargs -I{} gh api -X POST repos/${repository}/statuses/{} -f state=success -f context=${quoted(context)} -f description='Let go by hand'`,
  ];
}

export function heldPulls(hold: MergeHold, { pulls }: OpenHeads): HeldPull[] {
  return pulls
    .filter((pull) => !isAllowed(hold, pull))
    .map(({ number, title, author, url, sha }) => ({ number, title, author, url, head: sha }));
}

/** "14 open pull requests into main", "1 open pull request into main". */
export function countOf(count: number, branch: string): string {
  return `${count} open pull request${count === 1 ? "" : "s"} into ${branch}`;
}

export function letThrough(hold: MergeHold, heads: OpenHeads): string {
  const numbers = heads.pulls
    .filter((pull) => isAllowed(hold, pull))
    .map(({ number }) => `#${number}`);
  return numbers.length === 0
    ? ""
    : ` ${listed(numbers)} ${numbers.length === 1 ? "is" : "are"} let through.`;
}

/** The answer for credentials that may not post statuses, or null for any other error. */
function mayNotPost(way: StatusHold, hold: MergeHold, error: unknown): HoldAnswer | null {
  if (!(error instanceof SourceError) || error.mayHaveActed) return null;
  if (error.code !== "forbidden" && error.code !== "not-found") return null;
  return {
    outcome: "refused",
    because: `The GitHub credentials may not post statuses in ${hold.repository}. They need the permission “Commit statuses: read and write”.`,
    who: "whoever manages the GitHub token or App of this source",
    commands: greenCommands(hold.repository, hold.branch, way.context),
  };
}

/** Red on every open head that isn't let through; green first on those that are. */
export async function holdByStatus(
  way: StatusHold,
  hold: MergeHold,
): Promise<HoldAnswer & { pulls?: HeldPull[] }> {
  const { repository, branch } = hold;
  const [rules, heads] = await Promise.all([
    readBranchRules(way.client, repository, branch),
    readOpenHeads(way.client, repository, branch, way.context),
  ]);
  const now = way.client.now();
  const where = { repository, context: way.context, url: freezeUrl(hold.freezes) };
  try {
    await postStatuses(way.client, way.budget, where, wantedStatuses(hold, heads, now));
  } catch (error) {
    const refused = mayNotPost(way, hold, error);
    if (refused) return refused;
    throw error;
  }
  const pulls = heldPulls(hold, heads);
  const because = whyNotRequired(way, branch, rules);
  if (because)
    return {
      outcome: "refused",
      because: `${because}: ${countOf(pulls.length, branch)} ${pulls.length === 1 ? "is" : "are"} marked red, which warns but stops nobody.`,
      who: administrators(repository),
      commands: requiringCommands(repository, branch, way.context),
      pulls,
    };
  const more = heads.isCut ? " Older ones than the newest 1,000 were left as they are." : "";
  return {
    outcome: "held",
    at: now.toISOString(),
    sentence: `${countOf(pulls.length, branch)} can't be merged: the required ${way.context} is red.${letThrough(hold, heads)}${more}`,
    was: { by: "status", context: way.context },
    endsByItself: false,
    commands: greenCommands(repository, branch, way.context),
    url: `${way.client.webUrl}/${repository}/pulls?q=${encodeURIComponent(`is:pr is:open base:${branch}`)}`,
    pulls,
  };
}

/** What the branch requires; nothing when it was deleted, which is no reason to hold on to it. */
async function contextsOf(way: StatusHold, { repository, branch }: MergeHold) {
  try {
    return (await readBranchRules(way.client, repository, branch)).contexts;
  } catch (error) {
    if (error instanceof SourceError && error.code === "not-found") return [];
    throw error;
  }
}

/** Green again where we made it red; where the status is required, on every open head without it. */
export async function releaseByStatus(way: StatusHold, hold: MergeHold): Promise<HoldAnswer> {
  const { repository, branch } = hold;
  const [contexts, heads] = await Promise.all([
    contextsOf(way, hold),
    readOpenHeads(way.client, repository, branch, way.context),
  ]);
  const isRequired = contexts.some(({ name }) => name.toLowerCase() === way.context.toLowerCase());
  const where = { repository, context: way.context, url: null };
  try {
    const statuses = releasedStatuses(heads, isRequired);
    await postStatuses(way.client, way.budget, where, statuses);
  } catch (error) {
    const refused = mayNotPost(way, hold, error);
    if (refused) return refused;
    throw error;
  }
  const sentence = isRequired
    ? `${way.context} is green on ${countOf(heads.pulls.length, branch)}.`
    : `Nothing into ${branch} is red under ${way.context} any more.`;
  return { outcome: "released", at: way.client.now().toISOString(), sentence };
}

/** Heads and merge groups that could be merged although they are frozen. */
function greenOnes(hold: MergeHold, { pulls, queued }: OpenHeads): OpenHead[] {
  return [
    ...pulls.filter((pull) => !isAllowed(hold, pull)),
    ...queued.filter((group) => !isGroupAllowed(hold, group, pulls)),
  ].filter(({ status }) => status?.state === "SUCCESS");
}

export async function readByStatus(
  way: StatusHold,
  hold: MergeHold,
): Promise<HoldReading & { pulls?: HeldPull[] }> {
  const { repository, branch } = hold;
  const [rules, heads] = await Promise.all([
    readBranchRules(way.client, repository, branch),
    readOpenHeads(way.client, repository, branch, way.context),
  ]);
  const pulls = heldPulls(hold, heads);
  const because = whyNotRequired(way, branch, rules);
  if (because) return { state: "absent", sentence: `${because}.`, by: null, pulls };
  const green = greenOnes(hold, heads);
  const [first] = green;
  if (first) {
    const foreign = green.find(({ status }) => status && !isOurs(status.description));
    const numbers = listed([...new Set(green.map(({ number }) => `#${number}`))].slice(0, 5));
    const sentence = foreign
      ? `${way.context} was turned green on ${numbers}.`
      : `${numbers} ${green.length === 1 ? "isn't" : "aren't"} red under ${way.context} yet.`;
    return { state: "absent", sentence, by: foreign?.status?.by ?? null, pulls };
  }
  // A required status that is missing holds as well as a red one.
  return {
    state: "held",
    sentence: `${countOf(pulls.length, branch)} can't be merged: the required ${way.context} isn't green.${letThrough(hold, heads)}`,
    pulls,
  };
}
