import type { Person } from "../accounts.ts";
import { type Commit, EMPTY_TREE } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import { nodeId } from "../rest/person-view.ts";
import type { Site } from "../site.ts";
import { connection, type PageArgs } from "./connection.ts";
import { repositoryNode } from "./repository-node.ts";
import { rollupNode, statusNode } from "./rollup-node.ts";

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
    status: () => statusNode(site, repository, sha),
    statusCheckRollup: () => rollupNode(site, repository, sha),
    repository: () => repositoryNode(site, repository),
  };
}
