import {
  type DocumentNode,
  execute,
  GraphQLError,
  getOperationAST,
  parse,
  validate,
} from "graphql";
import type { Caller } from "../accounts.ts";
import type { Answer, Exchange } from "../exchange.ts";
import { HttpError } from "../exchange.ts";
import { isoTime } from "../git-history.ts";
import { readNodeId } from "../rest/person-view.ts";
import { searchPulls } from "../rest/search-routes.ts";
import type { Site } from "../site.ts";
import { actorNode, commitNodeOf } from "./commit-node.ts";
import { connection, type PageArgs } from "./connection.ts";
import { githubSchema } from "./github-schema.ts";
import { findPull } from "./mutation-guard.ts";
import { mutations } from "./mutations.ts";
import { pullRequestNode } from "./pull-request-node.ts";
import { repositoryNode } from "./repository-node.ts";

function node(site: Site, id: string): unknown {
  const known = readNodeId(id);
  const { repository } = site;
  if (known?.kind === "Repository" && repository?.fullName === known.key)
    return repositoryNode(site, repository);
  if (known?.kind === "Commit" && repository && /^[0-9a-f]{40}$/.test(known.key))
    return commitNodeOf(site, repository, known.key);
  if (known?.kind === "User") {
    const person = site.accounts.find(known.key);
    if (person) return actorNode(site, person);
  }
  const found = findPull(site, id);
  return pullRequestNode(site, found.repository, found.pull);
}

function queries(site: Site, caller: Caller): Record<string, unknown> {
  return {
    viewer: () => ({ ...actorNode(site, caller.person), __typename: "User" }),
    node: ({ id }: { id: string }) => node(site, id),
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => node(site, id)),
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const { repository } = site;
      const asked = `${owner}/${name}`;
      if (repository?.fullName.toLowerCase() === asked.toLowerCase())
        return repositoryNode(site, repository);
      throw new GraphQLError(`Could not resolve to a Repository with the name '${asked}'.`, {
        extensions: { type: "NOT_FOUND" },
      });
    },
    rateLimit: () => {
      const { limit, remaining, used, reset } = site.limiter.look(caller.key, "graphql");
      return { limit, remaining, used, cost: 1, nodeCount: 0, resetAt: isoTime(reset * 1000) };
    },
    search: ({ query, ...page }: PageArgs & { query: string }) => {
      const { repository } = site;
      const found = repository ? searchPulls(repository, query) : [];
      const nodes = repository ? found.map((pull) => pullRequestNode(site, repository, pull)) : [];
      return { ...connection(nodes, page, "search"), issueCount: nodes.length };
    },
  };
}

/** GitHub puts its own kind of error beside the message, not under `extensions`. */
function errorView(error: GraphQLError): Record<string, unknown> {
  const { type, ...rest } = error.extensions;
  const known = type !== undefined || error.originalError === undefined;
  if (!known) console.error("sandbox GitHub, GraphQL:", error.originalError);
  return {
    ...(type ? { type } : {}),
    ...(error.path ? { path: error.path } : {}),
    ...(Object.keys(rest).length > 0 ? { extensions: rest } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: known ? error.message : "Something went wrong while executing your query.",
  };
}

function refused(errors: readonly GraphQLError[]): Answer {
  return { json: { errors: errors.map(errorView) } };
}

/** Executes one operation for the caller; like GitHub it answers 200 even when fields failed. */
export async function handleGraphql(exchange: Exchange): Promise<Answer> {
  const { site, caller, body } = exchange;
  if (exchange.method !== "POST") throw new HttpError(404, "Not Found");
  if (!caller) throw new HttpError(401, "This endpoint requires you to be authenticated.");
  const { query, variables, operationName } = body;
  if (typeof query !== "string")
    throw new HttpError(400, "A query attribute must be specified and must be a string.");

  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return refused([error]);
    throw error;
  }
  const named = typeof operationName === "string" ? operationName : null;
  const operation = getOperationAST(document, named);
  const [first] = operation?.selectionSet.selections ?? [];
  const field = first?.kind === "Field" ? first.name.value : null;
  exchange.operation = operation?.name?.value ?? field;

  const wrong = validate(githubSchema(), document);
  if (wrong.length > 0) return refused(wrong);
  exchange.mutates = operation?.operation === "mutation";
  const result = await execute({
    schema: githubSchema(),
    document,
    rootValue: exchange.mutates ? mutations(site, caller) : queries(site, caller),
    variableValues: (variables ?? {}) as Record<string, unknown>,
    operationName: named,
  });
  const { data, errors } = result;
  // A write of which nothing came true is no write: it must not use up a fault meant for one.
  if (!data || Object.values(data).every((value) => value === null)) exchange.mutates = false;
  return {
    json: {
      ...(data === undefined ? {} : { data }),
      ...(errors ? { errors: errors.map(errorView) } : {}),
    },
  };
}
