import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Issue } from "../issue-board.ts";
import type { Site } from "../site.ts";
import { nodeId, personView } from "./person-view.ts";
import { labelView } from "./pull-request-view.ts";

/** `issue`: one that is no pull request. */
export function ownIssueView(
  site: Site,
  repository: HostedRepository,
  issue: Issue,
): Record<string, unknown> {
  const repositoryUrl = `${site.apiUrl}/repos/${repository.fullName}`;
  const api = `${repositoryUrl}/issues/${issue.number}`;
  return {
    url: api,
    repository_url: repositoryUrl,
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: `${site.url}/${repository.fullName}/issues/${issue.number}`,
    id: issue.id,
    node_id: nodeId("Issue", issue.number),
    number: issue.number,
    title: issue.title,
    user: personView(site, issue.author),
    labels: issue.labels.map((name) => labelView(site, repository, name)),
    state: issue.state,
    state_reason: issue.reason,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: 0,
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : isoTime(issue.closedAt),
    closed_by: issue.closedBy && personView(site, issue.closedBy),
    author_association: "MEMBER",
    active_lock_reason: null,
    body: issue.body,
    timeline_url: `${api}/timeline`,
    performed_via_github_app: null,
  };
}
