import * as z from "zod";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, type GraphqlAnswer, parseRepository } from "./github-client";
import { parseAnswer } from "./github-errors";

/**
 * Asks by GraphQL about one pull request: `query` takes $owner, $repo, $number and `more`, and `schema`
 * reads `repository`. Throws SourceError `not-found` when there is no such pull request.
 */
export async function askPull<T extends { pullRequest?: unknown }>(
  client: GitHubClient,
  repository: string,
  number: number,
  query: string,
  schema: z.ZodType<T>,
  more: Record<string, unknown> = {},
): Promise<T & { pullRequest: NonNullable<T["pullRequest"]> }> {
  const { owner, repo } = parseRepository(repository);
  const what = `pull request ${repository}#${number}`;
  const variables = { ...more, owner, repo, number };
  const answer = await client.graphql(what, owner, query, variables, { mutation: false });
  const whole = z.object({ repository: schema.nullish() }).nullish();
  const found = parseAnswer(whole, answer.data, what)?.repository;
  if (!found?.pullRequest) throw missing(answer, what);
  return { ...found, pullRequest: found.pullRequest };
}

function missing({ errors }: GraphqlAnswer, what: string): SourceError {
  const isMissing = errors.every(({ type }) => type === "NOT_FOUND");
  const said = errors
    .map(({ message }) => message)
    .join(" ")
    .slice(0, 300);
  return new SourceError(
    isMissing ? "not-found" : "failed",
    isMissing
      ? `GitHub has no ${what}, or the credentials can't see it.`
      : `GitHub did not answer about ${what}. It says: “${said}”`,
  );
}
