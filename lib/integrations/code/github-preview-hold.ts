import type { HoldPreview } from "@/lib/contracts/hold";
import { readBranchRules } from "./github-branch-rules";
import { type GitHubClient, parseRepository } from "./github-client";
import { readRepository } from "./github-commits";
import { findRuleset, type RulesetHold, unfit } from "./github-ruleset-hold";
import { administrators, type StatusHold, whyNotRequired } from "./github-status-hold";

type Branch = { repository: string; branch: string };

const MANAGER = "whoever manages the GitHub token or App of this source";

/** Whether our credentials may post statuses, as far as GitHub says; fine-grained tokens don't tell. */
async function mayPost(client: GitHubClient, repository: string): Promise<boolean> {
  const { owner } = parseRepository(repository);
  const [{ permissions }, { scopes, isPrivate }] = await Promise.all([
    client.access(owner),
    readRepository(client, repository),
  ]);
  if (permissions) return permissions.statuses === "write";
  if (scopes === null) return true;
  const enough = ["repo", "repo:status", ...(isPrivate ? [] : ["public_repo"])];
  return scopes.some((scope) => enough.includes(scope));
}

/** What holding by a required status would come to now. Posts nothing. */
export async function previewByStatus(
  way: StatusHold,
  { repository, branch }: Branch,
): Promise<HoldPreview> {
  const [rules, isAllowed] = await Promise.all([
    readBranchRules(way.client, repository, branch),
    mayPost(way.client, repository),
  ]);
  if (!isAllowed) {
    const because = `The GitHub credentials may not post statuses in ${repository}.`;
    return { would: "refuse", because, who: MANAGER };
  }
  const because = whyNotRequired(way, branch, rules);
  if (because) {
    const marked = `${because}: open pull requests would be marked red, which stops nobody.`;
    return { would: "refuse", because: marked, who: administrators(repository) };
  }
  return {
    would: "hold",
    sentence: `${branch} of ${repository} requires ${way.context}: a freeze turns it red on every open pull request.`,
  };
}

/** What holding by a ruleset would come to now. Makes and changes nothing. */
export async function previewByRuleset(
  way: RulesetHold,
  { repository, branch }: Branch,
): Promise<HoldPreview> {
  const { owner } = parseRepository(repository);
  const [found, { permissions }, { isAdministrator }] = await Promise.all([
    findRuleset(way, { repository, branch }),
    way.client.access(owner),
    readRepository(way.client, repository),
  ]);
  const mayChange = permissions ? permissions.administration === "write" : isAdministrator;
  if (!mayChange) {
    const because = `The GitHub credentials may not change rulesets of ${repository}.`;
    return { would: "refuse", because, who: administrators(repository) };
  }
  if (!found) {
    const name = way.name.replaceAll("{branch}", branch);
    return { would: "hold", sentence: `The first freeze makes the ruleset “${name}”.` };
  }
  const because = await unfit(way, { repository, branch }, found);
  if (because) return { would: "refuse", because, who: administrators(repository) };
  return { would: "hold", sentence: `A freeze makes the ruleset “${found.name}” active.` };
}
