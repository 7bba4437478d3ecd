import type { WireAnswer } from "../wire/start-wire-server.ts";
import {
  type EvaluationContext,
  evaluatePromql,
  labelKey,
  type RangeSeries,
  selectRange,
} from "./evaluate-promql.ts";
import { parseDuration } from "./parse-duration.ts";
import { type Promql, parsePromql, typeOf } from "./parse-promql.ts";
import { PromqlError } from "./promql-error.ts";

const MAX_POINTS = 11_000;

/** A value as Prometheus writes it: text, with `NaN`, `+Inf` and two-digit exponents. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

function success(data: unknown): WireAnswer {
  return { status: 200, body: { status: "success", data } };
}

/** Prometheus' own error JSON. */
export function failure(error: PromqlError): WireAnswer {
  const status = error.errorType === "bad_data" ? 400 : 422;
  const { errorType, message } = error;
  return { status, body: { status: "error", errorType, error: message } };
}

function badParameter(name: string, message: string): PromqlError {
  return new PromqlError("bad_data", `invalid parameter "${name}": ${message}`);
}

/** Unix seconds or RFC 3339 in milliseconds. */
function timestamp(text: string): number | null {
  if (/^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Math.round(Number(text) * 1_000);
  if (!/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function needTimestamp(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  const at = timestamp(text);
  if (at === null) throw badParameter(name, `cannot parse "${text}" to a valid timestamp`);
  return at;
}

function checkTimeout(parameters: URLSearchParams): void {
  const text = parameters.get("timeout");
  if (text === null || text === "" || parseDuration(text) !== null) return;
  throw badParameter("timeout", `cannot parse "${text}" to a valid duration`);
}

/** Parse errors of an instant query name the parameter, those of a range query don't. */
function parseInstant(query: string): Promql {
  try {
    return parsePromql(query);
  } catch (error) {
    if (error instanceof PromqlError && error.errorType === "bad_data") {
      throw badParameter("query", error.message);
    }
    throw error;
  }
}

/** /api/v1/query */
export function answerInstant(
  context: EvaluationContext,
  parameters: URLSearchParams,
  nowMs: number,
): WireAnswer {
  const text = parameters.get("time");
  const at = text ? timestamp(text) : nowMs;
  if (at === null) {
    const reason = `Invalid time value for 'time': cannot parse "${text}" to a valid timestamp`;
    throw badParameter("time", reason);
  }
  checkTimeout(parameters);
  const expression = parseInstant(parameters.get("query") ?? "");
  if (expression.kind === "range") {
    return success(matrix(selectRange(context, expression, at)));
  }
  const result = evaluatePromql(context, expression, at);
  if ("scalar" in result) {
    return success({ resultType: "scalar", result: [at / 1_000, formatValue(result.scalar)] });
  }
  return success({
    resultType: "vector",
    result: result.vector.map(({ metric, value }) => ({
      metric,
      value: [at / 1_000, formatValue(value)],
    })),
  });
}

function matrix(series: RangeSeries[]) {
  return {
    resultType: "matrix",
    result: series.map(({ metric, values }) => ({
      metric,
      values: values.map(([at, value]) => [at / 1_000, formatValue(value)]),
    })),
  };
}

/** /api/v1/query_range */
export function answerRange(context: EvaluationContext, parameters: URLSearchParams): WireAnswer {
  const start = needTimestamp(parameters, "start");
  const end = needTimestamp(parameters, "end");
  if (end < start) throw badParameter("end", "end timestamp must not be before start time");
  const stepText = parameters.get("step") ?? "";
  const step = parseDuration(stepText);
  if (step === null) throw badParameter("step", `cannot parse "${stepText}" to a valid duration`);
  if (step <= 0) {
    throw badParameter(
      "step",
      "zero or negative query resolution step widths are not accepted. Try a positive integer",
    );
  }
  if (Math.floor((end - start) / step) > MAX_POINTS) {
    throw new PromqlError(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  }
  checkTimeout(parameters);
  const expression = parsePromql(parameters.get("query") ?? "");
  if (typeOf(expression) === "range vector") {
    throw new PromqlError(
      "bad_data",
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    );
  }
  const found = new Map<string, RangeSeries>();
  for (let at = start; at <= end; at += step) {
    const result = evaluatePromql(context, expression, at);
    const samples = "scalar" in result ? [{ metric: {}, value: result.scalar }] : result.vector;
    for (const { metric, value } of samples) {
      const key = labelKey(metric);
      const series = found.get(key) ?? { metric, values: [] };
      series.values.push([at, value]);
      found.set(key, series);
    }
  }
  const ordered = [...found.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return success(matrix(ordered.map(([, series]) => series)));
}

/** /api/v1/labels and /api/v1/label/{name}/values, sorted. */
export function answerLabels(context: EvaluationContext, name: string | null): WireAnswer {
  const all = context.series.flatMap(({ labels }) =>
    name === null ? Object.keys(labels) : (labels[name] ?? []),
  );
  return success([...new Set(all)].toSorted());
}
