import type { Commit, FileChange } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Site } from "../site.ts";
import { nodeId, personView } from "./person-view.ts";

type Json = Record<string, unknown>;

/** `commit`, without its files. */
export function commitView(site: Site, repository: HostedRepository, commit: Commit): Json {
  const api = `${site.apiUrl}/repos/${repository.fullName}`;
  const web = `${site.url}/${repository.fullName}`;
  const person = (email: string) => {
    const known = repository.accounts.byEmail(email);
    return known ? personView(site, known) : null;
  };
  return {
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${web}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: person(commit.author.email),
    committer: person(commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${web}/commit/${sha}`,
    })),
  };
}

/** `diff-entry`: one changed file; `at` is the commit whose version the links show. */
export function fileView(
  site: Site,
  repository: HostedRepository,
  file: FileChange,
  at: string,
): Json {
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  const web = `${site.url}/${repository.fullName}`;
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${web}/blob/${at}/${path}`,
    raw_url: `${web}/raw/${at}/${path}`,
    contents_url: `${site.apiUrl}/repos/${repository.fullName}/contents/${path}?ref=${at}`,
    ...(file.patch === undefined ? {} : { patch: file.patch }),
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}

/** Sums of a diff, as `stats` of a commit. */
export function statsView(files: FileChange[]): {
  additions: number;
  deletions: number;
  total: number;
} {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { additions, deletions, total: additions + deletions };
}
