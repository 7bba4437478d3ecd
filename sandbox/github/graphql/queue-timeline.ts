import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { PullRequest } from "../pull-request.ts";
import { nodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";
import { actorNode, commitNodeOf } from "./commit-node.ts";
import { connection, type PageArgs } from "./connection.ts";
import { mergeQueueNode } from "./merge-queue-node.ts";
import { pullRequestNode } from "./pull-request-node.ts";

export type TimelineArgs = PageArgs & { itemTypes?: string[] | null; since?: string | null };

/** What the merge queue did to a pull request, as the items of its timeline; others aren't kept. */
export function queueTimeline(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
  args: TimelineArgs,
): Record<string, unknown> {
  const { marks } = repository.queue;
  const items = marks
    .filter((mark) => mark.pull === pull && mark.reason !== "MERGE")
    .map(({ id, at, by, enqueuer, head, reason }) => {
      const kind = reason === null ? "AddedToMergeQueueEvent" : "RemovedFromMergeQueueEvent";
      return {
        __typename: kind,
        id: nodeId(kind, id),
        actor: actorNode(site, by),
        enqueuer: enqueuer.type === "User" ? actorNode(site, enqueuer) : null,
        createdAt: isoTime(at),
        mergeQueue: () => mergeQueueNode(site, repository),
        pullRequest: () => pullRequestNode(site, repository, pull),
        ...(reason === null
          ? { type: "ADDED_TO_MERGE_QUEUE_EVENT" }
          : {
              ...{ type: "REMOVED_FROM_MERGE_QUEUE_EVENT", reason },
              beforeCommit: () => commitNodeOf(site, repository, head),
            }),
      };
    });
  const wanted = items.filter(
    ({ type, createdAt }) =>
      (!args.itemTypes || args.itemTypes.includes(type)) &&
      (!args.since || createdAt >= args.since),
  );
  const page = connection(wanted, args, "timelineItems");
  return {
    ...page,
    filteredCount: wanted.length,
    pageCount: wanted.length,
    updatedAt: isoTime(pull.updatedAt),
  };
}
