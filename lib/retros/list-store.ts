import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { RetroRow, RetroState } from "@/lib/contracts/retro";
import { toIncident } from "@/lib/incidents/store";
import type { Database } from "@/lib/server/db";
import { toRetro } from "./store";

export type RetroQuery = {
  search?: string | undefined;
  /** `none`: restored, and no retro yet. */
  state?: RetroState | "none" | undefined;
  after?: { rank: number; number: number } | undefined;
  limit: number;
};

type Hit = { number: number; rank: number; excerpt: string | null };

export type FoundRetro = RetroRow & { rank: number; number: number };

/**
 * One page of retros and of restored incidents without one; the best match first, else the newest.
 * A search looks into all words of a retro, into titles, and for an incident's id. Three statements.
 */
export async function retroRows(db: Database, query: RetroQuery): Promise<FoundRetro[]> {
  const hits = await (query.search ? searched(db, query, query.search) : newest(db, query));
  const rows = await db.incident.findMany({
    where: { number: { in: hits.map(({ number }) => number) } },
    include: {
      retro: {
        include: {
          publications: { orderBy: { version: "desc" }, take: 1, select: { publishedAt: true } },
        },
      },
    },
  });
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  return hits.flatMap(({ number, rank, excerpt }) => {
    const row = byNumber.get(number);
    if (!row) return [];
    const { retro, ...incident } = row;
    const publishedAt = retro?.publications[0]?.publishedAt ?? null;
    return [
      {
        incident: toIncident(incident),
        retro: retro && toRetro(retro, publishedAt),
        excerpt,
        rank,
        number,
      },
    ];
  });
}

async function newest(db: Database, { state, after, limit }: RetroQuery): Promise<Hit[]> {
  const rows = await db.incident.findMany({
    where: {
      ...(after ? { number: { lt: after.number } } : {}),
      ...(state === undefined
        ? { OR: [{ retro: { isNot: null } }, { restoredAt: { not: null } }] }
        : {}),
      ...(state === "none" ? { retro: null, restoredAt: { not: null } } : {}),
      ...(state !== undefined && state !== "none" ? { retro: { state } } : {}),
    },
    orderBy: { number: "desc" },
    take: limit,
    select: { number: true },
  });
  return rows.map(({ number }) => ({ number, rank: 0, excerpt: null }));
}

async function searched(db: Database, query: RetroQuery, search: string): Promise<Hit[]> {
  const { state, after, limit } = query;
  const id = /^\s*(?:INC-?)?(\d{1,9})\s*$/i.exec(search)?.[1];
  const number = id ? Number(id) : 0;
  const title = `%${search.trim().replace(/[\\%_]/g, "\\$&")}%`;
  const wanted = state === "none" ? null : (state ?? null);
  return db.$queryRaw<Hit[]>`
    WITH q AS (SELECT websearch_to_tsquery('english', ${search}) AS q),
    hits AS (
      SELECT i."number",
             (coalesce(ts_rank(r."search", q.q), 0)
               + CASE WHEN i."number" = ${number}::int THEN 4 ELSE 0 END
               + CASE WHEN i."title" ILIKE ${title} THEN 1 ELSE 0 END)::float8 AS rank,
             r."words", q.q
        FROM "Incident" i CROSS JOIN q
        LEFT JOIN "Retro" r ON r."incidentNumber" = i."number"
       WHERE (r."search" @@ q.q OR i."title" ILIKE ${title} OR i."number" = ${number}::int)
         AND (r."incidentNumber" IS NOT NULL OR i."restoredAt" IS NOT NULL)
         AND (${state === "none"}::bool = false OR r."incidentNumber" IS NULL)
         AND (${wanted}::text IS NULL OR r."state" = ${wanted}::text)),
    page AS (
      SELECT * FROM hits
       WHERE ${after === undefined}::bool
          OR (rank, "number") < (${after?.rank ?? 0}::float8, ${after?.number ?? 0}::int)
       ORDER BY rank DESC, "number" DESC LIMIT ${limit}::int)
    SELECT "number", rank,
           ts_headline('english', translate("words", '«»', '‹›'), q,
             'StartSel=«, StopSel=», MaxFragments=2, MaxWords=18, MinWords=6, FragmentDelimiter=" … "')
             AS excerpt
      FROM page ORDER BY rank DESC, "number" DESC`;
}

/** Names of those who took part in these incidents, to say excerpts by role. */
export async function namesOf(db: Database, numbers: number[]): Promise<Map<number, string[]>> {
  if (numbers.length === 0) return new Map();
  const rows = await db.$queryRaw<{ number: number; name: string }[]>`
    SELECT DISTINCT "incidentNumber" AS number, "by" AS name FROM "TimelineEntry"
     WHERE "incidentNumber" = ANY(${numbers}::int[]) AND "by" IS NOT NULL
    UNION
    SELECT DISTINCT "incidentNumber", "by" FROM "Restoration"
     WHERE "incidentNumber" = ANY(${numbers}::int[])`;
  const names = new Map<number, string[]>();
  for (const { number, name } of rows) names.set(number, [...(names.get(number) ?? []), name]);
  return names;
}

/**
 * Numbers of incidents restored of late that have no retro, one drafted before, or one drafted for
 * another start of harm; oldest first.
 */
export async function dueDrafts(
  db: Database,
  query: { restoredAfter: Date; declaredAfter: Date; limit: number },
): Promise<number[]> {
  const rows = await db.$queryRaw<{ number: number }[]>`
    SELECT i."number" FROM "Incident" i
      LEFT JOIN "Retro" r ON r."incidentNumber" = i."number"
     WHERE i."declaredAt" > ${query.declaredAfter.toISOString()}::timestamptz
       AND i."restoredAt" > ${query.restoredAfter.toISOString()}::timestamptz
       AND (r."incidentNumber" IS NULL OR r."draftedAt" < i."restoredAt"
            OR (r."facts"->>'harmBeganAt')::timestamptz <> i."harmBeganAt")
     ORDER BY i."number" LIMIT ${query.limit}::int`;
  return rows.map(({ number }) => number);
}

/** Incidents restored in a window without a retro that is scheduled, in review or published. */
export async function unscheduled(
  db: Database,
  query: { restoredAfter: Date; restoredBefore: Date; limit: number },
): Promise<Incident[]> {
  const rows = await db.incident.findMany({
    where: {
      isDrill: false,
      restoredAt: { gt: query.restoredAfter, lte: query.restoredBefore },
      OR: [{ retro: null }, { retro: { state: "draft", scheduledFor: null } }],
    },
    orderBy: { number: "desc" },
    take: query.limit,
  });
  return rows.map(toIncident);
}
