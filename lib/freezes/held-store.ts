import "server-only";
import { AllowedDelivery, HeldDelivery } from "@/lib/contracts/freeze";
import type { Database, Transaction } from "@/lib/server/db";
import { storable } from "@/lib/server/storable";

/** Of each freeze this many are shown. */
const SHOWN = 50;
/** A pipeline that asks with a new commit each time must not fill the table. */
const MOST_OF_A_FREEZE = 1_000;

type HeldRow = {
  id: number;
  freezeNumber: number;
  kind: string;
  service: string | null;
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
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
    letThroughAt: row.letThroughAt?.toISOString() ?? null,
  });
}

/** What each freeze lets through because somebody said so, oldest first. */
export async function allowedBy(
  db: Database,
  freezeNumbers: number[],
): Promise<Map<number, AllowedDelivery[]>> {
  const rows = await db.allowedDelivery.findMany({
    where: { freezeNumber: { in: freezeNumbers } },
    orderBy: { id: "asc" },
  });
  const allowed = new Map<number, AllowedDelivery[]>();
  for (const { freezeNumber, at, ...row } of rows) {
    const one = AllowedDelivery.parse({ ...row, at: at.toISOString() });
    allowed.set(freezeNumber, [...(allowed.get(freezeNumber) ?? []), one]);
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
