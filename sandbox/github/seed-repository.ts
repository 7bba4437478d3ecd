import { join } from "node:path";
import type { Accounts } from "./accounts.ts";
import { keepAutoMerging } from "./auto-merge.ts";
import type { CheckName } from "./check-board.ts";
import { GitRepository } from "./git-repository.ts";
import { HostedRepository } from "./hosted-repository.ts";
import {
  commitFiles,
  type FileEdits,
  importHistory,
  type PastPullRequest,
  signature,
} from "./import-history.ts";
import type { MergeMethod, PullRequest } from "./pull-request.ts";
import type { RuleSettings } from "./rule-book.ts";

export type SeedAuthor = { login: string; name?: string };

/** A pull request that was merged in the past. */
export type HistoryEntry = {
  /** When it was opened; its commits carry this date. */
  at: Date;
  mergedAt: Date;
  title: string;
  body?: string | null;
  author: SeedAuthor;
  mergedBy?: SeedAuthor;
  labels?: string[];
  branch: string;
  mergeMethod: MergeMethod;
  /** New text by path; null deletes. */
  files: FileEdits;
  /** Instead of one commit with `files`: several, in order. */
  commits?: { message: string; files: FileEdits }[];
};

export type RepositorySeed = {
  owner: string;
  repo: string;
  defaultBranch?: string;
  description?: string;
  /** The first commit's files. */
  files: Record<string, string>;
  /** The first commit's date; a day before the history begins unless told. */
  rootAt?: Date;
  history: HistoryEntry[];
};

export type SeededPull = { number: number; mergeSha: string; headSha: string };

export type OpenSeed = {
  title: string;
  body?: string | null;
  author: SeedAuthor;
  labels?: string[];
  branch: string;
  draft?: boolean;
  files: FileEdits;
  commits?: { message: string; files: FileEdits }[];
  /** The check that is to end in failure. */
  failingCheck?: CheckName;
};

type House = {
  dir: string;
  accounts: Accounts;
  rules: RuleSettings;
  checksMs: number;
  now: () => number;
};

const DAY_MS = 86_400_000;

async function create(seed: RepositorySeed, house: House): Promise<HostedRepository> {
  const branch = seed.defaultBranch ?? "main";
  const safe = (name: string) => name.replace(/[^\w.-]/g, "-").replace(/^\.+/, "-");
  const path = join(house.dir, safe(seed.owner), `${safe(seed.repo)}.git`);
  const repository = new HostedRepository({
    ...house,
    owner: seed.owner,
    name: seed.repo,
    description: seed.description ?? null,
    defaultBranch: branch,
    git: await GitRepository.create(path, branch),
    report: (error) => console.error("sandbox GitHub, merge queue:", error),
  });
  keepAutoMerging(repository, (error) => console.error("sandbox GitHub, auto-merge:", error));
  return repository;
}

/** Imports a past into `known`, or into a new repository when there is none yet. */
export async function seedRepository(
  known: HostedRepository | null,
  seed: RepositorySeed,
  house: House,
): Promise<{ repository: HostedRepository; pulls: SeededPull[] }> {
  if (known && known.fullName !== `${seed.owner}/${seed.repo}`)
    throw new Error(`The sandbox's GitHub hosts one repository, and that is ${known.fullName}.`);
  const repository = known ?? (await create(seed, house));
  const { accounts, git } = repository;
  const person = ({ login, name }: SeedAuthor) => accounts.person(login, name ? { name } : {});

  const first = repository.nextNumber();
  const past = seed.history.map((entry, index): PastPullRequest => {
    const author = person(entry.author);
    return {
      number: first + index,
      title: entry.title,
      branch: entry.branch,
      author,
      mergedBy: entry.mergedBy ? person(entry.mergedBy) : author,
      openedAt: entry.at.getTime(),
      mergedAt: entry.mergedAt.getTime(),
      method: entry.mergeMethod,
      commits: entry.commits ?? [{ message: entry.title, files: entry.files }],
    };
  });
  const earliest = Math.min(house.now(), ...past.map((pull) => pull.openedAt));
  const rootAt = seed.rootAt?.getTime() ?? earliest - DAY_MS;
  const imported = await importHistory(
    git,
    {
      owner: seed.owner,
      branch: repository.defaultBranch,
      tip: known ? await repository.tip() : null,
    },
    { files: seed.files, author: accounts.person(seed.owner), at: rootAt },
    past,
  );
  if (!known) repository.createdAt = rootAt;
  repository.pushedAt = Math.max(rootAt, ...past.map((pull) => pull.mergedAt));

  const pulls = past.map((pull, index): SeededPull => {
    const commits = imported.get(pull.number);
    const entry = seed.history[index];
    if (!commits || !entry) throw new Error(`Pull request #${pull.number} was not imported.`);
    const { mergeBase, headSha, onto, mergeSha } = commits;
    repository.pulls.set(pull.number, {
      number: pull.number,
      id: repository.nextId(),
      title: pull.title,
      body: entry.body ?? null,
      author: pull.author,
      labels: entry.labels ?? [],
      state: "closed",
      draft: false,
      createdAt: pull.openedAt,
      updatedAt: pull.mergedAt,
      closedAt: pull.mergedAt,
      baseRef: repository.defaultBranch,
      headRef: pull.branch,
      headSha,
      mergeBase,
      merge: { at: pull.mergedAt, by: pull.mergedBy, method: pull.method, sha: mergeSha, onto },
      autoMerge: null,
      reviews: [],
      reviewRequests: [],
      comments: [],
    });
    repository.checks.settle(headSha, pull.openedAt, pull.openedAt + house.checksMs);
    repository.checks.settle(mergeSha, pull.mergedAt, pull.mergedAt + house.checksMs);
    return { number: pull.number, mergeSha, headSha };
  });
  return { repository, pulls };
}

/** Opens a pull request on a branch of its own, off the default branch. */
export function openSeededPull(
  repository: HostedRepository,
  details: OpenSeed,
): Promise<PullRequest> {
  return repository.exclusive(async () => {
    const { login, name } = details.author;
    const author = repository.accounts.person(login, name ? { name } : {});
    const headSha = await commitFiles(
      repository.git,
      `refs/heads/${details.branch}`,
      await repository.tip(),
      signature(author, repository.now()),
      details.commits ?? [{ message: details.title, files: details.files }],
    );
    return repository.addPull({
      title: details.title,
      body: details.body ?? null,
      author,
      headRef: details.branch,
      headSha,
      labels: details.labels ?? [],
      draft: details.draft ?? false,
      failingCheck: details.failingCheck,
    });
  });
}
