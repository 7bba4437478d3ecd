import { GraphQLError } from "graphql";
import { contextsOf, isProtecting } from "../branch-rules.ts";
import { CHECK_NAMES } from "../check-board.ts";
import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { PullRequest } from "../pull-request.ts";
import { nodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";
import { actorNode, commitNodeOf } from "./commit-node.ts";
import { connection, type PageArgs } from "./connection.ts";
import { mergeQueueNode } from "./merge-queue-node.ts";
import { pullRequestNode } from "./pull-request-node.ts";

type Node = Record<string, unknown>;

type PullArgs = PageArgs & {
  states?: ("OPEN" | "CLOSED" | "MERGED")[] | null;
  headRefName?: string | null;
  baseRefName?: string | null;
  labels?: string[] | null;
  orderBy?: { field: "CREATED_AT" | "UPDATED_AT"; direction: "ASC" | "DESC" } | null;
};

/** GraphQL's word for where a pull request stands. */
export function stateOf(pull: PullRequest): "OPEN" | "CLOSED" | "MERGED" {
  return pull.merge ? "MERGED" : pull.state === "open" ? "OPEN" : "CLOSED";
}

/** `Ref` of a branch, or null when there is none. */
export async function refNode(
  site: Site,
  repository: HostedRepository,
  branch: string,
): Promise<Node | null> {
  const sha = /^-|\.\.|[\s~^:?*[\\]/.test(branch) ? null : await repository.git.head(branch);
  if (!sha) return null;
  return {
    __typename: "Ref",
    id: nodeId("Ref", branch),
    name: branch,
    prefix: "refs/heads/",
    refUpdateRule: updateRuleNode(repository, branch),
    branchProtectionRule: protectionNode(repository, branch),
    target: () => commitNodeOf(site, repository, sha),
    repository: () => repositoryNode(site, repository),
  };
}

/** `BranchProtectionRule`, as far as it is ever anything but its beginning. */
function protectionNode(repository: HostedRepository, branch: string): Node | null {
  const { protection } = repository.rules;
  if (branch !== repository.defaultBranch || !isProtecting(protection)) return null;
  return {
    ...{ id: nodeId("Ref", `protection of ${branch}`), pattern: branch, lockBranch: false },
    requiresStatusChecks: contextsOf(protection, CHECK_NAMES).length > 0,
    requiresStrictStatusChecks: protection.strict,
    isAdminEnforced: protection.admins,
  };
}

/** `RefUpdateRule`: what everybody who may read is told of a branch's protection. */
function updateRuleNode(repository: HostedRepository, branch: string): Node | null {
  const { protection } = repository.rules;
  if (branch !== repository.defaultBranch || !isProtecting(protection)) return null;
  return {
    pattern: branch,
    requiredApprovingReviewCount: protection.reviews,
    requiredStatusCheckContexts: contextsOf(protection, CHECK_NAMES),
    requiresCodeOwnerReviews: protection.codeOwners,
    requiresConversationResolution: false,
    requiresLinearHistory: false,
    requiresSignatures: false,
    allowsDeletions: false,
    allowsForcePushes: false,
    blocksCreations: false,
    viewerAllowedToDismissReviews: false,
    viewerCanPush: true,
  };
}

async function objectNode(
  site: Site,
  repository: HostedRepository,
  expression: string,
): Promise<Node | null> {
  const colon = expression.indexOf(":");
  const sha = await repository.git.resolve(colon < 0 ? expression : expression.slice(0, colon));
  if (!sha) return null;
  if (colon < 0) return commitNodeOf(site, repository, sha);
  const path = expression.slice(colon + 1);
  const { code, stdout } = await repository.git.run(["rev-parse", `${sha}:${path}`], {}, 128);
  if (code !== 0) return null;
  const oid = stdout.trim();
  const text = await repository.git.readFile(sha, path);
  const common = { id: nodeId("Commit", oid), oid, abbreviatedOid: oid.slice(0, 7) };
  if (text === null) return { __typename: "Tree", ...common };
  const byteSize = Buffer.byteLength(text);
  return { __typename: "Blob", ...common, text, byteSize, isBinary: false, isTruncated: false };
}

function pulls(repository: HostedRepository, args: PullArgs): PullRequest[] {
  const { states, headRefName, baseRefName, labels, orderBy } = args;
  const time = orderBy?.field === "UPDATED_AT" ? "updatedAt" : "createdAt";
  const sign = orderBy?.direction === "DESC" ? -1 : 1;
  return [...repository.pulls.values()]
    .filter((pull) => !states || states.includes(stateOf(pull)))
    .filter((pull) => !headRefName || pull.headRef === headRefName)
    .filter((pull) => !baseRefName || pull.baseRef === baseRefName)
    .filter((pull) => !labels || labels.some((label) => pull.labels.includes(label)))
    .sort((a, b) => sign * (a[time] - b[time] || a.number - b.number));
}

/** `Repository`. */
export function repositoryNode(site: Site, repository: HostedRepository): Node {
  const path = `/${repository.fullName}`;
  return {
    __typename: "Repository",
    id: nodeId("Repository", repository.fullName),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: repository.fullName,
    description: repository.description,
    url: `${site.url}${path}`,
    resourcePath: path,
    createdAt: isoTime(repository.createdAt),
    updatedAt: isoTime(repository.pushedAt),
    pushedAt: isoTime(repository.pushedAt),
    isPrivate: true,
    isArchived: false,
    isDisabled: false,
    isEmpty: false,
    isFork: false,
    visibility: "PRIVATE",
    mergeCommitAllowed: repository.rules.merging.merge,
    squashMergeAllowed: repository.rules.merging.squash,
    rebaseMergeAllowed: repository.rules.merging.rebase,
    autoMergeAllowed: repository.rules.merging.autoMerge,
    deleteBranchOnMerge: true,
    viewerDefaultMergeMethod: "MERGE",
    owner: () => actorNode(site, repository.accounts.person(repository.owner)),
    defaultBranchRef: () => refNode(site, repository, repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      refNode(site, repository, qualifiedName.replace(/^refs\/heads\//, "")),
    mergeQueue: ({ branch }: { branch?: string | null }) =>
      (branch ?? repository.defaultBranch) === repository.defaultBranch
        ? mergeQueueNode(site, repository)
        : null,
    object: ({ expression, oid }: { expression?: string | null; oid?: string | null }) =>
      objectNode(site, repository, expression ?? oid ?? ""),
    pullRequest: ({ number }: { number: number }) => {
      const pull = repository.pulls.get(number);
      if (pull) return pullRequestNode(site, repository, pull);
      throw new GraphQLError(`Could not resolve to a PullRequest with the number of ${number}.`, {
        extensions: { type: "NOT_FOUND" },
      });
    },
    pullRequests: (args: PullArgs) =>
      connection(
        pulls(repository, args).map((pull) => pullRequestNode(site, repository, pull)),
        args,
        "pullRequests",
      ),
  };
}
