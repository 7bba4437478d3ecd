import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Comment, PullRequest, Review } from "../pull-request.ts";
import type { Site } from "../site.ts";
import { statsView } from "./commit-view.ts";
import { nodeId, personView } from "./person-view.ts";
import { repositoryView } from "./repository-view.ts";
import { teamView } from "./team-view.ts";

type Json = Record<string, unknown>;

const orNull = (at: number | null) => (at === null ? null : isoTime(at));

export function labelView(site: Site, repository: HostedRepository, name: string): Json {
  return {
    id: 1_000 + ([...name].reduce((sum, letter) => sum * 7 + letter.charCodeAt(0), 0) % 9_000_000),
    node_id: nodeId("Label", name),
    url: `${site.apiUrl}/repos/${repository.fullName}/labels/${encodeURIComponent(name)}`,
    name,
    description: "",
    color: "ededed",
    default: false,
  };
}

/** `pull-request-simple`, as lists hold it. */
export function pullRequestView(site: Site, repository: HostedRepository, pull: PullRequest): Json {
  const api = `${site.apiUrl}/repos/${repository.fullName}`;
  const self = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const html = `${site.url}/${repository.fullName}/pull/${pull.number}`;
  const statuses = `${api}/statuses/${pull.headSha}`;
  const repo = repositoryView(site, repository);
  const side = (ref: string, sha: string) => ({
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: repo.owner,
    repo,
  });
  return {
    url: self,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.number),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: personView(site, pull.author),
    body: pull.body,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.updatedAt),
    closed_at: orNull(pull.closedAt),
    merged_at: orNull(pull.merge?.at ?? null),
    merge_commit_sha: pull.merge?.sha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: pull.reviewRequests.flatMap(({ of }) =>
      of.kind === "person" ? [personView(site, of.person)] : [],
    ),
    requested_teams: pull.reviewRequests.flatMap(({ of }) =>
      of.kind === "team" ? [teamView(site, repository, of.team)] : [],
    ),
    labels: pull.labels.map((name) => labelView(site, repository, name)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${self}/commits`,
    review_comments_url: `${self}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: side(pull.headRef, pull.headSha),
    base: side(pull.baseRef, pull.merge?.onto ?? pull.mergeBase),
    _links: {
      self: { href: self },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${self}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${self}/commits` },
      statuses: { href: statuses },
    },
    author_association: "MEMBER",
    auto_merge: pull.autoMerge
      ? {
          enabled_by: personView(site, pull.autoMerge.by),
          merge_method: pull.autoMerge.method,
          commit_title: pull.autoMerge.headline ?? "",
          commit_message: pull.autoMerge.body ?? "",
        }
      : null,
    active_lock_reason: null,
  };
}

/** `pull-request`: one, with what takes git to find out. */
export async function fullPullRequestView(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
): Promise<Json> {
  const { history } = repository;
  const [files, commits, state] = await Promise.all([
    history.diff(pull.mergeBase, pull.headSha),
    history.count(`${pull.mergeBase}..${pull.headSha}`),
    repository.mergeState(pull),
  ]);
  const { additions, deletions } = statsView(files);
  return {
    ...pullRequestView(site, repository, pull),
    merged: pull.merge !== null,
    mergeable: state === "UNKNOWN" ? null : state !== "DIRTY",
    rebaseable: state === "UNKNOWN" ? null : state !== "DIRTY",
    mergeable_state: state.toLowerCase(),
    merged_by: pull.merge ? personView(site, pull.merge.by) : null,
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits,
    additions,
    deletions,
    changed_files: files.length,
  };
}

/** `issue-comment`. */
export function commentView(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
  comment: Comment,
): Json {
  const api = `${site.apiUrl}/repos/${repository.fullName}`;
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", `${pull.number}.${comment.id}`),
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${site.url}/${repository.fullName}/pull/${pull.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${pull.number}`,
    user: personView(site, comment.author),
    body: comment.body,
    created_at: isoTime(comment.at),
    updated_at: isoTime(comment.at),
    author_association: "MEMBER",
    performed_via_github_app: null,
  };
}

/** `pull-request-review`. */
export function reviewView(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
  review: Review,
): Json {
  const api = `${site.apiUrl}/repos/${repository.fullName}/pulls/${pull.number}`;
  const html = `${site.url}/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PullRequestReview", `${pull.number}.${review.id}`),
    user: personView(site, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    _links: { html: { href: html }, pull_request: { href: api } },
    submitted_at: isoTime(review.at),
    commit_id: review.commit,
    author_association: "MEMBER",
  };
}
