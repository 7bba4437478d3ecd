import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import { type Retro, type RetroDocument, RetroSectionName } from "@/lib/contracts/retro";
import type { RetroFacts } from "@/lib/contracts/retro-facts";
import { entriesOf } from "@/lib/incidents/store";
import { gatherLeft } from "@/lib/loose-ends/gather-left";
import { adviceOf } from "@/lib/restorations/advice-store";
import { listRestorations } from "@/lib/restorations/list-restorations";
import { curateTimeline } from "@/lib/rules/curate-timeline";
import { draftRetro, type RetroDraft } from "@/lib/rules/draft-retro";
import { unmergedReverts, watchedSubjects } from "@/lib/rules/find-loose-ends";
import { documentByRole, type Person, peopleByRole, type Reach } from "@/lib/rules/people-by-role";
import type { Ctx } from "@/lib/server/context";
import { findRetro } from "./find-retro";
import { gatherAround } from "./gather-around";
import { laterChanges, receiptsOf } from "./ledger-store";
import { readWritten } from "./store";

type Reading = Pick<Ctx, "db" | "fileServices" | "now">;

export type GatheredRetro = {
  number: number;
  incident: Incident;
  retro: Retro;
  /** What receipts say, with names as recorded. */
  draft: RetroDraft;
  /** Everybody who is named anywhere; those who took part are in the document. */
  people: Person[];
  /** With names as recorded: pass it through `documentFor` before anybody reads it. */
  document: RetroDocument;
};

/** Everything about a retro, from the ledger alone: no source is asked. Refusals as `findRetro`. */
export async function gatherRetro(ctx: Reading, id: string): Promise<GatheredRetro> {
  const { number, incident, retro, facts } = await findRetro(ctx, id);
  const [{ draft, people, told }, written] = await Promise.all([
    draftOf(ctx, number, incident, facts),
    readWritten(ctx.db, number),
  ]);
  const sections = RetroSectionName.options.map(
    (name) =>
      written.sections.find((section) => section.name === name) ?? {
        name,
        text: draft.sections[name],
        revision: 0,
        isDrafted: true,
        editedBy: null,
        editedAt: null,
      },
  );
  const document: RetroDocument = {
    incident,
    people: told.map(({ role, name }) => ({ role, name })),
    impact: draft.impact,
    response: draft.response,
    phases: draft.phases,
    alternatives: draft.alternatives,
    advice: draft.advice,
    looseEnds: draft.looseEnds,
    timeline: curateTimeline(draft.timeline, written.curations),
    sections,
    factors: written.factors,
    followUps: written.followUps,
  };
  return { number, incident, retro, draft, people, document };
}

/** A document as its readers may see it: names where the retro shows them, roles otherwise. */
export function documentFor(
  { retro, document, people }: Pick<GatheredRetro, "retro" | "document" | "people">,
  reach: Reach,
): RetroDocument {
  return retro.showsNames ? document : documentByRole(document, people, reach);
}

/** What the receipts of an incident say, whether or not it has a retro yet. */
export async function draftOf(
  ctx: Reading,
  number: number,
  incident: Incident,
  facts: RetroFacts,
): Promise<{ draft: RetroDraft; people: Person[]; told: Person[] }> {
  const [entries, restorations, receipts, advice] = await Promise.all([
    entriesOf(ctx.db, number),
    listRestorations(ctx, number),
    receiptsOf(ctx.db, number),
    adviceOf(ctx.db, number),
  ]);
  const [around, left, later] = await Promise.all([
    gatherAround(ctx, { number, incident, entries, restorations }),
    gatherLeft(ctx, number),
    laterChanges(ctx.db, {
      watched: watchedSubjects(restorations),
      reverts: unmergedReverts(restorations),
    }),
  ]);
  const draft = draftRetro({
    incident,
    entries,
    restorations,
    receipts,
    advice,
    later,
    left,
    facts,
    ...around,
  });
  const acted = [...entries, ...restorations.toReversed()].map(({ by }) => by);
  const changes = draft.timeline.filter(({ kind }) => kind === "change");
  const writers = (of: "kept" | "hidden") =>
    changes.flatMap((one) => (one.shown === of ? one.by : []));
  const told = peopleByRole({ incident, acted, wrote: writers("kept") });
  // Authors of what only stands in the log have a role too, but took no part.
  const people = peopleByRole({
    incident,
    acted,
    wrote: [...writers("kept"), ...writers("hidden")],
  });
  return { draft, people, told };
}
