import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { CodeSource, ObservedPull } from "@/lib/integrations/code-source";
import { revertCommands } from "@/lib/rules/revert-commands";
import { type GitHubClient, parseRepository } from "./github-client";
import { readRepository } from "./github-commits";
import { findReverts } from "./github-find-revert";
import { laterChanges } from "./github-later-merges";
import type { MergedAs } from "./github-merge-method";
import { observePull, readPull, urlOfPull } from "./github-pulls";
import type { Pull, WholePull } from "./github-schemas";
import { revertWarnings } from "./revert-warnings";

/** The git commands that revert a merged pull request; none when it has no merge commit. */
export function commandsFor(
  client: GitHubClient,
  repository: string,
  pull: Pull,
  mergedAs: MergedAs,
): string[] {
  const { number, base, mergeCommit } = pull;
  if (!mergeCommit) return [];
  const openAt = (branch: string) =>
    `${client.webUrl}/${repository}/compare/${encodeURIComponent(base)}...${branch}?expand=1`;
  return revertCommands({ number, base, mergeCommit, openAt, ...mergedAs });
}

/** Why this pull request can't be reverted, from its own state. */
export function stateBlocker(pull: Pull, merged: Pull | null): Blocker | null {
  const name = `Pull request #${pull.number}`;
  if (pull.state === "open")
    return {
      code: "not-merged",
      sentence: `${name} is still open: there is nothing to revert.`,
      who: null,
      commands: [],
    };
  if (pull.state === "closed")
    return {
      code: "not-merged",
      sentence: `${name} was closed without being merged on GitHub: there is nothing it can revert.`,
      who: null,
      commands: [],
    };
  if (merged)
    return {
      code: "already-reverted",
      sentence: `${name} was already reverted by #${merged.number}. If its change is back, revert the pull request that brought it back.`,
      who: null,
      commands: [],
    };
  return null;
}

/** Why our credentials can't open a revert, or null when they seem to be able to. */
export async function accessBlocker(
  client: GitHubClient,
  repository: string,
  commands: string[],
): Promise<Blocker | null> {
  const { owner } = parseRepository(repository);
  const facts = await readRepository(client, repository);
  if (facts.isArchived)
    return {
      code: "archived",
      sentence: `${repository} is archived: GitHub accepts no changes to it.`,
      who: `an administrator of ${repository}`,
      commands: [],
    };
  const { writes } = await client.access(owner);
  // An App's permissions are told with its token; what the repository says about them isn't reliable.
  const mayWrite = writes ?? facts.mayPush ?? true;
  const { scopes } = facts;
  const isScoped =
    scopes === null ||
    scopes.includes("repo") ||
    (!facts.isPrivate && scopes.includes("public_repo"));
  return mayWrite && isScoped ? null : readOnly(repository, commands);
}

export function readOnly(repository: string, commands: string[]): Blocker {
  return {
    code: "read-only",
    sentence: `The GitHub credentials may only read ${repository}; opening a revert needs write access to contents and pull requests.`,
    who: "whoever manages the GitHub token or App of this source",
    commands,
  };
}

function filesWarning(whole: WholePull, pull: ObservedPull): Warning[] {
  if (whole.changedFiles <= pull.files.length) return [];
  const sentence = `Only ${pull.files.length} of its ${whole.changedFiles} files were looked at.`;
  return [{ code: "many-files", sentence, unsafe: false }];
}

/** See CodeSource. */
export async function previewRevert(
  client: GitHubClient,
  repository: string,
  number: number,
): ReturnType<CodeSource["previewRevert"]> {
  const whole = await readPull(client, repository, number);
  const { pull, mergedAs } = await observePull(client, repository, whole);
  if (whole.state !== "merged") {
    const blocker = stateBlocker(whole, null);
    return { pull, existing: null, blockers: blocker ? [blocker] : [], warnings: [], checks: [] };
  }
  const { open, merged } = await findReverts(client, repository, whole);
  const commands = commandsFor(client, repository, whole, mergedAs);
  // Following a revert that is open already needs no write access.
  const access = open ? null : await accessBlocker(client, repository, commands);
  const state = open ? null : stateBlocker(whole, merged);
  const later = await laterChanges(client, pull);

  const how = pull.method === null ? "" : ` by ${pull.method}`;
  const checks = [`#${number} was merged${how} into ${pull.base}.`, ...later.checks];
  if (open) checks.push(`Revert #${open.number} is open already and will be followed.`);
  else if (!access) checks.push("The credentials may open pull requests.");
  return {
    pull,
    existing: open
      ? {
          ...{ number: open.number, head: open.headCommit },
          url: open.url ?? urlOfPull(client, repository, open.number),
        }
      : null,
    blockers: [state, access].filter((blocker) => blocker !== null),
    warnings: [...revertWarnings(pull.files), ...filesWarning(whole, pull), ...later.warnings],
    checks,
  };
}
