import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { QueueEntry } from "../merge-queue.ts";
import { nodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";
import { actorNode, commitNodeOf } from "./commit-node.ts";
import { connection, type PageArgs } from "./connection.ts";
import { pullRequestNode } from "./pull-request-node.ts";
import { repositoryNode } from "./repository-node.ts";

type Node = Record<string, unknown>;

/** `MergeQueueEntry`; estimates are in seconds. */
export function queueEntryNode(site: Site, repository: HostedRepository, entry: QueueEntry): Node {
  const { queue } = repository;
  const position = queue.positionOf(entry);
  const commit = (sha: string | undefined) =>
    sha === undefined ? null : commitNodeOf(site, repository, sha);
  return {
    __typename: "MergeQueueEntry",
    id: nodeId("MergeQueueEntry", entry.id),
    enqueuedAt: isoTime(entry.enqueuedAt),
    enqueuer: actorNode(site, entry.by),
    estimatedTimeToMerge: position > 0 ? queue.secondsTo(position) : null,
    jump: entry.jump,
    position,
    solo: false,
    state: entry.state,
    baseCommit: () => commit(entry.group?.base),
    headCommit: () => commit(entry.group?.head),
    mergeQueue: () => mergeQueueNode(site, repository),
    pullRequest: () => pullRequestNode(site, repository, entry.pull),
  };
}

/** `MergeQueue` of the default branch, or null when it has none. */
export function mergeQueueNode(site: Site, repository: HostedRepository): Node | null {
  const { queue, defaultBranch } = repository;
  const { settings } = queue;
  if (!settings) return null;
  const path = `/${repository.fullName}/queue/${defaultBranch}`;
  return {
    __typename: "MergeQueue",
    id: nodeId("MergeQueue", defaultBranch),
    configuration: {
      checkResponseTimeout: Math.max(1, Math.round(settings.checkTimeoutMs / 60_000)),
      maximumEntriesToBuild: settings.maxToBuild,
      maximumEntriesToMerge: 1,
      mergeMethod: settings.method.toUpperCase(),
      mergingStrategy: "ALLGREEN",
      minimumEntriesToMerge: 1,
      minimumEntriesToMergeWaitTime: 0,
    },
    entries: (args: PageArgs) =>
      connection(
        queue.entries.map((entry) => queueEntryNode(site, repository, entry)),
        args,
        "entries",
      ),
    nextEntryEstimatedTimeToMerge: queue.secondsTo(queue.entries.length + 1),
    repository: () => repositoryNode(site, repository),
    resourcePath: path,
    url: `${site.url}${path}`,
  };
}
