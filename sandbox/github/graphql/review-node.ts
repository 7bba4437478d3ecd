import type { Team } from "../accounts.ts";
import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { PullRequest } from "../pull-request.ts";
import { nodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";
import { actorNode, commitNodeOf } from "./commit-node.ts";
import { pullRequestNode } from "./pull-request-node.ts";

type Node = Record<string, unknown>;

/** `PullRequestReview`s of a pull request, oldest first. */
export function reviewNodes(site: Site, repository: HostedRepository, pull: PullRequest): Node[] {
  return pull.reviews.map((review) => {
    const path = `/${repository.fullName}/pull/${pull.number}#pullrequestreview-${review.id}`;
    return {
      __typename: "PullRequestReview",
      id: nodeId("PullRequestReview", `${pull.number}.${review.id}`),
      databaseId: review.id,
      state: review.state,
      body: review.body,
      bodyText: review.body,
      createdAt: isoTime(review.at),
      submittedAt: isoTime(review.at),
      resourcePath: path,
      url: `${site.url}${path}`,
      author: actorNode(site, review.author),
      commit: () => commitNodeOf(site, repository, review.commit),
      pullRequest: () => pullRequestNode(site, repository, pull),
    };
  });
}

function teamNode(site: Site, repository: HostedRepository, team: Team): Node {
  const path = `/orgs/${repository.owner}/teams/${team.slug}`;
  return {
    __typename: "Team",
    id: nodeId("Team", team.slug),
    databaseId: team.id,
    name: team.name,
    slug: team.slug,
    combinedSlug: `${repository.owner}/${team.slug}`,
    description: null,
    privacy: "VISIBLE",
    resourcePath: path,
    url: `${site.url}${path}`,
  };
}

/** `ReviewRequest`s that nobody has answered yet. */
export function reviewRequestNodes(
  site: Site,
  repository: HostedRepository,
  pull: PullRequest,
): Node[] {
  return pull.reviewRequests.map(({ id, of, asCodeOwner }) => ({
    __typename: "ReviewRequest",
    id: nodeId("ReviewRequest", id),
    databaseId: id,
    asCodeOwner,
    pullRequest: () => pullRequestNode(site, repository, pull),
    requestedReviewer: () =>
      of.kind === "person" ? actorNode(site, of.person) : teamNode(site, repository, of.team),
  }));
}
