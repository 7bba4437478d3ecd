import { allContexts } from "../branch-rules.ts";
import type { CheckRun } from "../check-board.ts";
import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { nodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";
import type { CommitStatus } from "../status-board.ts";
import { actorNode, commitNodeOf } from "./commit-node.ts";
import { connection, type PageArgs } from "./connection.ts";
import { repositoryNode } from "./repository-node.ts";

type Node = Record<string, unknown>;

/** Every pull request goes to the default branch, so what it requires is required of all. */
function isRequired(repository: HostedRepository, name: string): boolean {
  const contexts = allContexts(repository.rules.requirements(repository.defaultBranch));
  return contexts.some((context) => context.toLowerCase() === name.toLowerCase());
}

function checkRunNode(site: Site, repository: HostedRepository, run: CheckRun): Node {
  const path = `/${repository.fullName}/commit/${run.sha}`;
  const url = `${site.url}${path}`;
  return {
    __typename: "CheckRun",
    id: nodeId("CheckRun", run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: isoTime(run.startedAt),
    completedAt: run.completedAt === null ? null : isoTime(run.completedAt),
    detailsUrl: url,
    permalink: url,
    url,
    resourcePath: path,
    title: null,
    summary: null,
    text: null,
    isRequired: () => isRequired(repository, run.name),
    repository: () => repositoryNode(site, repository),
  };
}

function statusContextNode(site: Site, repository: HostedRepository, status: CommitStatus): Node {
  return {
    __typename: "StatusContext",
    id: nodeId("StatusContext", status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: isoTime(status.at),
    creator: actorNode(site, status.creator),
    avatarUrl: `${site.url}/avatars/${encodeURIComponent(status.creator.login)}`,
    commit: () => commitNodeOf(site, repository, status.sha),
    isRequired: () => isRequired(repository, status.context),
  };
}

/** `Status` of a commit: its statuses without its check runs; null when nobody posted one. */
export function statusNode(site: Site, repository: HostedRepository, sha: string): Node | null {
  const state = repository.statuses.state(sha);
  if (!state) return null;
  const latest = repository.statuses.latest(sha);
  return {
    id: nodeId("StatusCheckRollup", `status.${sha}`),
    state: state.toUpperCase(),
    commit: () => commitNodeOf(site, repository, sha),
    contexts: latest.map((status) => statusContextNode(site, repository, status)),
    context: ({ name }: { name: string }) => {
      const status = latest.find(({ context }) => context === name);
      return status ? statusContextNode(site, repository, status) : null;
    },
  };
}

/** `StatusCheckRollup` of a commit, or null when nothing checked it. */
export function rollupNode(site: Site, repository: HostedRepository, sha: string): Node | null {
  const state = repository.rollup(sha);
  if (!state) return null;
  const runs = () => repository.checks.runs(sha).map((run) => checkRunNode(site, repository, run));
  const statuses = () =>
    repository.statuses.latest(sha).map((status) => statusContextNode(site, repository, status));
  return {
    id: nodeId("StatusCheckRollup", sha),
    state: state.toUpperCase(),
    commit: () => commitNodeOf(site, repository, sha),
    contexts: (args: PageArgs) => ({
      ...connection([...runs(), ...statuses()], args, "contexts"),
      checkRunCount: runs().length,
      statusContextCount: statuses().length,
    }),
  };
}
