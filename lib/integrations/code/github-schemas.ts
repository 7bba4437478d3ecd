import * as z from "zod";

/** PostgreSQL's text can't hold a zero character; everything else passes as it is. */
export const Text = z.string().transform((text) => text.replaceAll("\0", ""));
export const Sha = z.string().regex(/^[0-9a-f]{40,64}$/);
/** ISO 8601 in UTC with milliseconds. */
export const Time = z.iso
  .datetime({ offset: true })
  .transform((time) => new Date(time).toISOString());
/** An address that is safe to link to, or null: `javascript:` and its like come to nothing. */
export const WebUrl = z
  .string()
  .nullish()
  .transform((url) =>
    url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? url : null,
  );

const Person = z.object({ login: Text }).nullish();
const pullFields = {
  number: z.number().int().positive(),
  node_id: z.string().min(1),
  title: Text,
  body: Text.nullish(),
  user: Person,
  html_url: WebUrl,
  state: z.enum(["open", "closed"]),
  created_at: Time,
  updated_at: Time,
  merged_at: Time.nullish(),
  merge_commit_sha: Sha.nullish(),
  head: z.object({ ref: Text, sha: Sha, repo: z.object({ full_name: z.string() }).nullish() }),
  base: z.object({ ref: Text, repo: z.object({ full_name: z.string() }).nullish() }),
  labels: z.array(z.object({ name: Text })).default([]),
};
const PullFields = z.object(pullFields);

const pullOf = (pull: z.output<typeof PullFields>) => ({
  number: pull.number,
  nodeId: pull.node_id,
  title: pull.title,
  body: pull.body ?? "",
  author: pull.user?.login ?? null,
  url: pull.html_url,
  state: pull.merged_at ? ("merged" as const) : pull.state,
  createdAt: pull.created_at,
  updatedAt: pull.updated_at,
  mergedAt: pull.merged_at ?? null,
  // Of an open pull request GitHub gives the commit of a trial merge, which is on no branch.
  mergeCommit: pull.merged_at ? (pull.merge_commit_sha ?? null) : null,
  branch: pull.head.ref,
  headCommit: pull.head.sha,
  // A branch of the same repository was made by somebody with write access; a fork's by anybody.
  isFromFork: !pull.head.repo || pull.head.repo.full_name !== pull.base.repo?.full_name,
  base: pull.base.ref,
  labels: pull.labels.map((label) => label.name),
});

/** A pull request as lists give it. */
export const Pull = PullFields.transform(pullOf);
export type Pull = z.output<typeof Pull>;
export const Pulls = z.array(Pull);

/** A pull request alone, which also counts its files. */
export const WholePull = z
  .object({ ...pullFields, changed_files: z.number().int().default(0) })
  .transform((pull) => ({ ...pullOf(pull), changedFiles: pull.changed_files }));
export type WholePull = z.output<typeof WholePull>;

export const Files = z.array(
  z
    .object({
      filename: Text,
      previous_filename: Text.nullish(),
      status: z.string(),
      additions: z.number().int(),
      deletions: z.number().int(),
      patch: Text.nullish(),
    })
    .transform(({ filename, status, additions, deletions, patch }) => ({
      file: { path: filename, status, additions, deletions },
      patch: patch ?? "",
    })),
);

export const Commit = z
  .object({
    sha: Sha,
    parents: z.array(z.object({ sha: Sha })).default([]),
    commit: z.object({
      message: Text,
      author: z.object({ date: Time }).nullish(),
      committer: z.object({ date: Time }).nullish(),
    }),
  })
  .transform(({ sha, parents, commit }) => ({
    sha,
    parents: parents.map((parent) => parent.sha),
    message: commit.message,
    authoredAt: commit.author?.date ?? null,
    committedAt: commit.committer?.date ?? commit.author?.date ?? null,
  }));
export type Commit = z.output<typeof Commit>;
export const Commits = z.array(Commit);

export const ComparePage = z
  .object({
    status: z.enum(["ahead", "behind", "diverged", "identical"]),
    total_commits: z.number().int(),
    commits: Commits,
    files: z.array(z.object({ filename: Text })).nullish(),
  })
  .transform(({ status, total_commits, commits, files }) => ({
    status,
    total: total_commits,
    commits,
    paths: (files ?? []).map((file) => file.filename),
  }));

/** An issue, or the issue that stands behind a pull request. */
export const Issue = z
  .object({
    number: z.number().int().positive(),
    title: Text,
    body: Text.nullish(),
    html_url: WebUrl,
    state: z.enum(["open", "closed"]),
    state_reason: z.string().nullish(),
    created_at: Time,
    pull_request: z.unknown().optional(),
  })
  .transform((issue) => ({
    number: issue.number,
    title: issue.title,
    body: issue.body ?? "",
    url: issue.html_url,
    state: issue.state,
    // Enterprise servers that know no reasons mean that it is done.
    reason: isDropped(issue.state_reason) ? ("dropped" as const) : ("done" as const),
    createdAt: issue.created_at,
    isPull: issue.pull_request !== undefined && issue.pull_request !== null,
  }));
export type Issue = z.output<typeof Issue>;
export const Issues = z.array(Issue);

function isDropped(reason: string | null | undefined): boolean {
  return reason === "not_planned" || reason === "duplicate";
}

/** The media type for a SHA alone gives text; servers that don't know it give the whole commit. */
export const ResolvedCommit = z.union([
  z.string().trim().pipe(Sha),
  z.object({ sha: Sha }).transform((commit) => commit.sha),
]);

export const RepositoryFacts = z
  .object({
    full_name: z.string(),
    private: z.boolean().default(false),
    archived: z.boolean().default(false),
    default_branch: Text.nullish(),
    permissions: z
      .object({ push: z.boolean().default(false), admin: z.boolean().default(false) })
      .nullish(),
  })
  .transform((repository) => ({
    fullName: repository.full_name,
    isPrivate: repository.private,
    isArchived: repository.archived,
    defaultBranch: repository.default_branch ?? null,
    mayPush: repository.permissions?.push ?? null,
    isAdministrator: repository.permissions?.admin ?? false,
  }));
