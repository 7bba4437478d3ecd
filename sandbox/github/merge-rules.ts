import type { Person } from "./accounts.ts";
import type { Requirements } from "./branch-rules.ts";
import {
  type CodeOwners,
  membersOf,
  OWNER_PATHS,
  type Owner,
  ownersOf,
  parseCodeOwners,
} from "./code-owners.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import { latestReviews, type MergeMethod, type PullRequest } from "./pull-request.ts";

export type ReviewDecision = "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED";

/** What a required context says of a commit; nothing at all is "expected". */
export type ContextState = "success" | "expected" | "pending" | "failing";

/** The CODEOWNERS of a commit, or null when it has none. */
export async function readCodeOwners(
  repository: HostedRepository,
  sha: string,
): Promise<CodeOwners | null> {
  const args = ["ls-tree", "--name-only", sha, "--", ...OWNER_PATHS];
  const there = (await repository.git.runFixed(args)).stdout.split("\n");
  const path = OWNER_PATHS.find((one) => there.includes(one));
  const text = path === undefined ? null : await repository.git.readFile(sha, path);
  return path === undefined || text === null
    ? null
    : parseCodeOwners(text, path, repository.accounts);
}

/** Owners of each changed file that has some, by the base's CODEOWNERS; equal ones once. */
export async function ownersOfChange(
  repository: HostedRepository,
  pull: PullRequest,
): Promise<Owner[][]> {
  const file = await readCodeOwners(repository, pull.merge?.onto ?? (await repository.tip()));
  if (!file) return [];
  const changed = await repository.history.diff(pull.mergeBase, pull.headSha);
  const found = new Map<string, Owner[]>();
  for (const { path, previousPath } of changed)
    for (const name of previousPath === null ? [path] : [path, previousPath]) {
      const owners = ownersOf(file, name);
      if (owners.length > 0) found.set(owners.map(nameOf).join(" "), owners);
    }
  return [...found.values()];
}

export function nameOf(owner: Owner): string {
  return owner.kind === "person" ? owner.person.login : owner.team.slug;
}

function canApprove(repository: HostedRepository, pull: PullRequest, person: Person): boolean {
  return person !== pull.author && repository.rules.roleOf(person) !== "read";
}

/** Owners whose approval is still missing. The author's own files need nobody else of theirs. */
async function unheardOwners(repository: HostedRepository, pull: PullRequest): Promise<Owner[][]> {
  const approved = [...latestReviews(pull)].flatMap(([person, state]) =>
    state === "APPROVED" && canApprove(repository, pull, person) ? [person] : [],
  );
  const groups = await ownersOfChange(repository, pull);
  return groups.filter((owners) => {
    const members = owners.flatMap(membersOf);
    return !members.some((person) => approved.includes(person) || person === pull.author);
  });
}

/** Why the reviews do not yet allow a merge, in GitHub's words, or null. */
async function reviewSentence(
  repository: HostedRepository,
  pull: PullRequest,
  asks: Requirements,
): Promise<string | null> {
  if (asks.reviews === 0 && !asks.codeOwners) return null;
  const latest = [...latestReviews(pull)];
  const heard = latest.filter(([person]) => canApprove(repository, pull, person));
  if (heard.some(([, state]) => state === "CHANGES_REQUESTED"))
    return "Changes have been requested on this pull request by reviewers with write access.";
  const approvals = heard.filter(([, state]) => state === "APPROVED").length;
  if (approvals < asks.reviews)
    return `At least ${asks.reviews} approving ${asks.reviews === 1 ? "review is" : "reviews are"} required by reviewers with write access.`;
  if (!asks.codeOwners) return null;
  const [missing] = await unheardOwners(repository, pull);
  return missing
    ? `Waiting on code owner review from ${missing.map(nameOf).join(" and/or ")}.`
    : null;
}

