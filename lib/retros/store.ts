import "server-only";
import { FollowUp } from "@/lib/contracts/follow-up";
import type { Incident } from "@/lib/contracts/incident";
import { Attachment, Factor, Retro, RetroSection } from "@/lib/contracts/retro";
import { RetroFacts } from "@/lib/contracts/retro-facts";
import { toIncident } from "@/lib/incidents/store";
import type { Curation } from "@/lib/rules/curate-timeline";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";

type Db = Database | Transaction;
type Row = Prisma.RetroGetPayload<Record<string, never>>;
type SectionRow = Prisma.RetroSectionGetPayload<Record<string, never>>;
type ItemRow = Prisma.RetroItemGetPayload<Record<string, never>>;
type FactorRow = Prisma.RetroFactorGetPayload<Record<string, never>>;
type FollowUpRow = Prisma.FollowUpGetPayload<Record<string, never>>;

const MOST_ITEMS = 5_000;

/** `publishedAt` of the newest published version, null when there is none. */
export function toRetro(row: Row, publishedAt: Date | null): Retro {
  return Retro.parse({
    incidentId: `INC-${row.incidentNumber}`,
    state: row.state,
    draftedAt: row.draftedAt.toISOString(),
    facilitator: row.facilitator,
    scheduledFor: row.scheduledFor?.toISOString() ?? null,
    minutes: row.minutes,
    place: row.place,
    showsNames: row.showsNames,
    publishedVersion: row.publishedVersion,
    changedSince: publishedAt !== null && row.changedAt > publishedAt,
    changedAt: row.changedAt.toISOString(),
    version: row.version,
  });
}

export function toSection(row: SectionRow): RetroSection {
  return RetroSection.parse({
    name: row.name,
    text: row.text,
    revision: row.revision,
    isDrafted: false,
    editedBy: row.editedBy,
    editedAt: row.editedAt.toISOString(),
  });
}

/** What people say of one line of the log. */
export function toCuration(row: ItemRow): Curation {
  return {
    subject: row.subject,
    shown: row.shown === "kept" || row.shown === "hidden" ? row.shown : null,
    mergedInto: row.mergedInto,
    note: row.note,
    at: row.at?.toISOString() ?? null,
    text: row.text,
    known: row.known === "then" || row.known === "later" ? row.known : null,
    attachments: Attachment.array().parse(row.attachments),
    by: row.by,
    version: row.version,
  };
}

export function toFactor(row: FactorRow): Factor {
  return Factor.parse({
    id: row.id,
    text: row.text,
    subjects: row.subjects,
    version: row.version,
  });
}

export function toFollowUp(row: FollowUpRow): FollowUp {
  return FollowUp.parse({
    id: `FOL-${row.number}`,
    incidentId: `INC-${row.incidentNumber}`,
    title: row.title,
    owner: row.owner,
    team: row.team,
    dueOn: row.dueOn?.toISOString().slice(0, 10) ?? null,
    kind: row.kind,
    state: row.state,
    closedAt: row.closedAt?.toISOString() ?? null,
    issue:
      row.issueSource && row.issueRepository && row.issueNumber !== null
        ? {
            source: row.issueSource,
            repository: row.issueRepository,
            number: row.issueNumber,
            url: row.issueUrl ?? "",
            state: row.issueState ?? "open",
            readAt: (row.issueReadAt ?? row.createdAt).toISOString(),
          }
        : null,
    createdAt: row.createdAt.toISOString(),
    version: row.version,
  });
}

const newest = {
  publications: { orderBy: { version: "desc" }, take: 1, select: { publishedAt: true } },
} as const satisfies Prisma.RetroInclude;

/** A retro and its incident; the retro is null when the incident has none, all null without both. */
export async function readRetro(
  db: Db,
  number: number,
): Promise<{ incident: Incident; retro: Retro | null; facts: RetroFacts } | null> {
  const row = await db.incident.findUnique({
    where: { number },
    include: { retro: { include: newest } },
  });
  if (!row) return null;
  const { retro, ...incident } = row;
  return {
    incident: toIncident(incident),
    retro: retro && toRetro(retro, retro.publications[0]?.publishedAt ?? null),
    facts: RetroFacts.parse(retro?.facts ?? {}),
  };
}

/** What people wrote in a retro. */
export type Written = {
  sections: RetroSection[];
  curations: Curation[];
  factors: Factor[];
  followUps: FollowUp[];
};

export async function readWritten(db: Db, incidentNumber: number): Promise<Written> {
  const where = { incidentNumber };
  const [sections, items, factors, followUps] = await Promise.all([
    db.retroSection.findMany({ where }),
    db.retroItem.findMany({ where, orderBy: { id: "asc" }, take: MOST_ITEMS }),
    db.retroFactor.findMany({ where, orderBy: [{ createdAt: "asc" }, { id: "asc" }] }),
    db.followUp.findMany({ where, orderBy: { number: "asc" } }),
  ]);
  return {
    sections: sections.map(toSection),
    curations: items.map(toCuration),
    factors: factors.map(toFactor),
    followUps: followUps.map(toFollowUp),
  };
}

/** Begins a retro, or reads its facts anew; true when it is new. */
export async function saveDraft(
  db: Db,
  draft: { incidentNumber: number; facts: RetroFacts; at: Date },
): Promise<boolean> {
  const { incidentNumber, at } = draft;
  const facts = asJson(draft.facts);
  const { count } = await db.retro.createMany({
    data: [{ incidentNumber, facts, draftedAt: at, changedAt: at }],
    skipDuplicates: true,
  });
  if (count > 0) return true;
  await db.retro.update({
    where: { incidentNumber },
    data: { facts, draftedAt: at, changedAt: at },
  });
  return false;
}
