import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { isBehindBase, reviewDecision } from "../merge-rules.ts";
import type { Comment, PullRequest } from "../pull-request.ts";
import { nodeId } from "../rest/person-view.ts";
import { labelView } from "../rest/pull-request-view.ts";
import type { Site } from "../site.ts";
import { actorNode, commitNode, commitNodeOf } from "./commit-node.ts";
import { connection, type PageArgs } from "./connection.ts";
import { mergeQueueNode, queueEntryNode } from "./merge-queue-node.ts";
import { queueTimeline, type TimelineArgs } from "./queue-timeline.ts";
import { refNode, repositoryNode, stateOf } from "./repository-node.ts";
import { reviewNodes, reviewRequestNodes } from "./review-node.ts";
import { rollupNode } from "./rollup-node.ts";

type Node = Record<string, unknown>;

const CHANGE_TYPE = {
  added: "ADDED",
  removed: "DELETED",
  modified: "MODIFIED",
  renamed: "RENAMED",
  changed: "CHANGED",
} as const;

/** `IssueComment`. */
export function commentNode(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
  comment: Comment,
): Node {
  const path = `/${repository.fullName}/pull/${pull.number}#issuecomment-${comment.id}`;
  return {
    __typename: "IssueComment",
    id: nodeId("IssueComment", `${pull.number}.${comment.id}`),
    databaseId: comment.id,
    body: comment.body,
    bodyText: comment.body,
    createdAt: isoTime(comment.at),
    updatedAt: isoTime(comment.at),
    resourcePath: path,
    url: `${site.url}${path}`,
    author: actorNode(site, comment.author),
    pullRequest: () => pullRequestNode(site, repository, pull),
    repository: () => repositoryNode(site, repository),
  };
}

function labelNode(site: Site, repository: HostedRepository, name: string): Node {
  const path = `/${repository.fullName}/labels/${encodeURIComponent(name)}`;
  return {
    __typename: "Label",
    id: labelView(site, repository, name).node_id,
    name,
    color: "ededed",
    description: null,
    isDefault: false,
    resourcePath: path,
    url: `${site.url}${path}`,
  };
}

/** `PullRequest`; what takes git to find out is found only when asked for. */
export function pullRequestNode(site: Site, repository: HostedRepository, pull: PullRequest): Node {
  const { history } = repository;
  const path = `/${repository.fullName}/pull/${pull.number}`;
  const url = `${site.url}${path}`;
  const files = () => history.diff(pull.mergeBase, pull.headSha);
  const commits = async () => (await history.log(`${pull.mergeBase}..${pull.headSha}`)).reverse();
  const sum = async (side: "additions" | "deletions") =>
    (await files()).reduce((total, file) => total + file[side], 0);
  const self = () => pullRequestNode(site, repository, pull);
  const node: Node = {
    __typename: "PullRequest",
    id: nodeId("PullRequest", pull.number),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? "",
    bodyText: pull.body ?? "",
    url,
    permalink: url,
    resourcePath: path,
    checksUrl: `${url}/checks`,
    checksResourcePath: `${path}/checks`,
    revertUrl: `${url}/revert`,
    revertResourcePath: `${path}/revert`,
    state: stateOf(pull),
    closed: pull.state === "closed",
    closedAt: pull.closedAt === null ? null : isoTime(pull.closedAt),
    createdAt: isoTime(pull.createdAt),
    updatedAt: isoTime(pull.updatedAt),
    merged: pull.merge !== null,
    mergedAt: pull.merge ? isoTime(pull.merge.at) : null,
    mergedBy: pull.merge ? actorNode(site, pull.merge.by) : null,
    mergeCommit: () => (pull.merge ? commitNodeOf(site, repository, pull.merge.sha) : null),
    isDraft: pull.draft,
    isCrossRepository: false,
    isInMergeQueue: () => repository.queue.entryOf(pull) !== null,
    isMergeQueueEnabled: () => repository.queue.settings !== null,
    mergeQueue: () => mergeQueueNode(site, repository),
    mergeQueueEntry: () => {
      const entry = repository.queue.entryOf(pull);
      return entry && queueEntryNode(site, repository, entry);
    },
    locked: false,
    maintainerCanModify: false,
    canBeRebased: async () => (await repository.mergeState(pull)) !== "DIRTY",
    mergeable: async () => {
      const state = await repository.mergeState(pull);
      return state === "UNKNOWN" ? "UNKNOWN" : state === "DIRTY" ? "CONFLICTING" : "MERGEABLE";
    },
    viewerCanUpdateBranch: async () =>
      pull.state === "open" &&
      (await repository.mergeState(pull)) !== "DIRTY" &&
      (await isBehindBase(repository, pull)),
    mergeStateStatus: () => repository.mergeState(pull),
    reviewDecision: () => reviewDecision(repository, pull),
    author: actorNode(site, pull.author),
    authorAssociation: "MEMBER",
    baseRefName: pull.baseRef,
    baseRefOid: pull.merge?.onto ?? pull.mergeBase,
    baseRef: () => refNode(site, repository, pull.baseRef),
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    headRef: () => refNode(site, repository, pull.headRef),
    additions: () => sum("additions"),
    deletions: () => sum("deletions"),
    changedFiles: async () => (await files()).length,
    statusCheckRollup: () => rollupNode(site, repository, pull.headSha),
    repository: () => repositoryNode(site, repository),
    baseRepository: () => repositoryNode(site, repository),
    headRepository: () => repositoryNode(site, repository),
    autoMergeRequest: () => {
      const wish = pull.autoMerge;
      if (!wish) return null;
      return {
        authorEmail: null,
        commitBody: wish.body,
        commitHeadline: wish.headline,
        enabledAt: isoTime(wish.at),
        enabledBy: actorNode(site, wish.by),
        mergeMethod: wish.method.toUpperCase(),
        pullRequest: self,
      };
    },
    timelineItems: (args: TimelineArgs) => queueTimeline(site, repository, pull, args),
    labels: (args: PageArgs) =>
      connection(
        pull.labels.map((name) => labelNode(site, repository, name)),
        args,
        "labels",
      ),
    reviewRequests: (args: PageArgs) =>
      connection(reviewRequestNodes(site, repository, pull), args, "reviewRequests"),
    reviews: (args: PageArgs) => connection(reviewNodes(site, repository, pull), args, "reviews"),
    comments: (args: PageArgs) =>
      connection(
        pull.comments.map((comment) => commentNode(site, repository, pull, comment)),
        args,
        "comments",
      ),
    files: async (args: PageArgs) =>
      connection(
        (await files()).map((file) => ({
          path: file.path,
          additions: file.additions,
          deletions: file.deletions,
          changeType: CHANGE_TYPE[file.status],
          viewerViewedState: "UNVIEWED",
        })),
        args,
        "files",
      ),
    commits: async (args: PageArgs) =>
      connection(
        (await commits()).map((commit) => ({
          id: nodeId("Commit", `${pull.number}.${commit.sha}`),
          commit: commitNode(site, repository, commit),
          pullRequest: self,
          resourcePath: `${path}/commits/${commit.sha}`,
          url: `${url}/commits/${commit.sha}`,
        })),
        args,
        "commits",
      ),
  };
  return node;
}
