import type { Faults } from "../wire/faults.ts";
import {
  type RecordedRequest,
  startWireServer,
  type WireAnswer,
  type WireRequest,
} from "../wire/start-wire-server.ts";
import type { EvaluationContext, Series } from "./evaluate-promql.ts";
import { graphPage } from "./graph-page.ts";
import { PromqlError } from "./promql-error.ts";
import { answerInstant, answerLabels, answerRange, failure } from "./query-api.ts";

export type PrometheusOptions = {
  /** 0 or absent: any free port. */
  port?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Asked for every request; label sets should be unique. */
  series: () => Series[];
  /** When given, every request but the health checks needs it as a bearer token. */
  bearer?: string;
  /** How far apart the samples of a range are; 5,000 unless told. */
  scrapeIntervalMs?: number;
};

export type PrometheusSandbox = {
  url: string;
  faults: Faults;
  /** The last 2,000 requests, oldest first. */
  requests: () => RecordedRequest[];
  stop: () => Promise<void>;
};

const PLAIN = "text/plain; charset=utf-8";
const UNAUTHORIZED: WireAnswer = { status: 401, body: "Unauthorized\n", contentType: PLAIN };
const NOT_FOUND: WireAnswer = { status: 404, body: "404 page not found\n", contentType: PLAIN };
const BUILD = {
  version: "3.5.0",
  revision: "sandbox",
  branch: "HEAD",
  buildUser: "known-good",
  buildDate: "20260101-00:00:00",
  goVersion: "none",
};

/** Query parameters of the address and of a form body, the body first, as Go reads them. */
function parametersOf(request: WireRequest): URLSearchParams {
  const form = request.header("content-type")?.startsWith("application/x-www-form-urlencoded");
  const parameters = new URLSearchParams(request.method === "POST" && form ? request.body : "");
  for (const [name, value] of request.url.searchParams) parameters.append(name, value);
  return parameters;
}

/** The query side of Prometheus' HTTP API over series that are computed when asked. */
export async function startPrometheus(options: PrometheusOptions): Promise<PrometheusSandbox> {
  const now = options.now ?? Date.now;

  function answer(request: WireRequest): WireAnswer {
    const { pathname } = request.url;
    if (pathname === "/-/healthy") {
      return { status: 200, body: "Prometheus Server is Healthy.\n", contentType: PLAIN };
    }
    if (pathname === "/-/ready") {
      return { status: 200, body: "Prometheus Server is Ready.\n", contentType: PLAIN };
    }
    if (options.bearer && request.header("authorization") !== `Bearer ${options.bearer}`) {
      return UNAUTHORIZED;
    }
    if (request.method !== "GET" && request.method !== "POST") {
      return { status: 405, body: "Method Not Allowed\n", contentType: PLAIN };
    }
    const context: EvaluationContext = {
      series: options.series(),
      scrapeIntervalMs: options.scrapeIntervalMs ?? 5_000,
    };
    const parameters = parametersOf(request);
    const values = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(pathname)?.[1];
    if (values !== undefined) return answerLabels(context, decodeURIComponent(values));
    switch (pathname) {
      case "/api/v1/query":
        return answerInstant(context, parameters, now());
      case "/api/v1/query_range":
        return answerRange(context, parameters);
      case "/api/v1/labels":
        return answerLabels(context, null);
      case "/api/v1/rules":
        return { status: 200, body: { status: "success", data: { groups: [] } } };
      case "/api/v1/status/buildinfo":
        return { status: 200, body: { status: "success", data: BUILD } };
      case "/":
      case "/graph": {
        const body = graphPage(context, parameters.get("g0.expr") ?? "", now());
        return { status: 200, body, contentType: "text/html; charset=utf-8" };
      }
      default:
        return NOT_FOUND;
    }
  }

  return startWireServer({
    port: options.port ?? 0,
    now,
    handle: (request) => {
      try {
        return answer(request);
      } catch (error) {
        if (error instanceof PromqlError) return failure(error);
        throw error;
      }
    },
    faultAnswer: (fault) =>
      fault === "unauthorized"
        ? UNAUTHORIZED
        : {
            status: 500,
            body: { status: "error", errorType: "internal", error: "something went wrong" },
          },
  });
}
