import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { authenticate } from "./authenticate.ts";
import { type Answer, type Exchange, HttpError } from "./exchange.ts";
import { handleGraphql } from "./graphql/handle-graphql.ts";
import { seesAll } from "./permissions.ts";
import type { Resource } from "./rate-limiter.ts";
import { accountRoutes } from "./rest/account-routes.ts";
import { commitRoutes } from "./rest/commit-routes.ts";
import { issueRoutes } from "./rest/issue-routes.ts";
import { labelRoutes } from "./rest/label-routes.ts";
import { objectRoutes } from "./rest/object-routes.ts";
import { protectionRoutes } from "./rest/protection-routes.ts";
import { pullRequestRoutes } from "./rest/pull-request-routes.ts";
import { refRoutes } from "./rest/ref-routes.ts";
import { repositoryRoutes } from "./rest/repository-routes.ts";
import { reviewRoutes } from "./rest/review-routes.ts";
import { rulesetRoutes } from "./rest/ruleset-routes.ts";
import { searchRoutes } from "./rest/search-routes.ts";
import { statusRoutes } from "./rest/status-routes.ts";
import { Router } from "./router.ts";
import type { Site } from "./site.ts";
import type { Traffic } from "./traffic.ts";
import { webRoutes } from "./web/web-routes.ts";

const MAX_BODY = 5 * 1024 * 1024;

