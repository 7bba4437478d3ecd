import type { Person } from "./accounts.ts";
import { isoTime } from "./git-history.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { GroupEvent } from "./merge-queue.ts";
import type { PullRequest } from "./pull-request.ts";
import type { RepositoryEvents } from "./repository-events.ts";
import { commitView } from "./rest/commit-view.ts";
import { personView } from "./rest/person-view.ts";
import { shortBranchView } from "./rest/protection-routes.ts";
import { labelView, pullRequestView, reviewView } from "./rest/pull-request-view.ts";
import { simpleStatusView } from "./rest/status-routes.ts";
import { teamView } from "./rest/team-view.ts";
import type { Site } from "./site.ts";
import type { CommitStatus } from "./status-board.ts";

type Json = Record<string, unknown>;

type Sender = {
  /** Sends `pull_request` with an action. */
  pull: (action: string, pull: PullRequest, more: Json) => void;
  /** Sends another event once its payload is made. */
  about: (event: string, payload: Promise<Json>) => void;
};

/** `status`, with the branches whose tip the commit is. */
async function statusPayload(
  site: Site,
  repository: HostedRepository,
  status: CommitStatus,
): Promise<Json> {
  const commit = await repository.history.commit(status.sha);
  const format = "--format=%(refname:lstrip=2)";
  const args = ["for-each-ref", format, "--points-at", status.sha, "refs/heads"];
  const { stdout } = await repository.git.run(args);
  const branches = stdout.split("\n").filter(Boolean);
  const { node_id: _node, url: _url, ...view } = simpleStatusView(site, repository, status);
  return {
    ...view,
    sha: status.sha,
    name: repository.fullName,
    commit: commitView(site, repository, commit),
    branches: branches.map((name) => shortBranchView(site, repository, name, status.sha)),
    sender: personView(site, status.creator),
  };
}

async function groupPayload(
  site: Site,
  repository: HostedRepository,
  event: GroupEvent,
): Promise<Json> {
  const { group } = event;
  const { message, tree, author, committer } = await repository.history.commit(group.head);
  return {
    action: event.action,
    ...(event.action === "destroyed" ? { reason: event.reason } : {}),
    merge_group: {
      head_sha: group.head,
      head_ref: group.ref,
      base_sha: group.base,
      base_ref: `refs/heads/${repository.defaultBranch}`,
      head_commit: {
        id: group.head,
        tree_id: tree,
        message,
        timestamp: committer.date,
        author: { name: author.name, email: author.email },
        committer: { name: committer.name, email: committer.email },
      },
    },
    sender: personView(site, event.by),
  };
}

async function reviewPayload(
  site: Site,
  repository: HostedRepository,
  { pull, review }: RepositoryEvents["reviewed"],
): Promise<Json> {
  const view = reviewView(site, repository, pull, review);
  return {
    action: "submitted",
    review: { ...view, state: review.state.toLowerCase(), updated_at: isoTime(review.at) },
    pull_request: pullRequestView(site, repository, pull),
    sender: personView(site, review.author),
  };
}

/** Tells of statuses, merge groups, reviews and what they do to pull requests. */
export function followRules(site: Site, repository: HostedRepository, send: Sender): void {
  const sender = (by: Person) => ({ sender: personView(site, by) });
  repository.on("status", (status) =>
    send.about("status", statusPayload(site, repository, status)),
  );
  repository.on("group", (event) =>
    send.about("merge_group", groupPayload(site, repository, event)),
  );
  repository.on("reviewed", (event) =>
    send.about("pull_request_review", reviewPayload(site, repository, event)),
  );
  repository.on("queue", (event) => {
    const reason = event.action === "dequeued" ? { reason: event.reason } : {};
    send.pull(event.action, event.entry.pull, { ...reason, ...sender(event.by) });
  });
  repository.on("labeled", ({ pull, label, by, isOn }) => {
    const more = { label: labelView(site, repository, label), ...sender(by) };
    send.pull(isOn ? "labeled" : "unlabeled", pull, more);
  });
  repository.on("autoMerge", ({ pull, by, isOn }) =>
    send.pull(isOn ? "auto_merge_enabled" : "auto_merge_disabled", pull, sender(by)),
  );
  repository.on("requested", ({ pull, request: { of }, by, isOn }) => {
    const who =
      of.kind === "person"
        ? { requested_reviewer: personView(site, of.person) }
        : { requested_team: teamView(site, repository, of.team) };
    const more = { ...who, ...sender(by) };
    send.pull(isOn ? "review_requested" : "review_request_removed", pull, more);
  });
}
