import { GraphQLError } from "graphql";

export type PageArgs = {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
};

const cursorOf = (index: number) => Buffer.from(`cursor:${index}`).toString("base64");

function indexOf(cursor: string): number {
  return Number(Buffer.from(cursor, "base64").toString().replace("cursor:", ""));
}

/** A page of `items` in GitHub's connection shape; like GitHub it wants `first` or `last`, at most 100. */
export function connection<T>(items: T[], args: PageArgs, name: string): Record<string, unknown> {
  const { first, last } = args;
  if (first == null && last == null)
    throw new GraphQLError(
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
      { extensions: { type: "MISSING_PAGINATION_BOUNDARIES" } },
    );
  const size = first ?? last ?? 0;
  if (size < 0 || size > 100)
    throw new GraphQLError(
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${first == null ? "last" : "first"}\` limit of 100 records.`,
      { extensions: { type: "EXCESSIVE_PAGINATION" } },
    );
  let start = args.after ? indexOf(args.after) + 1 : 0;
  let end = args.before ? indexOf(args.before) : items.length;
  if (first != null) end = Math.min(end, start + first);
  else start = Math.max(start, end - size);
  const nodes = items.slice(start, end);
  return {
    nodes,
    edges: nodes.map((node, index) => ({ node, cursor: cursorOf(start + index) })),
    totalCount: items.length,
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length > 0 ? cursorOf(start) : null,
      endCursor: nodes.length > 0 ? cursorOf(start + nodes.length - 1) : null,
    },
  };
}
