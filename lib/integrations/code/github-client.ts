import { Octokit } from "@octokit/rest";
import * as z from "zod";
import type { AdapterContext } from "@/lib/integrations/adapter";
import type { RateLimit } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type Access, createAuthorize } from "./github-auth";
import { parseAnswer, refusalOf, toSourceError } from "./github-errors";
import { createEtagCache } from "./github-etag-cache";
import { createGitHubFetch } from "./github-fetch";
import { createRateGate, rateLimited } from "./github-rate-gate";
import { type GitHubSettings, graphqlUrlOf, webUrlOf } from "./github-settings";

export type Repository = { owner: string; repo: string };
type Parameters = Record<string, unknown>;
type Headers = Record<string, string | number | undefined>;

export const GraphqlError = z.object({ type: z.string().optional(), message: z.string() });
export type GraphqlError = z.infer<typeof GraphqlError>;
const Envelope = z.object({
  data: z.unknown().optional(),
  errors: z.array(GraphqlError).nullish(),
});
export type GraphqlAnswer = { data: unknown; errors: GraphqlError[] };

/** GitHub's REST and GraphQL, asked for one repository's owner at a time. All throw SourceError. */
export type GitHubClient = {
  webUrl: string;
  now: () => Date;
  /** Reads one REST resource. `what` names it in sentences. */
  read<T>(
    schema: z.ZodType<T>,
    what: string,
    owner: string | null,
    route: string,
    parameters?: Parameters,
  ): Promise<{ data: T; headers: Headers }>;
  /** Sends one REST request that writes, once. A lost answer is thrown with `mayHaveActed`. */
  write<T>(
    schema: z.ZodType<T>,
    what: string,
    owner: string,
    route: string,
    parameters: Parameters,
  ): Promise<T>;
  /** Pages of a REST list, 100 items each, one request per step, until `maxPages`. */
  pages<T>(
    schema: z.ZodType<T>,
    what: string,
    owner: string,
    route: string,
    parameters: Parameters,
    maxPages: number,
  ): AsyncGenerator<T>;
  /** One GraphQL request. With `mutation`, a lost answer is thrown with `mayHaveActed`. */
  graphql(
    what: string,
    owner: string,
    query: string,
    variables: Parameters,
    options: { mutation: boolean },
  ): Promise<GraphqlAnswer>;
  access(owner: string): Promise<Access>;
  rateLimit(): RateLimit | null;
};

/** "owner/name" taken apart. Throws SourceError `invalid`: the parts end up in a path. */
export function parseRepository(repository: string): Repository {
  const [, owner, repo] = /^([\w.-]+)\/([\w.-]+)$/.exec(repository) ?? [];
  if (!owner || !repo || /^\.+$/.test(owner) || /^\.+$/.test(repo))
    throw new SourceError("invalid", "A repository's name must look like owner/name.");
  return { owner, repo };
}

export function createGitHubClient(
  settings: GitHubSettings,
  context: AdapterContext,
): GitHubClient {
  const graphqlUrl = graphqlUrlOf(settings);
  const gate = createRateGate(context.now);
  const octokit = new Octokit({
    baseUrl: settings.apiUrl,
    userAgent: "known-good",
    log: {
      debug: () => undefined,
      info: () => undefined,
      // Every failure is thrown as a SourceError, and logged where it is caught.
      error: () => undefined,
      warn: (message: string) => context.log.warn({ source: context.name }, message),
    },
    request: {
      fetch: createGitHubFetch({
        graphqlUrl,
        timeoutMs: settings.timeoutSeconds * 1000,
        gate,
        cache: createEtagCache(),
      }),
    },
  });
  const headers = { "x-github-api-version": "2022-11-28" };

  async function sendAsApp(route: string, parameters: Parameters, what: string): Promise<unknown> {
    try {
      return (await octokit.request(route, parameters)).data;
    } catch (error) {
      throw toSourceError(error, what, false);
    }
  }
  const authorize = createAuthorize(settings, context.now, sendAsApp);

  async function access(owner: string | null): Promise<Access> {
    try {
      return await authorize(owner);
    } catch (error) {
      throw toSourceError(error, "the App's installation", false);
    }
  }

  async function send(
    owner: string | null,
    what: string,
    mutation: boolean,
    route: string,
    parameters: Parameters,
  ): Promise<{ data: unknown; headers: Headers }> {
    const { header } = await access(owner);
    try {
      const given = parameters.headers as Record<string, string> | undefined;
      return await octokit.request(route, {
        ...parameters,
        headers: { ...headers, ...given, authorization: header },
      });
    } catch (error) {
      // Not tried again here: the next call starts with new credentials.
      if (refusalOf(error)?.status === 401) authorize.forget();
      throw toSourceError(error, what, mutation);
    }
  }

  const client: GitHubClient = {
    webUrl: webUrlOf(settings),
    now: context.now,
    access,
    rateLimit: gate.standing,

    async read(schema, what, owner, route, parameters = {}) {
      const answer = await send(owner, what, false, route, parameters);
      return { data: parseAnswer(schema, answer.data, what), headers: answer.headers };
    },

    async write(schema, what, owner, route, parameters) {
      const answer = await send(owner, what, true, route, parameters);
      return parseAnswer(schema, answer.data, what, true);
    },

    async *pages(schema, what, owner, route, parameters, maxPages) {
      for (let page = 1; page <= maxPages; page += 1) {
        const query = { per_page: 100, ...parameters, page };
        const answer = await client.read(schema, what, owner, route, query);
        yield answer.data;
        // Only whether there is a next page is taken from the answer, never its address.
        if (!/rel="next"/.test(String(answer.headers.link ?? ""))) return;
      }
    },

    async graphql(what, owner, query, variables, { mutation }) {
      const parameters = { query, variables };
      const answer = await send(owner, what, mutation, `POST ${graphqlUrl}`, parameters);
      const { data, errors } = parseAnswer(Envelope, answer.data, what, mutation);
      if (errors?.some(({ type }) => type === "RATE_LIMITED")) {
        const reset = Number(answer.headers["x-ratelimit-reset"]);
        const at = Number.isFinite(reset) ? reset * 1000 : context.now().getTime() + 60_000;
        throw rateLimited(new Date(at));
      }
      return { data: data ?? null, errors: errors ?? [] };
    },
  };
  return client;
}
