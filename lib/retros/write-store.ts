import "server-only";
import { randomUUID } from "node:crypto";
import type { Factor, RetroSection, RetroSectionName, SectionEdit } from "@/lib/contracts/retro";
import type { Curation } from "@/lib/rules/curate-timeline";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import { toCuration, toFactor, toSection } from "./store";

/** A retro that nobody else writes in until the transaction ends. */
export type HeldRetro = {
  incidentNumber: number;
  state: string;
  version: number;
  arrangedVersion: number;
  publishedVersion: number;
  invitation: number;
  publishedAt: Date | null;
};

/** Holds a retro for the rest of the transaction; null when there is none. */
export async function holdRetro(
  tx: Transaction,
  incidentNumber: number,
): Promise<HeldRetro | null> {
  const [row] = await tx.$queryRaw<HeldRetro[]>`
    SELECT r."incidentNumber", r."state", r."version", r."arrangedVersion", r."publishedVersion",
      r."invitation",
      (SELECT max(p."publishedAt") FROM "RetroPublication" p
        WHERE p."incidentNumber" = r."incidentNumber") AS "publishedAt"
    FROM "Retro" r WHERE r."incidentNumber" = ${incidentNumber} FOR UPDATE OF r`;
  return row ?? null;
}

/** What is said of a retro itself. */
export type RetroPatch = {
  state?: string;
  facilitator?: string | null;
  scheduledFor?: Date | null;
  minutes?: number;
  place?: string | null;
  showsNames?: boolean;
  invitation?: number;
  arrangedVersion?: number;
  publishedVersion?: number;
};

/** Counts a change of a held retro. `at` null: what was published still says it all. */
export async function touchRetro(
  tx: Transaction,
  held: HeldRetro,
  at: Date | null,
  patch: RetroPatch = {},
): Promise<void> {
  // A change is later than what was published before it, however fast the two followed.
  const after = held.publishedAt === null ? 0 : held.publishedAt.getTime() + 1;
  await tx.retro.update({
    where: { incidentNumber: held.incidentNumber },
    data: {
      ...patch,
      version: { increment: 1 },
      ...(at ? { changedAt: new Date(Math.max(at.getTime(), after)) } : {}),
    },
    select: { version: true },
  });
}

/** How often what an invitation tells has changed. */
export async function invitationNumber(db: Database, incidentNumber: number): Promise<number> {
  const row = await db.retro.findUniqueOrThrow({
    where: { incidentNumber },
    select: { invitation: true },
  });
  return row.invitation;
}

type SectionKey = { incidentNumber: number; name: RetroSectionName };

export async function findSection(
  db: Database | Transaction,
  key: SectionKey,
): Promise<RetroSection | null> {
  const row = await db.retroSection.findUnique({ where: { incidentNumber_name: key } });
  return row ? toSection(row) : null;
}

export type EditDraft = Pick<SectionEdit, "revision" | "kind" | "text" | "by"> & { at: Date };

/** Writes a section's next text and keeps it among its edits, with the drafted one when it is first. */
export async function saveText(
  tx: Transaction,
  key: SectionKey,
  edit: EditDraft & { revision: number },
  drafted: EditDraft | null,
): Promise<RetroSection> {
  const { text, revision, by, at } = edit;
  const data = { text, revision, editedBy: by, editedAt: at };
  const row = await tx.retroSection.upsert({
    where: { incidentNumber_name: key },
    create: { ...key, ...data },
    update: data,
  });
  await insertEdits(tx, key, drafted ? [drafted, edit] : [edit]);
  return toSection(row);
}

export async function insertEdits(
  tx: Transaction,
  { incidentNumber, name }: SectionKey,
  edits: EditDraft[],
): Promise<void> {
  await tx.retroEdit.createMany({
    data: edits.map((edit) => ({ incidentNumber, section: name, ...edit })),
  });
}

