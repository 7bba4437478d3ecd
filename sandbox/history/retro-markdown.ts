import { iso } from "./change-row.ts";
import type { ToldIncident } from "./incident-rows.ts";
import { span } from "./retro-facts.ts";
import type { DatedRetro } from "./retro-rows.ts";

/** The same retro as a text that is kept beside it: what was exported on the day it was published. */
export function retroMarkdown(retro: DatedRetro): string {
  const { told, written, drafted, factors, followUps } = retro;
  const { incident } = told;
  const head = `# INC-${incident.number}: ${incident.title}`;
  const about = `Severity ${incident.severity} · ${incident.service} · ${iso(incident.harmAt).slice(0, 16).replace("T", " ")} UTC · hurt for ${span(incident.restoredAt - incident.harmAt)}`;
  const parts: [string, string][] = [
    ["Summary", written.summary ?? drafted.summary],
    ["What customers saw", written.customers ?? drafted.customers],
    ["Timeline", timeline(told)],
    ["Contributing factors", factors.map(({ text }) => `- ${text}`).join("\n")],
    ["What went well", written["went-well"] ?? ""],
    ["What was hard", written["was-hard"] ?? ""],
    ["Where we were lucky", written.lucky ?? ""],
    ["What surprised us", written.surprised ?? ""],
    [
      "Follow-ups",
      followUps.map(({ title, owner, dueOn }) => `- ${title} (${owner}, due ${dueOn})`).join("\n"),
    ],
  ];
  const body = parts
    .filter(([, text]) => text !== "")
    .map(([title, text]) => `## ${title}\n\n${text}`);
  return `${[head, about, ...body].join("\n\n")}\n`;
}

function timeline({ entries, incident }: ToldIncident): string {
  const { commander, responder } = incident;
  return entries
    .map(({ at, text }) => {
      const said = text.replaceAll(commander, "The commander").replaceAll(responder, "Responder 1");
      return `- ${at.slice(11, 16)} ${said}`;
    })
    .join("\n");
}
