import * as z from "zod";
import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { CodeGuard, RevertPath } from "@/lib/integrations/code-guard";
import { askPull } from "./github-ask-pull";
import { type BranchRules, type Ruleset, readBranchRules } from "./github-branch-rules";
import { type CheckTimes, type UsualTime, usualFrom } from "./github-check-times";
import { type GitHubClient, parseRepository } from "./github-client";
import { readOwners } from "./github-code-owners";
import { readRepository } from "./github-commits";
import { listed } from "./github-freeze-words";
import { chooseMethod } from "./github-merge-choice";
import { readMergedAs } from "./github-merge-method";
import { mayPassQueue, readLocks } from "./github-merge-rights";
import { readFiles, readPull } from "./github-pulls";
import type { GitHubSettings } from "./github-settings";
import { named } from "./revert-warnings";

const QUERY = `query($owner: String!, $repo: String!, $number: Int!, $branch: String!, $ref: String!) {
  repository(owner: $owner, name: $repo) {
    autoMergeAllowed mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed
    ref(qualifiedName: $ref) {
      refUpdateRule { requiredApprovingReviewCount requiresCodeOwnerReviews }
      branchProtectionRule { lockBranch requiresStrictStatusChecks }
    }
    mergeQueue(branch: $branch) { nextEntryEstimatedTimeToMerge entries(first: 1) { totalCount } }
    pullRequest(number: $number) { number }
  }
}`;

const Answer = z
  .object({
    autoMergeAllowed: z.boolean(),
    mergeCommitAllowed: z.boolean(),
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    ref: z
      .object({
        refUpdateRule: z
          .object({
            requiredApprovingReviewCount: z.number().int().nullish(),
            requiresCodeOwnerReviews: z.boolean(),
          })
          .nullish(),
        branchProtectionRule: z
          .object({ lockBranch: z.boolean(), requiresStrictStatusChecks: z.boolean() })
          .nullish(),
      })
      .nullish(),
    mergeQueue: z
      .object({
        nextEntryEstimatedTimeToMerge: z.number().nullish(),
        entries: z.object({ totalCount: z.number().int() }).nullish(),
      })
      .nullish(),
    pullRequest: z.object({ number: z.number() }).nullish(),
  })
  .transform(({ ref, mergeQueue, pullRequest, ...settings }) => ({
    pullRequest,
    isAutoMergeAllowed: settings.autoMergeAllowed,
    methods: [
      ...(settings.mergeCommitAllowed ? (["merge"] as const) : []),
      ...(settings.squashMergeAllowed ? (["squash"] as const) : []),
      ...(settings.rebaseMergeAllowed ? (["rebase"] as const) : []),
    ],
    // By branch protection; rulesets tell theirs apart.
    reviews: ref?.refUpdateRule?.requiredApprovingReviewCount ?? 0,
    codeOwners: ref?.refUpdateRule?.requiresCodeOwnerReviews ?? false,
    isStrict: ref?.branchProtectionRule?.requiresStrictStatusChecks ?? false,
    isLocked: ref?.branchProtectionRule?.lockBranch ?? false,
    queue: mergeQueue
      ? {
          length: mergeQueue.entries?.totalCount ?? 0,
          seconds: mergeQueue.nextEntryEstimatedTimeToMerge ?? null,
        }
      : null,
  }));

type Query = Parameters<CodeGuard["revertPath"]>[0];

/** Everything that is read for a path. */
type Known = {
  query: Query;
  settings: GitHubSettings;
  repository: z.output<typeof Answer>;
  rules: BranchRules;
  locks: Ruleset[];
  owners: string[];
  workflows: string[];
  permissions: Record<string, string> | null;
  isAdministrator: boolean;
  mayPassQueue: boolean;
  method: "merge" | "squash" | "rebase" | null;
  usual: UsualTime;
};