const rest = new Router([
  ...accountRoutes,
  ...searchRoutes,
  ...pullRequestRoutes,
  ...reviewRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...statusRoutes,
  ...commitRoutes,
  ...protectionRoutes,
  ...rulesetRoutes,
  ...refRoutes,
  ...repositoryRoutes,
  ...objectRoutes,
]);
const web = new Router(webRoutes);

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new HttpError(413, "Payload Too Large");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return {};
  const type = request.headers["content-type"] ?? "";
  if (type.includes("x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new HttpError(400, "Problems parsing JSON");
}

function unanswered(site: Site, traffic: Traffic): HttpError | null {
  if (traffic.mode === "error") return new HttpError(502, "Server Error");
  if (traffic.mode === "unauthorized") return new HttpError(401, "Bad credentials");
  if (traffic.mode !== "rate-limited") return null;
  const message =
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  const reset = String(Math.ceil(site.now() / 1000) + 60);
  return new HttpError(429, message, {}, { "retry-after": "60", "x-ratelimit-reset": reset });
}

const GRAPHQL_SPENT = { type: "RATE_LIMITED", message: "API rate limit already exceeded." };

/** The repository is private: nobody unknown sees it, and an App only through its installation. */
function refuseStrangers(path: string, exchange: Exchange): void {
  if (!exchange.caller) throw new HttpError(404, "Not Found");
  if (exchange.caller.kind === "app" && !path.endsWith("/installation"))
    throw new HttpError(403, "Resource not accessible by integration");
  const isStatus = /\/(statuses\/[^/]+|commits\/.+\/status(es)?)$/.test(path);
  if (!seesAll(exchange.caller) && !isStatus) throw new HttpError(404, "Not Found");
}

/** The API's own rules around a route: credentials, limits, conditional requests. */
async function answerApi(path: string, exchange: Exchange, traffic: Traffic): Promise<Answer> {
  const { site } = exchange;
  const resource: Resource =
    path === "/graphql" ? "graphql" : path.startsWith("/v3/search/") ? "search" : "core";
  let key = "anonymous";
  let answer: Answer;
  try {
    const fault = unanswered(site, traffic);
    if (fault) throw fault;
    exchange.caller = authenticate(site, exchange.headers);
    key = exchange.caller?.key ?? key;
    const free = path === "/v3/rate_limit";
    const spent = !free && site.limiter.look(key, resource).remaining === 0;
    if (spent && resource !== "graphql") {
      const who = exchange.caller ? `user ID ${exchange.caller.person.id}` : "127.0.0.1";
      throw new HttpError(403, `API rate limit exceeded for ${who}.`);
    }
    if (path.startsWith("/v3/repos/")) refuseStrangers(path, exchange);
    // GraphQL says it in its errors, with the status of a success.
    if (spent) answer = { json: { errors: [GRAPHQL_SPENT] } };
    else if (resource === "graphql") answer = await handleGraphql(exchange);
    else answer = await rest.answer(path.slice("/v3".length) || "/", exchange);
    answer = conditional(exchange, answer);
    // An answer of "not modified" is not counted.
    if (!free && !spent && answer.status !== 304) site.limiter.take(key, resource);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    answer = error.answer();
    if (exchange.caller && error.status !== 403) site.limiter.take(key, resource);
  }
  const left = site.limiter.look(key, resource);
  answer.headers = {
    "x-github-media-type": "github.v3; format=json",
    "x-github-enterprise-version": "3.19.0",
    "x-ratelimit-limit": String(left.limit),
    "x-ratelimit-remaining": String(left.remaining),
    "x-ratelimit-used": String(left.used),
    "x-ratelimit-reset": String(left.reset),
    "x-ratelimit-resource": resource,
    ...(exchange.caller?.scopes ? { "x-oauth-scopes": exchange.caller.scopes } : {}),
    ...answer.headers,
  };
  return answer;
}

function conditional(exchange: Exchange, answer: Answer): Answer {
  if (exchange.method !== "GET" || (answer.status ?? 200) !== 200) return answer;
  const text = answer.text ?? JSON.stringify(answer.json);
  const etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
  const headers = {
    etag,
    "cache-control": "private, max-age=60, s-maxage=60",
    vary: "Accept, Authorization, Cookie, X-GitHub-OTP",
    ...answer.headers,
  };
  const known = exchange.headers["if-none-match"]?.split(/ *, */) ?? [];
  const strong = (tag: string) => tag.replace(/^W\//, "");
  if (known.some((tag) => strong(tag) === strong(etag))) return { status: 304, headers };
  return { ...answer, headers };
}

function send(response: ServerResponse, answer: Answer): void {
  const status = answer.status ?? 200;
  const headers: Record<string, string> = {
    "x-github-request-id": randomBytes(12).toString("hex").toUpperCase(),
    "x-content-type-options": "nosniff",
    ...answer.headers,
  };
  let body = "";
  if (answer.html !== undefined) {
    headers["content-type"] = "text/html; charset=utf-8";
    body = answer.html;
  } else if (answer.text !== undefined) body = answer.text;
  else if (answer.json !== undefined) {
    headers["content-type"] = "application/json; charset=utf-8";
    body = JSON.stringify(answer.json);
  }
  if (status !== 304 && status !== 204) headers["content-length"] = String(Buffer.byteLength(body));
  response.writeHead(status, headers);
  response.end(status === 304 || status === 204 ? undefined : body);
}

/** Listens on 127.0.0.1 and answers for the whole site. */
export class SiteServer {
  readonly #site: Site;
  readonly #traffic: Traffic;
  readonly #server: Server;
  #port = 0;

  constructor(site: Site, traffic: Traffic) {
    this.#site = site;
    this.#traffic = traffic;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        console.error("sandbox GitHub:", error);
        if (!response.headersSent) send(response, new HttpError(500, "Server Error").answer());
      });
    });
  }

  /** Starts listening and returns the port. Called again, it takes the same port as before. */
  async listen(port = this.#port): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Stops listening and cuts every connection, so that callers are refused. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  get listening(): boolean {
    return this.#server.listening;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET" } = request;
    const url = new URL(`${this.#site.url}${request.url?.startsWith("/") ? request.url : "/"}`);
    const record = { method, path: url.pathname + url.search, operation: null, status: 0 };
    const at = this.#site.now();
    const noted = (status: number, operation: string | null = null) =>
      this.#traffic.record({ ...record, operation, status, at });

    // A hanging server is one that never answers; the connection ends when the client gives up.
    if (this.#traffic.mode === "hang") return noted(0);
    if (this.#traffic.mode === "slow") await delay(this.#traffic.delayMs);

    const exchange: Exchange = {
      method: method === "HEAD" ? "GET" : method,
      url,
      headers: request.headers,
      params: {},
      query: url.searchParams,
      body: {},
      caller: null,
      site: this.#site,
      operation: null,
      mutates: !["GET", "HEAD"].includes(method) && !url.pathname.endsWith("/graphql"),
    };
    let answer: Answer;
    try {
      exchange.body = await readBody(request);
      const api = /^\/api(\/v3(?:\/.*)?|\/graphql)$/.exec(url.pathname)?.[1];
      answer = api
        ? await answerApi(api, exchange, this.#traffic)
        : await web.answer(url.pathname, exchange);
    } catch (error) {
      if (!(error instanceof HttpError)) {
        noted(500, exchange.operation);
        throw error;
      }
      answer = error.answer();
    }
    // Signing in and fetching tokens change nothing in the repository.
    const writes = exchange.mutates && !/access_tokens?$/.test(url.pathname);
    const failure = writes && (answer.status ?? 200) < 400 ? this.#traffic.takeFailure() : null;
    if (failure === "drop") {
      noted(0, exchange.operation);
      request.socket.destroy();
      return;
    }
    if (failure) answer = new HttpError(failure, "Server Error").answer();
    noted(answer.status ?? 200, exchange.operation);
    send(response, answer);
  }
}
