import type { FollowUp } from "@/lib/contracts/follow-up";
import type { PhaseName } from "@/lib/contracts/recovery-phase";
import type { RetroDocument, RetroSectionName, TimelineItem } from "@/lib/contracts/retro";
import { escapeBlock, escapeCell, escapeInline, markdownLink } from "./escape-markdown";
import { clockInWords, dayInWords, momentInWords, spanInWords } from "./moment-words";

export type MarkdownFrame = {
  /** The retro's page. */
  url: string;
  /** Of a published one; null for how it stands now. */
  version: number | null;
  publishedAt: string | null;
};

const TITLES: Record<RetroSectionName, string> = {
  summary: "Summary",
  customers: "What customers saw",
  "went-well": "What went well",
  "was-hard": "What was hard",
  lucky: "Where we were lucky",
  surprised: "What surprised us",
};

const PHASES: Record<PhaseName, string> = {
  detect: "Detect",
  declare: "Declare",
  decide: "Decide",
  act: "Act",
  "take-effect": "Take effect",
  verify: "Verify",
};

const KINDS: Record<FollowUp["kind"], string> = {
  prevent: "prevent",
  detect: "detect",
  "restore-faster": "restore faster",
  learn: "learn",
};

/**
 * A retro as Markdown (CommonMark with tables). Everything people or sources wrote is escaped: it can
 * neither break a table nor bring in markup. Only kept lines of the timeline are in it.
 */