/** Required checks but the freeze's own, which reverts are let through. */
function requiredChecks({ rules, settings }: Known): string[] {
  const own = settings.freeze.context.toLowerCase();
  return [...new Set(rules.contexts.map(({ name }) => name))].filter(
    (name) => name.toLowerCase() !== own,
  );
}

function blockersOf({ query, locks, repository, method }: Known): Blocker[] {
  const { branch } = query;
  const administrators = `an administrator of ${query.repository}`;
  const closed = locks.filter(({ mayBypass }) => mayBypass === false);
  const blockers = closed.map((ruleset): Blocker => {
    const isOwn = ruleset.source === query.repository;
    return {
      code: "branch-frozen",
      sentence: `The ruleset “${ruleset.name}”${isOwn ? "" : ` of ${ruleset.source}`} lets nobody update ${branch}: a revert can't be merged.`,
      who: `${administrators}, or somebody on the ruleset's bypass list`,
      commands: isOwn
        ? [`gh api -X PUT repos/${query.repository}/rulesets/${ruleset.id} -f enforcement=disabled`]
        : [],
    };
  });
  if (repository.isLocked)
    blockers.push({
      code: "branch-locked",
      sentence: `${branch} is locked by its branch protection: a revert can't be merged.`,
      who: administrators,
      commands: [],
    });
  if (!method && !repository.queue)
    blockers.push({
      code: "no-merge-method",
      sentence: `${query.repository} allows no way of merging that its rules for ${branch} allow as well.`,
      who: administrators,
      commands: [],
    });
  return blockers;
}

function reviewsOf({ rules, repository }: Known): { count: number; byOwners: boolean } {
  const byOwners = rules.codeOwners || repository.codeOwners;
  return { count: Math.max(rules.reviews, repository.reviews, byOwners ? 1 : 0), byOwners };
}

function warningsOf(known: Known): Warning[] {
  const { query, repository, owners, locks, permissions, workflows, settings } = known;
  const warnings: Warning[] = [];
  const warn = (code: string, sentence: string) => warnings.push({ code, sentence, unsafe: false });
  const { count, byOwners } = reviewsOf(known);
  if (count > 0) {
    const of = byOwners && owners.length > 0 ? ` of ${named(owners)}` : "";
    warn("needs-review", `It needs ${count} approving review${count === 1 ? "" : "s"}${of}.`);
  }
  const mustWait = count > 0 || requiredChecks(known).length > 0;
  if (settings.revert.merge === "by-hand")
    warn("merge-by-hand", "Somebody has to merge it: revert.merge is by-hand in the settings.");
  else if (!repository.queue && !repository.isAutoMergeAllowed && mustWait)
    warn(
      "no-auto-merge",
      `${query.repository} doesn't allow auto-merge: it is merged from here once it is ready, or sooner by hand by whoever may merge. An administrator can allow it.`,
    );
  for (const { name, mayBypass } of locks)
    if (mayBypass === null)
      warn(
        "branch-frozen",
        `The ruleset “${name}” keeps ${query.branch} from being updated; whether it lets this source pass isn't told.`,
      );
  if (workflows.length > 0 && permissions && permissions.workflows !== "write")
    warn(
      "may-not-change-workflows",
      `It changes ${named(workflows)}; GitHub may refuse that to an App without the permission “Workflows: write”.`,
    );
  return warnings;
}

/** Whether the queue lets our credentials to its front: a permission of its own, or an administrator's. */
function mayJump({ permissions, isAdministrator }: Known): boolean {
  return permissions ? permissions.merge_queues === "write" : isAdministrator;
}

type Merging = { words: string; ms: number | null; from: string | null };

