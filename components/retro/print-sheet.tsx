import type { ReactNode } from "react";
import { clockTime, dayAndTime, plannedTime } from "@/components/clock/duration";
import { kindWords } from "@/components/follow-up/follow-up-words";
import type {
  Factor,
  Retro,
  RetroDocument,
  RetroPublication,
  RetroSectionName,
} from "@/lib/contracts/retro";
import { isOpenEnd } from "@/lib/rules/is-open-end";
import { phaseWords } from "./phase-bar";
import { PrintButton } from "./print-button";
import { PrintTimeline } from "./print-timeline";
import { sectionPrompts } from "./section-prompts";

const lessons: RetroSectionName[] = ["went-well", "was-hard", "lucky", "surprised"];

/** Running heads and page numbers stand in the margins of the paper. */
function marginsOf(heading: string): string {
  const safe = heading.replaceAll(/["\\<>\n]/g, " ");
  return `@page {
    size: A4;
    margin: 19mm 17mm 17mm;
    @top-left { content: "${safe}"; font: 8pt sans-serif; color: #444; }
    @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444; }
  }`;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-5">
      <h2 className="mb-1 break-after-avoid border-b border-line pb-0.5 text-head">{title}</h2>
      {children}
    </section>
  );
}

function Written({ document, names }: { document: RetroDocument; names: RetroSectionName[] }) {
  return names.map((name) => {
    const text = document.sections.find((each) => each.name === name)?.text.trim();
    if (!text) return null;
    return (
      <Part key={name} title={sectionPrompts[name].title}>
        <p className="whitespace-pre-wrap wrap-anywhere [orphans:3] [widows:3]">{text}</p>
      </Part>
    );
  });
}

const spanInWords = ({ from, to }: RetroDocument["impact"]) =>
  to === null
    ? `from ${dayAndTime(from)} UTC, still going on`
    : `${plannedTime(Date.parse(to) - Date.parse(from))}, ${dayAndTime(from)} to ${dayAndTime(to)} UTC`;

function Facts({ retro, document }: { retro: Retro; document: RetroDocument }) {
  const rows: [string, string][] = [
    ["Date", document.impact.from.slice(0, 10)],
    ["Services", document.incident.services.join(", ")],
    ["Customers were hurt", spanInWords(document.impact)],
    ["People worked on it", spanInWords(document.response)],
    ["Held", retro.scheduledFor ? `${dayAndTime(retro.scheduledFor)} UTC` : "not scheduled"],
    ["Facilitator", retro.facilitator ?? "nobody yet"],
    ...document.people
      .filter(({ name }) => name !== null)
      .map(({ role, name }): [string, string] => [role, name ?? ""]),
  ];
  return (
    <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5">
      {rows.map(([name, value]) => (
        <div key={`${name} ${value}`} className="contents">
          <dt className="text-ink-2">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Levers({ document }: { document: RetroDocument }) {
  const { alternatives, advice } = document;
  if (alternatives.length === 0 && !advice) return null;
  return (
    <Part title="The way back, and the others there were">
      <ul className="flex flex-col gap-1.5">
        {alternatives.map((each) => (
          <li key={each.lever} className="break-inside-avoid">
            <b className="font-semibold">{each.label}</b>
            {each.wasPulled ? " (pulled)" : ""}
            {each.wasRecommended ? " (recommended)" : ""}
            <br />
            {each.sentence}
          </li>
        ))}
      </ul>
      {advice ? <p className="mt-1.5">Advice: {advice.sentence}</p> : null}
    </Part>
  );
}

function Phases({ phases }: { phases: RetroDocument["phases"] }) {
  return (
    <Part title="Where the time went">
      <table className="w-full break-inside-avoid border-collapse [&_td]:py-0.5 [&_td]:pe-3 [&_th]:py-0.5 [&_th]:pe-3 [&_th]:text-start [&_th]:font-medium">
        <thead className="sr-only">
          <tr>
            <th scope="col">Phase</th>
            <th scope="col">Took</th>
            <th scope="col">Means</th>
          </tr>
        </thead>
        <tbody>
          {phases.map((phase) => (
            <tr key={phase.name} className="border-b border-line">
              <th scope="row">{phaseWords[phase.name].title}</th>
              <td className="whitespace-nowrap">
                {phase.ms === null ? "not known" : phase.ms === 0 ? "0 s" : plannedTime(phase.ms)}
              </td>
              <td className="text-ink-2">{phaseWords[phase.name].means}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Part>
  );
}

/** The times of the lines that a factor rests on. */
function restsOn(factor: Factor, { timeline }: RetroDocument): string {
  const lines = timeline.filter(({ subject }) => factor.subjects.includes(subject));
  return lines.length > 0 ? ` (see ${lines.map(({ at }) => clockTime(at)).join(", ")})` : "";
}

function After({ document }: { document: RetroDocument }) {
  return (
    <>
      {document.factors.length > 0 ? (
        <Part title="Contributing factors">
          <ul className="list-disc ps-4">
            {document.factors.map((factor) => (
              <li key={factor.id} className="break-inside-avoid whitespace-pre-wrap">
                {factor.text}
                <span className="text-meta text-ink-2">{restsOn(factor, document)}</span>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {document.looseEnds.length > 0 ? (
        <Part title="Loose ends">
          <ul className="list-disc ps-4">
            {document.looseEnds.map((end) => (
              <li key={`${end.restorationId} ${end.kind}`} className="break-inside-avoid">
                {end.sentence} {end.closedAt ? `Closed ${dayAndTime(end.closedAt)} UTC.` : null}
                {isOpenEnd(end) ? "Open." : null}
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      {document.followUps.length > 0 ? (
        <Part title="Follow-ups">
          <ul className="list-disc ps-4">
            {document.followUps.map((each) => (
              <li key={each.id} className="break-inside-avoid">
                <b className="font-semibold">{each.title}</b> ({each.id}, to {kindWords[each.kind]},{" "}
                {each.state}). Owner: {each.owner ?? "nobody"}
                {each.team ? `, ${each.team}` : ""}. Due: {each.dueOn ?? "no date"}.
                {each.issue ? <span className="wrap-anywhere"> {each.issue.url}</span> : null}
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
    </>
  );
}

/** A retro for paper: black on white whatever the theme, with no frame of the console around it. */
export function PrintSheet({
  retro,
  document,
  publication,
  address,
}: {
  retro: Retro;
  document: RetroDocument;
  /** The published version that is printed; null for what stands now. */
  publication: RetroPublication | null;
  /** Where the retro is read on a screen. */
  address: string;
}) {
  const { incident } = document;
  const which = publication
    ? `version ${publication.version}, published ${dayAndTime(publication.publishedAt)} UTC`
    : `not published, as it stood on ${dayAndTime(retro.changedAt)} UTC`;
  const back = `/retros/${encodeURIComponent(retro.incidentId)}`;
  return (
    <div className="min-h-dvh">
      <style>{marginsOf(`${incident.id} · ${which}`)}</style>
      <PrintButton href={publication ? `${back}?version=${publication.version}` : back} />
      <main className="mx-auto max-w-[46rem] bg-surface px-8 py-8 max-sm:px-4 print:max-w-none print:p-0">
        <p className="text-ink-2">
          Retro of {incident.id} · SEV{incident.severity} · {which}
        </p>
        <h1 className="text-title">
          <bdi>{incident.title}</bdi>
        </h1>
        <Facts retro={retro} document={document} />
        <Written document={document} names={["summary", "customers"]} />
        <Phases phases={document.phases} />
        <Levers document={document} />
        <Part title="Timeline (UTC)">
          <PrintTimeline document={document} />
        </Part>
        <Written document={document} names={lessons} />
        <After document={document} />
        <p className="mt-6 wrap-anywhere text-meta text-ink-2">{address}</p>
      </main>
    </div>
  );
}
