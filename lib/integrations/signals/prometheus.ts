import * as z from "zod";
import type { SignalPoint } from "@/lib/contracts/signal";
import { adapter } from "../adapter";
import { timeoutSeconds, webAddress, webUrl } from "../connection-settings";
import { httpJson } from "../http-json";
import type { SignalSource } from "../signal-source";
import { SourceError } from "../source-error";

const Settings = z.object({
  url: webAddress("put the user name in username").describe(
    "Address of Prometheus (or anything with its query API), without /api/v1",
  ),
  token: z
    .string()
    .min(1)
    .optional()
    .describe("Bearer token, when the server asks for one")
    .meta({ secret: true }),
  username: z.string().min(1).optional().describe("User name for basic authentication"),
  password: z
    .string()
    .optional()
    .describe("Password for basic authentication")
    .meta({ secret: true }),
  timeoutSeconds,
  webUrl,
});
type Settings = z.infer<typeof Settings>;

const BuildInfo = z.object({ data: z.object({ version: z.string() }) });

/** A sample: seconds since the epoch, and the value as text ("NaN" and "+Inf" among them). */
const Sample = z.tuple([z.number(), z.string()]);
const RangeAnswer = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).optional(),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(Sample).default([]) }),
    ),
  }),
});

/** Prometheus, and what speaks its query API (Thanos, Mimir, VictoriaMetrics). */
export const prometheus = adapter({
  kind: "signals",
  product: "prometheus",
  title: "Prometheus",
  settings: Settings,
  connect(settings, context): SignalSource {
    let aheadMs: number | null = null;
    const http = httpJson({
      title: "Prometheus",
      url: settings.url,
      headers: authorization(settings),
      timeoutMs: settings.timeoutSeconds * 1_000,
      onClock(ms) {
        aheadMs = ms;
      },
    });
    return {
      kind: "signals",
      product: "prometheus",
      async check() {
        const { data } = await http.read("/api/v1/status/buildinfo", BuildInfo);
        return { version: data.version };
      },
      async range({ query, from, to, stepSeconds }) {
        const parameters = new URLSearchParams({
          query,
          start: String(from.getTime() / 1_000),
          end: String(to.getTime() / 1_000),
          step: String(stepSeconds),
        });
        const answer = await http.read(`/api/v1/query_range?${parameters}`, RangeAnswer);
        if (answer.warnings && answer.warnings.length > 0) {
          context.log.warn(
            { source: context.name, warnings: answer.warnings.slice(0, 5) },
            "Prometheus answered with warnings",
          );
        }
        const [series, ...more] = answer.data.result;
        if (!series) return [];
        if (more.length > 0) throw severalSeries(answer.data.result.length, series.metric);
        return onGrid(series.values, from.getTime(), to.getTime(), stepSeconds * 1_000);
      },
      clockAheadMs: () => aheadMs,
      urlOf(query) {
        const page = new URLSearchParams({ "g0.expr": query, "g0.tab": "0" });
        return `${(settings.webUrl ?? settings.url).replace(/\/+$/, "")}/graph?${page}`;
      },
    };
  },
});

function authorization(settings: Settings): Record<string, string> {
  if (settings.token !== undefined) return { authorization: `Bearer ${settings.token}` };
  if (settings.username === undefined) return {};
  const pair = Buffer.from(`${settings.username}:${settings.password ?? ""}`);
  return { authorization: `Basic ${pair.toString("base64")}` };
}

function severalSeries(count: number, metric: Record<string, string>): SourceError {
  const labels = Object.keys(metric).filter((label) => label !== "__name__");
  const apart = labels.length === 0 ? "" : ` They differ in ${labels.slice(0, 4).join(", ")}.`;
  return new SourceError(
    "invalid",
    `The signal's query gives ${count} series where one number is needed.${apart} Aggregate it, for example with sum(…).`,
  );
}

/**
 * One point for every step of the window; null where Prometheus has no sample or no number, so that
 * a gap is a gap. Samples come at `from` plus whole steps.
 */
function onGrid(
  samples: z.infer<typeof Sample>[],
  from: number,
  to: number,
  step: number,
): SignalPoint[] {
  const values = new Map(
    samples.map(([seconds, text]) => {
      const value = Number(text);
      return [Math.round((seconds * 1_000 - from) / step), Number.isFinite(value) ? value : null];
    }),
  );
  const points: SignalPoint[] = [];
  for (let index = 0; from + index * step <= to; index += 1) {
    points.push([from + index * step, values.get(index) ?? null]);
  }
  return points;
}