function mergingOf(known: Known): Merging {
  const { repository, settings, method, usual, query } = known;
  const plain = (words: string): Merging => ({ words, ms: null, from: null });
  const { queue } = repository;
  if (settings.revert.merge === "by-hand") return plain("by hand");
  if (queue) {
    if (known.mayPassQueue) return plain("at once, past the merge queue");
    if (mayJump(known)) {
      const from = usual ? `its checks run once more: ${usualFrom(usual, query.branch)}` : null;
      return { words: "the front of the merge queue", ms: usual?.ms ?? null, from };
    }
    const behind = queue.length > 0 ? `, behind ${queue.length}` : "";
    return {
      words: `the end of the merge queue${behind}`,
      ms: queue.seconds === null ? null : queue.seconds * 1000,
      from: queue.seconds === null ? null : "the merge queue's own estimate",
    };
  }
  if (!method) return plain("not at all");
  const mustWait = reviewsOf(known).count > 0 || requiredChecks(known).length > 0;
  if (!mustWait) return plain(`at once by ${method}`);
  return plain(
    repository.isAutoMergeAllowed
      ? `auto-merge by ${method}`
      : `by ${method} once its checks and reviews are there`,
  );
}

function checksOf(known: Known, merging: Merging): string[] {
  const { query, locks, rules, settings } = known;
  const required = requiredChecks(known);
  const says = [
    required.length > 0
      ? `${query.branch} requires ${listed(required)}.`
      : `${query.branch} requires no checks.`,
  ];
  const isStrict = known.repository.isStrict || rules.isStrict;
  if (isStrict && !known.repository.queue && required.length > 0)
    says.push(
      `${query.branch} requires branches to be up to date: each merge in front of it costs an update, and its checks once more.`,
    );
  const own = settings.freeze.context.toLowerCase();
  if (rules.contexts.some(({ name }) => name.toLowerCase() === own))
    says.push(`It is let through ${settings.freeze.context}, which freezes turn red.`);
  for (const { name, mayBypass } of locks)
    if (mayBypass) says.push(`The ruleset “${name}” lets this source pass.`);
  if (merging.words !== "not at all") says.push(`It would be merged: ${merging.words}.`);
  return says;
}

/** See CodeGuard. Throws SourceError. */
export async function revertPath(
  client: GitHubClient,
  settings: GitHubSettings,
  times: CheckTimes,
  query: Query,
): Promise<RevertPath> {
  const { repository: name, branch, number } = query;
  const more = { branch, ref: `refs/heads/${branch}` };
  const [repository, rules, pull, { files }, facts, { permissions }] = await Promise.all([
    askPull(client, name, number, QUERY, Answer, more),
    readBranchRules(client, name, branch),
    readPull(client, name, number),
    readFiles(client, name, number),
    readRepository(client, name),
    client.access(parseRepository(name).owner),
  ]);
  const paths = files.map(({ path }) => path);
  const isPassing = repository.queue !== null && settings.revert.merge === "now";
  const [locks, owners, original, passes, usual] = await Promise.all([
    readLocks(client, name, rules),
    readOwners(client, name, branch, paths),
    readMergedAs(client, name, pull),
    isPassing ? mayPassQueue(client, name, branch, rules) : false,
    times(
      name,
      branch,
      rules.contexts.map((context) => context.name),
    ),
  ]);
  const allowed = repository.methods.filter((method) => rules.methods?.includes(method) ?? true);
  const known: Known = {
    query,
    settings,
    repository,
    rules,
    locks,
    owners,
    workflows: paths.filter((path) => path.startsWith(".github/workflows/")),
    permissions,
    isAdministrator: facts.isAdministrator,
    mayPassQueue: passes,
    method: chooseMethod(original.method, allowed),
    usual,
  };
  const merging = mergingOf(known);
  return {
    blockers: blockersOf(known),
    warnings: warningsOf(known),
    checks: checksOf(known, merging),
    merge: merging.words,
    checksUsualMs: usual?.ms ?? null,
    checksUsualFrom: usualFrom(usual, branch),
    mergeUsualMs: merging.ms,
    mergeUsualFrom: merging.from,
    reviews: reviewsOf(known).count,
  };
}
