import "server-only";
import { randomUUID } from "node:crypto";
import { Incident, type IncidentStatus } from "@/lib/contracts/incident";
import type { Page } from "@/lib/contracts/page";
import { type EntryKind, TimelineEntry } from "@/lib/contracts/timeline-entry";
import type { Database, Transaction } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";
import { makeDue } from "./evidence-store";

type Row = Prisma.IncidentGetPayload<Record<string, never>>;
type EntryRow = Prisma.TimelineEntryGetPayload<Record<string, never>>;

/** "INC-142" → 142; null when it isn't an incident's id. */
export function incidentNumber(id: string): number | null {
  const number = /^INC-(\d{1,9})$/i.exec(id)?.[1];
  return number ? Number(number) : null;
}

export function toIncident(row: Row): Incident {
  return Incident.parse({
    id: `INC-${row.number}`,
    title: row.title,
    severity: row.severity,
    status: row.status,
    services: row.services,
    commander: row.commander,
    origin: row.origin,
    declaredBy: row.declaredBy,
    declaredAt: row.declaredAt.toISOString(),
    harmBeganAt: row.harmBeganAt.toISOString(),
    harmBeganFrom: row.harmBeganFrom,
    restoredAt: row.restoredAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    isDrill: row.isDrill,
    version: row.version,
  });
}

export function toEntry(row: EntryRow): TimelineEntry {
  return TimelineEntry.parse({
    id: row.id,
    kind: row.kind,
    at: row.at.toISOString(),
    text: row.text,
    by: row.by,
    restorationId: row.restorationId,
    url: row.url,
    original:
      row.originalAt && row.originalText !== null
        ? { at: row.originalAt.toISOString(), text: row.originalText }
        : null,
    editedAt: row.editedAt?.toISOString() ?? null,
    version: row.version,
  });
}

export async function findIncident(
  db: Database | Transaction,
  number: number,
): Promise<Incident | null> {
  const row = await db.incident.findUnique({ where: { number } });
  return row ? toIncident(row) : null;
}

export async function findByAlertGroup(
  db: Database | Transaction,
  alertGroup: string,
): Promise<Incident | null> {
  const row = await db.incident.findUnique({ where: { alertGroup } });
  return row ? toIncident(row) : null;
}

/** The incident declared under a key, and the hash of what was declared. */
export async function findByDeclareKey(
  db: Database,
  declareKey: string,
): Promise<{ incident: Incident; hash: string | null } | null> {
  const row = await db.incident.findUnique({ where: { declareKey } });
  return row ? { incident: toIncident(row), hash: row.declareHash } : null;
}

export type IncidentDraft = Omit<
  Incident,
  "id" | "status" | "restoredAt" | "resolvedAt" | "version"
> & { alertGroup: string | null; declareKey: string | null; declareHash: string | null };

export async function insertIncident(tx: Transaction, draft: IncidentDraft): Promise<Incident> {
  const row = await tx.incident.create({
    data: {
      ...draft,
      status: "declared",
      declaredAt: new Date(draft.declaredAt),
      harmBeganAt: new Date(draft.harmBeganAt),
    },
  });
  await makeDue(tx, row.number);
  return toIncident(row);
}

export type IncidentPatch = Partial<
  Pick<Incident, "title" | "severity" | "services" | "commander" | "status" | "harmBeganFrom">
> & { harmBeganAt?: Date; restoredAt?: Date | null; resolvedAt?: Date | null };

/** Changes an incident if it is still at `version`; null when somebody was faster. */
export async function updateIncident(
  tx: Transaction,
  target: { number: number; version: number },
  patch: IncidentPatch,
): Promise<Incident | null> {
  const { count } = await tx.incident.updateMany({
    where: target,
    data: {
      ...patch,
      // A resolved incident no longer speaks for its alert group: the next alert is a new incident.
      ...(patch.status === "resolved" ? { alertGroup: null } : {}),
      version: { increment: 1 },
    },
  });
  if (count === 0) return null;
  await makeDue(tx, target.number);
  return findIncident(tx, target.number);
}

export type EntryDraft = {
  incidentNumber: number;
  kind: EntryKind;
  at: Date;
  text: string;
  by: string | null;
  restorationId?: string | null;
  url?: string | null;
  naturalKey?: string | null;
};

/** Adds to a timeline. With a natural key that is there already, nothing is added and null returned. */
export async function insertEntry(
  db: Database | Transaction,
  draft: EntryDraft,
): Promise<TimelineEntry | null> {
  const id = randomUUID();
  const [row] = await db.timelineEntry.createManyAndReturn({
    data: [{ id, ...draft }],
    skipDuplicates: true,
  });
  return row ? toEntry(row) : null;
}

/**
 * Holds an incident for the rest of the transaction, so that its alerts are taken one delivery at a
 * time. False when it no longer speaks for that alert group: it was resolved meanwhile.
 */
export async function holdForAlerts(
  tx: Transaction,
  number: number,
  alertGroup: string,
): Promise<boolean> {
  const { count } = await tx.incident.updateMany({
    where: { number, alertGroup },
    data: { alertGroup },
  });
  return count > 0;
}

/** Natural keys of the alerts on an incident's timeline. */
export async function toldAlerts(db: Database | Transaction, number: number): Promise<Set<string>> {
  const rows = await db.timelineEntry.findMany({
    where: { incidentNumber: number, kind: "alert" },
    select: { naturalKey: true },
  });
  return new Set(rows.flatMap(({ naturalKey }) => naturalKey ?? []));
}

/** Opens a restored incident again; false when it wasn't restored. */
export async function reopenRestored(tx: Transaction, number: number): Promise<boolean> {
  const { count } = await tx.incident.updateMany({
    where: { number, status: "restored" },
    data: { status: "declared", restoredAt: null, version: { increment: 1 } },
  });
  if (count > 0) await makeDue(tx, number);
  return count > 0;
}

export async function entriesOf(db: Database, number: number): Promise<TimelineEntry[]> {
  const rows = await db.timelineEntry.findMany({
    where: { incidentNumber: number },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    take: 2_000,
  });
  return rows.map(toEntry);
}

export async function findEntry(
  db: Database | Transaction,
  number: number,
  id: string,
): Promise<TimelineEntry | null> {
  const row = await db.timelineEntry.findFirst({ where: { incidentNumber: number, id } });
  return row ? toEntry(row) : null;
}

/** Edits an entry still at `version`, keeping what was first written; null when somebody was faster. */
export async function updateEntry(
  tx: Transaction,
  target: { id: string; version: number },
  patch: { text: string; at: Date; original: { text: string; at: Date }; editedAt: Date },
): Promise<boolean> {
  const { count } = await tx.timelineEntry.updateMany({
    where: target,
    data: {
      text: patch.text,
      at: patch.at,
      originalText: patch.original.text,
      originalAt: patch.original.at,
      editedAt: patch.editedAt,
      version: { increment: 1 },
    },
  });
  return count > 0;
}

/** One keyset page, newest first; `after` is the `next` of the page before (an incident's number). */
export async function incidentPage(
  db: Database,
  query: { statuses?: IncidentStatus[] | undefined; after?: string | undefined; limit: number },
): Promise<Page<Incident>> {
  const before = query.after ? incidentNumber(query.after) : null;
  const rows = await db.incident.findMany({
    where: {
      ...(query.statuses ? { status: { in: query.statuses } } : {}),
      ...(before ? { number: { lt: before } } : {}),
    },
    orderBy: { number: "desc" },
    take: query.limit + 1,
  });
  const items = rows.slice(0, query.limit).map(toIncident);
  return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}
