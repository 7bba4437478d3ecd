import type { Person } from "../accounts.ts";
import type { CheckRun } from "../check-board.ts";
import { type Commit, EMPTY_TREE, isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { nodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";
import { connection, type PageArgs } from "./connection.ts";
import { repositoryNode } from "./repository-node.ts";

type Node = Record<string, unknown>;

/** An `Actor`: a `User`, or the `Bot` of an App, whose login goes without its "[bot]" here. */
export function actorNode(site: Site, person: Person): Node {
  const login = person.login.replace(/\[bot\]$/, "");
  return {
    __typename: person.type,
    id: nodeId("User", person.login),
    databaseId: person.id,
    login,
    name: person.name,
    email: "",
    avatarUrl: `${site.url}/avatars/${encodeURIComponent(person.login)}`,
    resourcePath: `/${encodeURIComponent(login)}`,
    url: `${site.url}/${encodeURIComponent(login)}`,
  };
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
    isRequired: () => repository.protection.checks,
    repository: () => repositoryNode(site, repository),
  };
}

/** `StatusCheckRollup` of a commit, or null when nothing checked it. */
export function rollupNode(site: Site, repository: HostedRepository, sha: string): Node | null {
  const state = repository.checks.state(sha);
  if (!state) return null;
  const runs = () => repository.checks.runs(sha).map((run) => checkRunNode(site, repository, run));
  return {
    id: nodeId("StatusCheckRollup", sha),
    state: state.toUpperCase(),
    commit: () => commitNodeOf(site, repository, sha),
    contexts: (args: PageArgs) => ({
      ...connection(runs(), args, "contexts"),
      checkRunCount: runs().length,
      statusContextCount: 0,
    }),
  };
}

/** `Commit` by its id. */
export async function commitNodeOf(
  site: Site,
  repository: HostedRepository,
  sha: string,
): Promise<Node> {
  return commitNode(site, repository, await repository.history.commit(sha));
}

/** `Commit`. */
export function commitNode(site: Site, repository: HostedRepository, commit: Commit): Node {
  const { sha } = commit;
  const path = `/${repository.fullName}/commit/${sha}`;
  const [headline = "", ...rest] = commit.message.split("\n");
  const actor = (side: Commit["author"]) => {
    const known = repository.accounts.byEmail(side.email);
    // `GitActor.user` is a User by type: what a bot committed has none.
    const user = known?.type === "User" ? actorNode(site, known) : null;
    return { name: side.name, email: side.email, date: side.date, user, avatarUrl: site.url };
  };
  const files = () => repository.history.diff(commit.parents[0] ?? EMPTY_TREE, sha);
  const sum = async (side: "additions" | "deletions") =>
    (await files()).reduce((total, file) => total + file[side], 0);
  return {
    __typename: "Commit",
    id: nodeId("Commit", sha),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    message: commit.message,
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    authoredDate: commit.author.date,
    committedDate: commit.committer.date,
    authoredByCommitter: commit.author.email === commit.committer.email,
    committedViaWeb: commit.committer.name === "GitHub",
    commitResourcePath: path,
    commitUrl: `${site.url}${path}`,
    resourcePath: path,
    url: `${site.url}${path}`,
    author: () => actor(commit.author),
    committer: () => actor(commit.committer),
    additions: () => sum("additions"),
    deletions: () => sum("deletions"),
    changedFiles: async () => (await files()).length,
    changedFilesIfAvailable: async () => (await files()).length,
    parents: async (args: PageArgs) => {
      const parents = commit.parents.map((parent) => commitNodeOf(site, repository, parent));
      return connection(await Promise.all(parents), args, "parents");
    },
    history: async (args: PageArgs & { path?: string | null }) => {
      const log = await repository.history.log(sha, { path: args.path ?? undefined });
      const nodes = log.map((item) => commitNode(site, repository, item));
      return connection(nodes, args, "history");
    },
    statusCheckRollup: () => rollupNode(site, repository, sha),
    repository: () => repositoryNode(site, repository),
  };
}