/** The text of a revision, and who wrote since; null when the section never had that revision. */
export async function editsSince(
  tx: Transaction,
  { incidentNumber, name }: SectionKey,
  revision: number,
): Promise<{ text: string; writers: string[] } | null> {
  const where = { incidentNumber, section: name };
  const base = await tx.retroEdit.findFirst({
    where: { ...where, revision },
    select: { text: true },
  });
  if (!base) return null;
  const since = await tx.retroEdit.findMany({
    where: { ...where, revision: { gt: revision } },
    distinct: ["by"],
    select: { by: true },
  });
  return { text: base.text, writers: since.map(({ by }) => by) };
}

/** The text of the newest conflict that somebody met in a section. */
export async function lastConflict(
  tx: Transaction,
  { incidentNumber, name }: SectionKey,
  by: string,
): Promise<string | null> {
  const row = await tx.retroEdit.findFirst({
    where: { incidentNumber, section: name, kind: "conflict", by },
    orderBy: { id: "desc" },
    select: { text: true },
  });
  return row?.text ?? null;
}

/** Edits of a section without their texts, newest first, at most 1,000. */
export async function editHeads(
  db: Database,
  { incidentNumber, name }: SectionKey,
): Promise<Omit<SectionEdit, "text">[]> {
  const rows = await db.retroEdit.findMany({
    where: { incidentNumber, section: name },
    orderBy: { id: "desc" },
    take: 1_000,
    omit: { text: true },
  });
  return rows.map(({ id, revision, kind, by, at }) => ({
    id,
    section: name,
    revision,
    kind: kind === "conflict" || kind === "merged" ? kind : "saved",
    by,
    at: at.toISOString(),
  }));
}

export async function editTexts(db: Database, ids: number[]): Promise<Map<number, string>> {
  const rows = await db.retroEdit.findMany({
    where: { id: { in: ids } },
    select: { id: true, text: true },
  });
  return new Map(rows.map(({ id, text }) => [id, text]));
}

export type ItemPatch = {
  shown?: string | null;
  mergedInto?: string | null;
  note?: string | null;
  at?: Date | null;
  text?: string | null;
  known?: string | null;
  attachments?: unknown;
};

/** Writes what is said of a line of the log; `version` is the one that it gets. */
export async function saveItem(
  tx: Transaction,
  key: { incidentNumber: number; subject: string },
  patch: ItemPatch,
  by: { name: string; at: Date; version: number },
): Promise<void> {
  const { attachments, ...rest } = patch;
  const data = {
    ...rest,
    ...(attachments === undefined ? {} : { attachments: asJson(attachments) }),
    by: by.name,
    editedAt: by.at,
    version: by.version,
  };
  await tx.retroItem.upsert({
    where: { incidentNumber_subject: key },
    create: { id: randomUUID(), ...key, ...data },
    update: data,
  });
}

/** Everything that is said of lines of the log, in the order in which it was first said. */
export async function curationsOf(tx: Transaction, incidentNumber: number): Promise<Curation[]> {
  const rows = await tx.retroItem.findMany({ where: { incidentNumber }, orderBy: { id: "asc" } });
  return rows.map(toCuration);
}

export async function insertFactor(
  tx: Transaction,
  draft: { incidentNumber: number; text: string; subjects: string[]; createdAt: Date },
): Promise<Factor> {
  return toFactor(await tx.retroFactor.create({ data: { id: randomUUID(), ...draft } }));
}

export async function findFactor(
  tx: Transaction,
  key: { incidentNumber: number; id: string },
): Promise<Factor | null> {
  const row = await tx.retroFactor.findFirst({ where: key });
  return row ? toFactor(row) : null;
}

export async function updateFactor(
  tx: Transaction,
  id: string,
  data: { text: string; subjects: string[] },
): Promise<Factor> {
  return toFactor(
    await tx.retroFactor.update({ where: { id }, data: { ...data, version: { increment: 1 } } }),
  );
}

export async function deleteFactor(tx: Transaction, id: string): Promise<void> {
  await tx.retroFactor.delete({ where: { id } });
}

export async function insertPublication(
  tx: Transaction,
  draft: {
    incidentNumber: number;
    version: number;
    publishedAt: Date;
    publishedBy: string;
    document: unknown;
    markdown: string;
  },
): Promise<void> {
  await tx.retroPublication.create({ data: { ...draft, document: asJson(draft.document) } });
}
