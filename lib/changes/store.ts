import "server-only";
import { randomUUID } from "node:crypto";
import { Change, type ChangeDetails } from "@/lib/contracts/change";
import type { Page } from "@/lib/contracts/page";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";
import { storable } from "@/lib/server/storable";

type Row = Prisma.ChangeGetPayload<{ include: { carries: { select: { toId: true } } } }>;

const withCarries = { carries: { select: { toId: true } } } as const;

/** A Change on its way into the ledger. `naturalKey` is what makes it the same when seen again. */
export type ChangeDraft = Omit<Change, "id" | "carries"> & { naturalKey: string; subject: string };

/** A ledger row as the contract says it. */
export function toChange(row: Row): Change {
  return Change.parse({
    id: row.id,
    kind: row.kind,
    source: row.source,
    services: row.services,
    title: row.title,
    environment: row.environment,
    at: row.at.toISOString(),
    completedAt: row.completedAt?.toISOString() ?? null,
    actor: row.actor,
    url: row.url,
    details: row.details,
    carries: row.carries.map((link) => link.toId),
  });
}

/**
 * Writes a Change, or what is new about one that is known already, found by source and natural key.
 * Idempotent: any number of observations of the same change leave one row.
 */
export async function saveChange(
  db: Database | Transaction,
  draft: ChangeDraft,
): Promise<{ id: string; isNew: boolean }> {
  const { naturalKey, subject, details, at, completedAt, ...rest } = storable(draft);
  const data = {
    ...rest,
    subject,
    commit: commitIn(details),
    mentions: details.kind === "merge" ? details.mentions : [],
    details: asJson(details),
    at: new Date(at),
    completedAt: completedAt ? new Date(completedAt) : null,
  };
  const id = randomUUID();
  const row = await db.change.upsert({
    where: { source_naturalKey: { source: draft.source, naturalKey } },
    create: { ...data, id, naturalKey },
    update: data,
    select: { id: true },
  });
  return { id: row.id, isNew: row.id === id };
}

function commitIn(details: ChangeDetails): string | null {
  switch (details.kind) {
    case "deploy":
      return details.commit;
    case "merge":
      return details.mergeCommit;
    case "flag":
    case "config":
      return null;
    default:
      return details satisfies never;
  }
}

/** Changes of one subject in one source ("shop/checkout", a flag, "owner/name#12"), newest first. */
export async function changesOfSubject(
  db: Database | Transaction,
  query: { source: string; subject: string; limit: number },
): Promise<Change[]> {
  const rows = await db.change.findMany({
    where: { source: query.source, subject: query.subject },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: query.limit,
    include: withCarries,
  });
  return rows.map(toChange);
}

export async function changeById(db: Database | Transaction, id: string): Promise<Change | null> {
  const row = await db.change.findUnique({ where: { id }, include: withCarries });
  return row ? toChange(row) : null;
}

/** Natural keys already in the ledger, of those asked for. */
export async function knownKeys(
  db: Database,
  source: string,
  naturalKeys: string[],
): Promise<Set<string>> {
  const rows = await db.change.findMany({
    where: { source, naturalKey: { in: naturalKeys } },
    select: { naturalKey: true },
  });
  return new Set(rows.map((row) => row.naturalKey));
}

/** Merges by number, or by the commit they put on the branch. */
export async function mergesOf(
  db: Database,
  query: { source: string; repository: string; numbers?: number[]; commits?: string[] },
): Promise<Change[]> {
  const naturalKeys = query.numbers?.map((number) => `${query.repository}#${number}`);
  const rows = await db.change.findMany({
    where: {
      source: query.source,
      kind: "merge",
      subject: { startsWith: `${query.repository}#` },
      ...(naturalKeys ? { naturalKey: { in: naturalKeys } } : {}),
      ...(query.commits ? { commit: { in: query.commits } } : {}),
    },
    include: withCarries,
    take: 500,
  });
  return rows.map(toChange);
}

export type ChangeQuery = {
  service?: string | undefined;
  kind?: Change["kind"] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  after?: string | undefined;
  limit: number;
};

/** One keyset page of the ledger, newest first. `after` is the `next` of the page before. */
export async function changePage(db: Database, query: ChangeQuery): Promise<Page<Change>> {
  const cursor = query.after ? readCursor(query.after) : null;
  const rows = await db.change.findMany({
    where: {
      ...(query.service ? { services: { has: query.service } } : {}),
      ...(query.kind ? { kind: query.kind } : {}),
      at: { ...(query.from ? { gte: query.from } : {}), ...(query.to ? { lte: query.to } : {}) },
      ...(cursor
        ? { OR: [{ at: { lt: cursor.at } }, { at: cursor.at, id: { lt: cursor.id } }] }
        : {}),
    },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: query.limit + 1,
    include: withCarries,
  });
  const items = rows.slice(0, query.limit).map(toChange);
  const last = items.at(-1);
  return { items, next: rows.length > query.limit && last ? `${last.at}_${last.id}` : null };
}