/** Where the reviews of a pull request stand; null when none is needed and none was given. */
export async function reviewDecision(
  repository: HostedRepository,
  pull: PullRequest,
): Promise<ReviewDecision | null> {
  const states = [...latestReviews(pull).values()];
  if (states.includes("CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  for (const asks of repository.rules.requirements(pull.baseRef))
    if ((await reviewSentence(repository, pull, asks)) !== null) return "REVIEW_REQUIRED";
  return states.includes("APPROVED") ? "APPROVED" : null;
}

/**
 * What a context says of a commit, by check runs and statuses of that name; the worst of both. With
 * `app` what others say is as if nobody had said it; the runs of the continuous integration are no App's.
 */
export function contextState(
  repository: HostedRepository,
  sha: string,
  context: string,
  app?: number,
): ContextState {
  const name = context.toLowerCase();
  const runs = app === undefined ? repository.checks.runs(sha) : [];
  const run = runs.findLast((one) => one.name.toLowerCase() === name);
  const newest = repository.statuses
    .all(sha)
    .filter(({ creator }) => app === undefined || creator.appId === app);
  const status = newest.find((one) => one.context.toLowerCase() === name)?.state;
  if (!run && !status) return "expected";
  if (run?.conclusion === "failure" || status === "failure" || status === "error") return "failing";
  const isDone = (!run || run.conclusion === "success") && (!status || status === "success");
  return isDone ? "success" : "pending";
}

/** Why required contexts do not yet allow a merge, in GitHub's words, or null. */
function contextSentence(
  repository: HostedRepository,
  sha: string,
  asks: Requirements,
  isBehind: boolean,
): string | null {
  const { contexts } = asks;
  // What was said of a branch that is behind is no word on what would be merged.
  const stateOf = (name: string): ContextState =>
    isBehind ? "expected" : stateFor(repository, sha, asks, name);
  const waiting = contexts
    .map((name) => ({ name, state: stateOf(name) }))
    .filter(({ state }) => state !== "success");
  const [first] = waiting;
  if (!first) return null;
  if (waiting.length === 1) return `Required status check "${first.name}" is ${first.state}.`;
  const head = `${waiting.length} of ${contexts.length} required status checks`;
  const kinds = [...new Set(waiting.map(({ state }) => state))];
  if (kinds.length === 1) return `${head} are ${first.state}.`;
  const counts = kinds.map(
    (kind) => `${waiting.filter(({ state }) => state === kind).length} ${kind}`,
  );
  return `${head} have not succeeded: ${counts.slice(0, -1).join(", ")} and ${counts.at(-1)}.`;
}

function stateFor(
  repository: HostedRepository,
  sha: string,
  asks: Requirements,
  name: string,
): ContextState {
  return contextState(repository, sha, name, asks.integrations[name.toLowerCase()]);
}

const NOT_ALLOWED: Record<MergeMethod, string> = {
  merge: "Merge commits are not allowed on this repository.",
  squash: "Squash merges are not allowed on this repository.",
  rebase: "Rebase merges are not allowed on this repository.",
};

/** Why a method may not be used, in GitHub's words, or null. */
export function methodSentence(
  repository: HostedRepository,
  branch: string,
  method: MergeMethod,
): string | null {
  const ruled = repository.rules
    .requirements(branch)
    .some(
      (asks) => (asks.isLinear && method === "merge") || asks.methods?.includes(method) === false,
    );
  return ruled || !repository.rules.merging[method] ? NOT_ALLOWED[method] : null;
}

/**
 * Why a pull request may not be merged, in GitHub's words, or null. `by`: somebody whom some rules let
 * pass; without, someone whom none does. `queuedBy`: by way of the merge queue, where nobody passes
 * anything but a lock of the branch. `isChecked`: as if all that has to pass had passed.
 */
export async function mergeSentence(
  repository: HostedRepository,
  pull: PullRequest,
  way: { by?: Person; queuedBy?: Person; isChecked?: boolean } = {},
): Promise<string | null> {
  const broken: string[] = [];
  const isOpenTo = way.queuedBy && !isLockedFor(repository, pull.baseRef, way.queuedBy);
  for (const asks of repository.rules.requirements(pull.baseRef, way.by)) {
    const asked = isOpenTo ? { ...asks, isLocked: false } : asks;
    const sentence = await sentenceOf(repository, pull, asked, way);
    if (sentence === null) continue;
    if (asks.from === "protection") return sentence;
    if (!broken.includes(sentence)) broken.push(sentence);
  }
  return broken.length > 0 ? ruleSentence(broken) : null;
}

/** Whether a ruleset keeps somebody from moving a branch. */
export function isLockedFor(repository: HostedRepository, branch: string, by: Person): boolean {
  return repository.rules.requirements(branch, by).some(({ isLocked }) => isLocked);
}

/** How GitHub says that rulesets stand against something. */
export function ruleSentence(broken: string[]): string {
  return `Repository rule violations found\n\n${broken.join("\n\n")}\n\n`;
}

async function sentenceOf(
  repository: HostedRepository,
  pull: PullRequest,
  asks: Requirements,
  way: { queuedBy?: Person; isChecked?: boolean },
): Promise<string | null> {
  if (asks.isLocked) return "Cannot update this protected ref.";
  const review = await reviewSentence(repository, pull, asks);
  if (review !== null) return review;
  const isQueued = way.queuedBy !== undefined;
  const isBehind = asks.isStrict && !isQueued && (await isBehindBase(repository, pull));
  const checks = contextSentence(repository, pull.headSha, asks, isBehind);
  if (checks !== null && way.isChecked !== true) return checks;
  return asks.queue && !isQueued ? "Changes must be made through the merge queue" : null;
}

/** Whether the base has commits that a branch hasn't. */
export async function isBehindBase(
  repository: HostedRepository,
  pull: PullRequest,
): Promise<boolean> {
  return !(await repository.git.isAncestor(await repository.tip(), pull.headSha));
}

/** Whether a branch must be brought up to date before anything else counts; a queue does that itself. */
export async function mustBeUpdated(
  repository: HostedRepository,
  pull: PullRequest,
): Promise<boolean> {
  if (repository.queue.settings) return false;
  const sources = repository.rules.requirements(pull.baseRef);
  const isStrict = sources.some((asks) => asks.isStrict && asks.contexts.length > 0);
  return isStrict && (await isBehindBase(repository, pull));
}

/** Where the required contexts of a merge group stand together. */
export function groupState(
  repository: HostedRepository,
  branch: string,
  sha: string,
): "success" | "pending" | "failing" {
  const sources = repository.rules.requirements(branch);
  const states = sources.flatMap((asks) =>
    asks.contexts.map((name) => stateFor(repository, sha, asks, name)),
  );
  if (states.includes("failing")) return "failing";
  return states.every((state) => state === "success") ? "success" : "pending";
}