export function retroMarkdown(document: RetroDocument, frame: MarkdownFrame): string {
  const { incident } = document;
  const sections = new Map(document.sections.map((section) => [section.name, section.text]));
  const own = (name: RetroSectionName) => [
    `## ${TITLES[name]}`,
    escapeBlock(sections.get(name) ?? "") || "*Nothing was written here.*",
  ];
  return `${[
    `# ${escapeInline(`${incident.id}: ${incident.title}`)}`,
    headline(document, frame),
    ...own("summary"),
    ...own("customers"),
    "## Impact and response",
    windows(document),
    "## Phases of the recovery",
    phaseTable(document),
    "## Ways back",
    alternatives(document),
    "## Timeline",
    timeline(document.timeline),
    "## Contributing factors",
    factors(document),
    ...own("went-well"),
    ...own("was-hard"),
    ...own("lucky"),
    ...own("surprised"),
    "## Loose ends",
    looseEnds(document),
    "## Follow-ups",
    followUps(document.followUps),
    "## People",
    people(document),
  ]
    .filter((block) => block !== "")
    .join("\n\n")}\n`;
}

function headline({ incident }: RetroDocument, frame: MarkdownFrame): string {
  const version =
    frame.version === null
      ? "Not published"
      : `Version ${frame.version}${frame.publishedAt ? `, published ${momentInWords(frame.publishedAt)}` : ""}`;
  return [
    `Severity ${incident.severity}`,
    escapeInline(incident.services.join(", ")),
    ...(incident.isDrill ? ["Drill"] : []),
    version,
    markdownLink("open in Known Good", frame.url),
  ].join(" · ");
}

function windows({ impact, response }: RetroDocument): string {
  const line = (name: string, { from, to }: RetroDocument["impact"]) =>
    to === null
      ? `- **${name}:** since ${momentInWords(from)}, not over yet`
      : `- **${name}:** ${spanInWords(Date.parse(to) - Date.parse(from))}, ${momentInWords(from)} to ${momentInWords(to)}`;
  return [
    line("Impact (customers were hurt)", impact),
    line("Response (people were at work)", response),
  ].join("\n");
}

function phaseTable({ phases }: RetroDocument): string {
  const clock = (iso: string | null) => (iso === null ? "not known" : `${exactClock(iso)} UTC`);
  return [
    "| Phase | From | To | Took |",
    "| --- | --- | --- | ---: |",
    ...phases.map(
      ({ name, from, to, ms }) =>
        `| ${PHASES[name]} | ${clock(from)} | ${clock(to)} | ${ms === null ? "not known" : spanInWords(ms)} |`,
    ),
  ].join("\n");
}

function alternatives({ alternatives: ways, advice }: RetroDocument): string {
  const table =
    ways.length === 0
      ? "No lever was pulled, and nobody looked at any."
      : [
          "| Lever | Pulled | Time | |",
          "| --- | --- | ---: | --- |",
          ...ways.map(
            (way) =>
              `| ${escapeCell(way.label)}${way.wasRecommended ? " (recommended)" : ""} | ${way.wasPulled ? "yes" : "no"} | ${timeOf(way)} | ${escapeCell(way.sentence)} |`,
          ),
        ].join("\n");
  return advice ? `${table}\n\n${escapeInline(advice.sentence)}` : table;
}

function timeOf({ ms, isMeasured }: RetroDocument["alternatives"][number]): string {
  if (ms === null) return "not known";
  return isMeasured ? spanInWords(ms) : `about ${spanInWords(ms)}`;
}

function timeline(items: readonly TimelineItem[]): string {
  const kept = items.filter(({ shown }) => shown === "kept");
  if (kept.length === 0) return "*No lines were kept.*";
  const lines: string[] = [];
  let day = "";
  for (const item of kept) {
    if (dayInWords(item.at) !== day) {
      day = dayInWords(item.at);
      lines.push(`${lines.length === 0 ? "" : "\n"}**${day}** (UTC)\n`);
    }
    lines.push(...itemLines(item));
  }
  return lines.join("\n");
}

function itemLines(item: TimelineItem): string[] {
  const source = item.url ? ` (${markdownLink(item.source ?? "source", item.url)})` : "";
  const known =
    item.known === null ? "" : ` *Known ${item.known === "then" ? "then" : "only later"}.*`;
  const moved = item.originalAt === null ? "" : ` *Recorded as ${exactClock(item.originalAt)}.*`;
  const by = item.kind === "note" && item.by ? ` (${escapeInline(item.by)})` : "";
  return [
    `- **${exactClock(item.at)}** ${escapeInline(item.text)}${by}${source}${known}${moved}`,
    ...item.merged.map(({ at, text }) => `  - ${exactClock(at)} ${escapeInline(text)}`),
    ...(item.note ? [`  - Note: ${escapeInline(item.note)}`] : []),
    ...item.attachments.map(({ title, url, text }) => {
      const said = text ? `: ${escapeInline(text)}` : "";
      return `  - ${markdownLink(title, url)}${said}`;
    }),
  ];
}

function exactClock(iso: string): string {
  return `${clockInWords(iso)}${new Date(iso).toISOString().slice(16, 19)}`;
}

function factors({ factors: all, timeline: items }: RetroDocument): string {
  if (all.length === 0) return "*None were written down.*";
  const bySubject = new Map(
    items.flatMap((item) => [
      [item.subject, item] as const,
      ...item.merged.map((inner) => [inner.subject, inner] as const),
    ]),
  );
  return all
    .map(({ text, subjects }) => {
      const rests = subjects.flatMap((subject) => bySubject.get(subject) ?? []);
      return [
        `- ${escapeInline(text)}`,
        ...rests.map(({ at, text: line }) => `  - ${exactClock(at)} ${escapeInline(line)}`),
      ].join("\n");
    })
    .join("\n");
}

function looseEnds({ looseEnds: ends }: RetroDocument): string {
  if (ends.length === 0) return "None.";
  return ends
    .map(({ sentence, closedAt, closedBy, isWaived }) => {
      // Its sentence ends with who waived it and why.
      if (closedAt === null && isWaived) return `- ${escapeInline(sentence)}`;
      const end = closedAt
        ? `Closed at ${momentInWords(closedAt)}${closedBy ? ` by ${closedBy}` : ""}`
        : "Still open.";
      return `- ${escapeInline(sentence)} ${escapeInline(end)}`;
    })
    .join("\n");
}

function followUps(all: readonly FollowUp[]): string {
  if (all.length === 0) return "None.";
  return [
    "| | Follow-up | Kind | Owner | Due | State |",
    "| --- | --- | --- | --- | --- | --- |",
    ...all.map((one) => {
      const owner = [one.owner, one.team].filter(Boolean).join(", ") || "nobody yet";
      const issue = one.issue
        ? ` (${markdownLink(`${one.issue.repository}#${one.issue.number}`, one.issue.url)})`
        : "";
      return `| ${one.id} | ${escapeCell(one.title)}${issue} | ${KINDS[one.kind]} | ${escapeCell(owner)} | ${one.dueOn ?? "no date"} | ${one.state} |`;
    }),
  ].join("\n");
}

function people({ people: all }: RetroDocument): string {
  if (all.length === 0) return "Nobody is on record.";
  return all
    .map(({ role, name }) => `- ${escapeInline(name === null ? role : `${role}: ${name}`)}`)
    .join("\n");
}