function readCursor(after: string): { at: Date; id: string } | null {
  const split = after.indexOf("_");
  const at = new Date(after.slice(0, split));
  return split > 0 && at.getTime() >= 0 ? { at, id: after.slice(split + 1) } : null;
}

/** Changes in a window that touch any of these services, or none at all, newest first. */
export async function changesInWindow(
  db: Database,
  query: { services: string[]; from: Date; to: Date; limit: number },
): Promise<Change[]> {
  const rows = await db.change.findMany({
    where: { services: { hasSome: query.services }, at: { gte: query.from, lte: query.to } },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: query.limit,
    include: withCarries,
  });
  return rows.map(toChange);
}

export async function changesById(db: Database, ids: string[]): Promise<Change[]> {
  if (ids.length === 0) return [];
  const rows = await db.change.findMany({ where: { id: { in: ids } }, include: withCarries });
  return rows.map(toChange);
}

/** Deploys of these services whose commits haven't been compared yet, oldest first. */
export async function unlinkedDeploys(
  db: Database,
  query: { services: string[]; since: Date; limit: number },
): Promise<Change[]> {
  const rows = await db.change.findMany({
    where: {
      kind: "deploy",
      linkedAt: null,
      at: { gte: query.since },
      services: { hasSome: query.services },
    },
    // All are null; said so, the index gives them in order.
    orderBy: [{ linkedAt: "asc" }, { at: "asc" }],
    take: query.limit,
    include: withCarries,
  });
  return rows.map(toChange);
}

/** Says which changes a Change carries; known links stay. */
export async function saveLinks(
  db: Database,
  link: { fromId: string; toIds: string[]; linkedAt: Date },
): Promise<void> {
  await db.$transaction([
    db.changeLink.createMany({
      data: link.toIds.map((toId) => ({ fromId: link.fromId, toId })),
      skipDuplicates: true,
    }),
    db.change.update({ where: { id: link.fromId }, data: { linkedAt: link.linkedAt } }),
  ]);
}

/** Keeps a sealed Pod template by its hash; the first one stays. */
export async function saveTemplate(
  db: Database | Transaction,
  template: { hash: string; sealed: string },
): Promise<void> {
  await db.template.createMany({ data: [template], skipDuplicates: true });
}

export async function sealedTemplate(
  db: Database | Transaction,
  hash: string,
): Promise<string | null> {
  const row = await db.template.findUnique({ where: { hash } });
  return row?.sealed ?? null;
}

/** The sealed templates with these hashes, by hash. */
export async function sealedTemplates(
  db: Database,
  hashes: string[],
): Promise<Map<string, string>> {
  const rows = await db.template.findMany({
    where: { hash: { in: hashes } },
    select: { hash: true, sealed: true },
  });
  return new Map(rows.map(({ hash, sealed }) => [hash, sealed]));
}

/** Changes that carry any of these. */
export async function carriersOf(db: Database, ids: string[]): Promise<Change[]> {
  if (ids.length === 0) return [];
  const rows = await db.change.findMany({
    where: { carries: { some: { toId: { in: ids } } } },
    include: withCarries,
    take: 100,
  });
  return rows.map(toChange);
}

/** Numbers of the pull requests of a repository that the ledger knows as merged. */
export async function mergeNumbers(
  db: Database,
  source: string,
  repository: string,
): Promise<Set<number>> {
  const rows = await db.change.findMany({
    where: { source, kind: "merge", subject: { startsWith: `${repository}#` } },
    select: { naturalKey: true },
    orderBy: { at: "desc" },
    take: 2_000,
  });
  return new Set(rows.map((row) => Number(row.naturalKey.slice(repository.length + 1))));
}

/** Merges whose diffs have one of these words in quotes, newest first; at most 200. */
export async function mergesMentioning(db: Database, words: string[]): Promise<Change[]> {
  if (words.length === 0) return [];
  const rows = await db.change.findMany({
    where: { kind: "merge", mentions: { hasSome: words } },
    orderBy: { at: "desc" },
    take: 200,
    include: withCarries,
  });
  return rows.map(toChange);
}
