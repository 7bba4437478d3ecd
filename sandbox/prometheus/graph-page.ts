import { escapeHtml } from "../wire/escape-html.ts";
import type { EvaluationContext } from "./evaluate-promql.ts";
import { formatValue } from "./query-api.ts";

function nameOf({ __name__: name = "", ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join(", ")}}`;
}

/** A readable page with every series and its value now; `g0.expr` is repeated as asked. */
export function graphPage(context: EvaluationContext, asked: string, nowMs: number): string {
  const rows = context.series
    .map(({ labels, valueAt }) => {
      const value = valueAt(nowMs);
      const text = value === null ? "no value" : formatValue(value);
      return `<tr><td><code>${escapeHtml(nameOf(labels))}</code></td><td>${escapeHtml(text)}</td></tr>`;
    })
    .join("");
  const query = asked ? `<p>Query: <code>${escapeHtml(asked)}</code></p>` : "";
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Prometheus</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}td{padding:.25rem 1rem .25rem 0;vertical-align:top}</style></head>
<body><h1>Prometheus</h1>${query}<table><thead><tr><th>Series</th><th>Now</th></tr></thead><tbody>${rows}</tbody></table></body></html>`;
}
