import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "./accounts.ts";
import type { HostedRepository } from "./hosted-repository.ts";
import type { Site } from "./site.ts";

/** A request on its way through the sandbox. */
export type Exchange = {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  caller: Caller | null;
  site: Site;
  /** Filled in by GraphQL: what the operation is called, and whether it writes. */
  operation: string | null;
  mutates: boolean;
};

export type Answer = {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  html?: string;
  /** With its own Content-Type in `headers`. */
  text?: string;
};

/** A refusal in the shape of GitHub's REST errors. */
export class HttpError extends Error {
  readonly status: number;
  readonly details: Record<string, unknown>;
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    message: string,
    details: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.details = details;
    this.headers = headers;
  }

  answer(): Answer {
    const json = {
      message: this.message,
      ...this.details,
      documentation_url: "https://docs.github.com/rest",
      status: String(this.status),
    };
    return { status: this.status, headers: this.headers, json };
  }
}

export function notFound(): HttpError {
  return new HttpError(404, "Not Found");
}

/** 422 in GitHub's shape: which field of which resource is wrong, and how. */
export function invalid(resource: string, field: string, code: string): HttpError {
  return new HttpError(422, "Validation Failed", { errors: [{ resource, field, code }] });
}

/** The hosted repository, which the router has checked to be the one asked for. */
export function repositoryOf(exchange: Exchange): HostedRepository {
  if (!exchange.site.repository) throw notFound();
  return exchange.site.repository;
}

/** A positive whole number out of the query, `fallback` when absent or nonsense. */
function whole(text: string | null, fallback: number): number {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value > 0 ? value : fallback;
}

export function pageOf({ query }: Exchange, usual = 30): { page: number; perPage: number } {
  return {
    page: whole(query.get("page"), 1),
    perPage: Math.min(100, whole(query.get("per_page"), usual)),
  };
}

/** The Link header for a list of `total` items, empty when one page holds them all. */
export function linkHeader(exchange: Exchange, total: number, usual = 30): Record<string, string> {
  const { page, perPage } = pageOf(exchange, usual);
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (to: number, rel: string) => {
    const url = new URL(exchange.url);
    url.searchParams.set("page", String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page > 1) links.push(link(Math.min(page - 1, last), "prev"));
  if (page < last) links.push(link(page + 1, "next"), link(last, "last"));
  if (page > 1) links.push(link(1, "first"));
  return links.length > 0 ? { link: links.join(", ") } : {};
}

/** One page of a list that is all in memory. */
export function paged(
  exchange: Exchange,
  items: unknown[],
  wrap = (list: unknown[]): unknown => list,
): Answer {
  const { page, perPage } = pageOf(exchange);
  const list = items.slice((page - 1) * perPage, page * perPage);
  return { json: wrap(list), headers: linkHeader(exchange, items.length) };
}
