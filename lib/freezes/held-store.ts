import "server-only";
import { AllowedDelivery, HeldDelivery } from "@/lib/contracts/freeze";
import type { Database, Transaction } from "@/lib/server/db";
import { storable } from "@/lib/server/storable";
import { commitsOfPulls } from "./merge-store";

/** Of each freeze this many are shown. */
const SHOWN = 50;
/** Somebody may let a pull request through that was merged shortly before (ms). */
const MERGED_BEFORE_MS = 86_400_000;
/** A pipeline that asks with a new commit each time must not fill the table. */
const MOST_OF_A_FREEZE = 1_000;

type HeldRow = {
  id: number;
  freezeNumber: number;
  kind: string;
  service: string | null;
  services: string[] | null;
  value: string;
  title: string;
  by: string | null;
  url: string | null;
  firstAt: Date;
  lastAt: Date;
  letThroughAt: Date | null;
  total: bigint;
};

export type HeldOfFreeze = { heldDeliveries: HeldDelivery[]; heldCount: number };

/** The deliveries that met each freeze, newest first, and how many there are in all. */
export async function heldBy(
  db: Database,
  freezeNumbers: number[],
): Promise<Map<number, HeldOfFreeze>> {
  const rows = await db.$queryRaw<HeldRow[]>`
    SELECT * FROM (
      SELECT *, row_number() OVER newest AS "place",
             count(*) OVER (PARTITION BY "freezeNumber") AS "total"
        FROM "HeldDelivery" WHERE "freezeNumber" = ANY(${freezeNumbers}::int[])
      WINDOW newest AS (PARTITION BY "freezeNumber" ORDER BY "lastAt" DESC, "id" DESC)) held
     WHERE "place" <= ${SHOWN} ORDER BY "freezeNumber", "place"`;
  const held = new Map<number, HeldOfFreeze>();
  for (const row of rows) {
    const of = held.get(row.freezeNumber) ?? { heldDeliveries: [], heldCount: Number(row.total) };
    held.set(row.freezeNumber, of);
    of.heldDeliveries.push(toHeld(row));
  }
  return held;
}

function toHeld(row: HeldRow): HeldDelivery {
  return HeldDelivery.parse({
    ...row,
    id: `D-${row.id}`,
    services: row.services ?? [],
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    letThroughAt: row.letThroughAt?.toISOString() ?? null,
  });
}

/**
 * What each freeze lets through because somebody said so, oldest first. A pull request that somebody let
 * through is delivered as the commit that it became: that may pass as well.
 */
export async function allowedBy(
  db: Database,
  freezeNumbers: number[],
): Promise<Map<number, AllowedDelivery[]>> {
  const rows = await db.allowedDelivery.findMany({
    where: { freezeNumber: { in: freezeNumbers } },
    orderBy: { id: "asc" },
  });
  const pulls = rows.filter(({ kind, why }) => kind === "pull" && why === "override");
  const since = Math.min(...pulls.map(({ at }) => at.getTime())) - MERGED_BEFORE_MS;
  const merged = await commitsOfPulls(db, {
    pulls: pulls.map(({ value }) => value),
    since: new Date(since),
  });
  const allowed = new Map<number, AllowedDelivery[]>();
  const add = (freezeNumber: number, one: AllowedDelivery) =>
    allowed.set(freezeNumber, [...(allowed.get(freezeNumber) ?? []), one]);
  for (const { freezeNumber, at, ...row } of rows) {
    add(freezeNumber, AllowedDelivery.parse({ ...row, at: at.toISOString() }));
  }
  for (const { freezeNumber, at, ...row } of pulls) {
    const value = merged.get(row.value);
    const isKnown = allowed.get(freezeNumber)?.some((one) => one.value === value);
    if (value === undefined || isKnown) continue;
    const became = { ...row, kind: "commit", value, mergedFrom: row.value };
    add(freezeNumber, AllowedDelivery.parse({ ...became, at: at.toISOString() }));
  }
  return allowed;
}

export type HeldDraft = Pick<HeldDelivery, "kind" | "service" | "value" | "title" | "by" | "url">;

/**
 * Notes that deliveries met some freezes, once each, however often they ask. Answers how many are new;
 * a freeze that has met too many keeps those it has.
 */
export async function noteHeld(
  db: Database | Transaction,
  freezeNumbers: number[],
  drafts: HeldDraft[],
  at: Date,
): Promise<number> {
  if (freezeNumbers.length === 0 || drafts.length === 0) return 0;
  const values = drafts.map(({ value }) => value);
  await db.heldDelivery.updateMany({
    where: { freezeNumber: { in: freezeNumbers }, value: { in: values } },
    data: { lastAt: at, letThroughAt: null },
  });
  const met = await db.heldDelivery.groupBy({
    by: ["freezeNumber"],
    where: { freezeNumber: { in: freezeNumbers } },
    _count: true,
  });
  const roomIn = new Map(
    met.map(({ freezeNumber, _count }) => [freezeNumber, MOST_OF_A_FREEZE - _count]),
  );
  const { count } = await db.heldDelivery.createMany({
    data: freezeNumbers.flatMap((freezeNumber) =>
      storable(drafts.slice(0, Math.max(0, roomIn.get(freezeNumber) ?? MOST_OF_A_FREEZE))).map(
        (draft) => ({ ...draft, freezeNumber, firstAt: at, lastAt: at }),
      ),
    ),
    skipDuplicates: true,
  });
  return count;
}

/** Notes that deliveries of one kind may go on: those named, or all that are not in `except`. */
export async function noteLetThrough(
  db: Database | Transaction,
  freezeNumbers: number[],
  which: { kind: HeldDelivery["kind"] } & (
    | { values: string[] }
    | { startsWith: string; except: string[] }
  ),
  at: Date,
): Promise<number> {
  const value =
    "values" in which
      ? { in: which.values }
      : { startsWith: which.startsWith, notIn: which.except };
  const { count } = await db.heldDelivery.updateMany({
    where: {
      ...{ freezeNumber: { in: freezeNumbers }, kind: which.kind, letThroughAt: null },
      value,
    },
    data: { letThroughAt: at },
  });
  return count;
}

/** Which of these pull requests aren't named yet as of their heads: their values. */
export async function unnamedPulls(
  db: Database,
  freezeNumbers: number[],
  pulls: { value: string; head: string }[],
): Promise<Set<string>> {
  const rows = await db.heldDelivery.findMany({
    where: {
      ...{ freezeNumber: { in: freezeNumbers }, kind: "pull" },
      value: { in: pulls.map(({ value }) => value) },
    },
    select: { value: true, namedAt: true },
  });
  const heads = new Map(pulls.map(({ value, head }) => [value, head]));
  return new Set(rows.flatMap((row) => (row.namedAt === heads.get(row.value) ? [] : row.value)));
}

/** Notes whose code a held pull request changes. True when that is news. */
export async function namePull(
  db: Database,
  freezeNumbers: number[],
  pull: { value: string; head: string; services: string[] },
): Promise<boolean> {
  const { value, head, services } = pull;
  const { count } = await db.heldDelivery.updateMany({
    where: { freezeNumber: { in: freezeNumbers }, kind: "pull", value },
    data: { services, namedAt: head },
  });
  return count > 0 && services.length > 0;
}
