import { escapeHtml } from "../wire/escape-html.ts";
import type { Flag } from "./flag-model.ts";
import type { FlagStore } from "./flag-store.ts";

function strategyLine({
  name,
  title,
  disabled,
  parameters,
  constraints,
  segments,
}: {
  name: string;
  title: string | null;
  disabled: boolean;
  parameters: Record<string, string>;
  constraints: unknown[];
  segments: number[];
}): string {
  const share = parameters.rollout === undefined ? "" : `, ${parameters.rollout} %`;
  const limits = constraints.length + segments.length;
  const text = `${title || name}${share}${limits ? `, ${limits} limits` : ""}${disabled ? " (disabled)" : ""}`;
  return `<li>${escapeHtml(text)}</li>`;
}

/** A readable page for one flag: its state per environment and what happened to it, newest first. */
export function flagPage(store: FlagStore, flag: Flag): string {
  const environments = [...flag.environments.values()]
    .map(
      (environment) =>
        `<section><h2>${escapeHtml(environment.name)}: ${environment.enabled ? "on" : "off"}</h2><ul>${environment.strategies.map(strategyLine).join("")}</ul></section>`,
    )
    .join("");
  const events = store.log
    .newestFirst()
    .filter((event) => event.featureName === flag.name)
    .slice(0, 50)
    .map(
      (event) =>
        `<li><time>${event.createdAt}</time> ${escapeHtml(event.createdBy)}: ${escapeHtml(event.type)}${event.environment ? ` (${escapeHtml(event.environment)})` : ""}</li>`,
    )
    .join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(flag.name)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}time{color:#595959}</style></head>
<body><h1>${escapeHtml(flag.name)}</h1><p>${escapeHtml(flag.description ?? "")}</p>${environments}<h2>Events</h2><ul>${events}</ul></body></html>`;
}
