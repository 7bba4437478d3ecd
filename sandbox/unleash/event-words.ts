import type { FlagEvent } from "./event-log.ts";
import type { Constraint, Strategy } from "./flag-model.ts";

function isStrategy(value: unknown): value is Strategy {
  return typeof value === "object" && value !== null && "parameters" in value;
}

function changed(what: string, before: string | undefined, after: string | undefined, unit = "") {
  if (before === after) return [];
  const to = `${after}${after === undefined ? "" : unit}`;
  return [before ? ` ${what} from ${before}${unit} to ${to}` : ` ${what} to ${to}`];
}

const OPERATORS: Record<string, string> = {
  IN: "is one of",
  NOT_IN: "is not one of",
  STR_CONTAINS: "is a string that contains",
  STR_STARTS_WITH: "is a string that starts with",
  STR_ENDS_WITH: "is a string that ends with",
  DATE_BEFORE: "is a date before",
  DATE_AFTER: "is a date after",
};

function inWords(constraints: Constraint[]): string {
  if (constraints.length === 0) return "empty set of constraints";
  const one = (c: Constraint) =>
    `${c.contextName} ${c.inverted ? "not " : ""}${OPERATORS[c.operator] ?? c.operator} ${c.value ?? `(${(c.values ?? []).join(",")})`}`;
  return `[${constraints.map(one).join(", ")}]`;
}

function idsInWords(ids: number[]): string {
  return ids.length === 0 ? "empty set of segments" : `(${ids.join(",")})`;
}

function strategyChange(event: FlagEvent): string {
  const { data, preData } = event;
  if (!isStrategy(data) || !isStrategy(preData)) return "";
  const parts = [
    ...changed("stickiness", preData.parameters.stickiness, data.parameters.stickiness),
    ...changed("rollout", preData.parameters.rollout, data.parameters.rollout, "%"),
    ...changed("groupId", preData.parameters.groupId, data.parameters.groupId),
    ...changed("constraints", inWords(preData.constraints), inWords(data.constraints)),
    ...changed("segments", idsInWords(preData.segments), idsInWords(data.segments)),
  ];
  return `by updating strategy **${titleOf(event)}** in **${event.environment}**${parts.join(";")}`;
}

function titleOf(event: FlagEvent): string {
  const strategies = [event.preData, event.data].filter(isStrategy);
  const titled = strategies.find((strategy) => strategy.title);
  return titled?.title ?? strategies[0]?.name ?? "";
}

function segmentName(event: FlagEvent): string {
  const before = event.preData;
  return before && "name" in before ? String(before.name) : "";
}

/** The `label` and Markdown `summary` that the search adds to an event. */
export function describeEvent(event: FlagEvent, base: string): { label: string; summary: string } {
  const who = `**${event.createdBy}**`;
  const project = `**[${event.project}](${base}/projects/${event.project})**`;
  const flag = `**[${event.featureName}](${base}/projects/${event.project}/features/${event.featureName})**`;
  const where = `for the **${event.environment}** environment in project ${project}`;
  switch (event.type) {
    case "feature-created":
      return { label: "Flag created", summary: `${who} created ${flag} in project ${project}` };
    case "feature-environment-enabled":
      return { label: "Flag enabled", summary: `${who} enabled ${flag} ${where}` };
    case "feature-environment-disabled":
      return { label: "Flag disabled", summary: `${who} disabled ${flag} ${where}` };
    case "feature-environment-variants-updated":
      return {
        label: "Flag variants updated",
        summary: `${who} updated variants for ${flag} ${where}`,
      };
    case "feature-strategy-add":
      return {
        label: "Flag strategy added",
        summary: `${who} added strategy **${titleOf(event)}** to ${flag} ${where}`,
      };
    case "feature-strategy-remove":
      return {
        label: "Flag strategy removed",
        summary: `${who} removed strategy **${titleOf(event)}** from ${flag} ${where}`,
      };
    case "feature-strategy-update":
      return {
        label: "Flag strategy updated",
        summary: `${who} updated ${flag} in project ${project} ${strategyChange(event)}`,
      };
    case "segment-updated":
      return {
        label: "Segment updated",
        summary: `${who} updated segment **${segmentName(event)}**`,
      };
  }
}
