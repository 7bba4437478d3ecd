import "server-only";
import { Hold, type HoldState } from "@/lib/contracts/hold";
import { RestorationState } from "@/lib/contracts/restoration";
import type { HoldAnswer } from "@/lib/integrations/hold-answer";
import type { HoldClaim } from "@/lib/rules/freeze-claims";
import { type HoldTarget, openKeyOf } from "@/lib/rules/freeze-holds";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import { Prisma } from "@/lib/server/generated/prisma/client";
import { readTarget } from "./hold-target";

const withClaims = {
  claims: { orderBy: { id: "asc" }, include: { freeze: true, restoration: true } },
} as const satisfies Prisma.HoldInclude;

type Row = Prisma.HoldGetPayload<Record<string, never>>;
type FullRow = Prisma.HoldGetPayload<{ include: typeof withClaims }>;

/** Nothing more is to be asked of what was let go. */
const NEVER = new Date("9999-12-31T00:00:00Z");

export type ClaimOfHold = HoldClaim & {
  id: number;
  freezeNumber: number | null;
  restorationNumber: number | null;
  incidentNumber: number | null;
  /** "F-12" or "R-7". */
  by: string;
  /** Of its freeze, in the words of who froze; empty for a Restoration. */
  reason: string;
};

/** A hold with what its layer needs and the browser doesn't. */
export type HoldJob = {
  number: number;
  hold: Hold;
  target: HoldTarget;
  was: unknown;
  asserted: string | null;
  lostAt: Date | null;
  dueAt: Date;
  openKey: string | null;
  /** Oldest first: the first one's mark is on the outside object. */
  claims: ClaimOfHold[];
};

/** "H-31" → 31; null when it isn't a hold's id. */
export function holdNumber(id: string): number | null {
  const number = /^H-(\d{1,9})$/i.exec(id)?.[1];
  return number ? Number(number) : null;
}

export function toHold(row: Row): Hold {
  return Hold.parse({
    id: `H-${row.number}`,
    layer: row.layer,
    source: row.source,
    subject: row.subject,
    state: row.state,
    sentence: row.sentence,
    who: row.who,
    endsByItself: row.endsByItself,
    commands: row.commands,
    url: row.url,
    at: row.at.toISOString(),
    checkedAt: row.checkedAt?.toISOString() ?? null,
  });
}

/** What a hold becomes; what it doesn't name stays as it is. */
export type HoldPatch = {
  state: HoldState;
  sentence: string;
  at: Date;
  who?: string | null;
  commands?: string[];
  url?: string | null;
  was?: unknown;
  asserted?: string | null;
  lostAt?: Date | null;
  checkedAt?: Date;
  endsByItself?: boolean;
};

/** The patch that says what an outside system answered to being asked to hold something. */
export function patchOfAnswer(answer: HoldAnswer, now: Date): HoldPatch {
  switch (answer.outcome) {
    case "held": {
      const { sentence, was, commands, url } = answer;
      const at = new Date(answer.at);
      return {
        ...{ state: "held", sentence, was, commands, url, at, checkedAt: at, who: null },
        endsByItself: answer.endsByItself,
      };
    }
    case "released": {
      const at = new Date(answer.at);
      return { state: "released", sentence: answer.sentence, at, checkedAt: at, who: null };
    }
    case "refused": {
      const { because, who, commands } = answer;
      return { state: "not-held", sentence: because, who, commands, at: now };
    }
    default:
      return answer satisfies never;
  }
}

/**
 * Writes what became of a hold that is still open, and when it is next due: sooner when somebody asked
 * for that since it was taken at `takenDueAt`. False when it was let go of meanwhile.
 */
export async function saveHold(
  db: Database | Transaction,
  number: number,
  patch: HoldPatch,
  due: { takenDueAt: Date | null; nextAt: Date },
): Promise<boolean> {
  const { was, at, ...rest } = patch;
  const data = {
    ...rest,
    ...(was === undefined ? {} : { was: was === null ? Prisma.DbNull : asJson(was) }),
  };
  const open = { number, openKey: { not: null } };
  // `at` is since when it is in this state: it stays when the state does.
  await db.hold.updateMany({ where: { ...open, state: { not: patch.state } }, data: { at } });
  const { count } = await db.hold.updateMany({ where: open, data });
  if (count === 0) return false;
  const still = due.takenDueAt ? { dueAt: due.takenDueAt } : {};
  await db.hold.updateMany({ where: { ...open, ...still }, data: { dueAt: due.nextAt } });
  return true;
}

/**
 * Notes that something is asked for once more that was answered with a no: if its answer never comes, it
 * may be held after all. What it says, and since when, stays until there is an answer.
 */
export async function noteAsking(db: Database, number: number): Promise<void> {
  await db.hold.updateMany({
    where: { number, openKey: { not: null }, state: "not-held" },
    data: { state: "asked" },
  });
}

/** Closes a hold that was let go of; false when somebody claimed it since it was taken. */
export async function closeHold(
  db: Database,
  number: number,
  patch: { sentence: string; at: Date },
  takenDueAt: Date,
): Promise<boolean> {
  const { count } = await db.hold.updateMany({
    where: { number, state: "releasing", dueAt: takenDueAt },
    data: {
      ...{ state: "released", openKey: null, dueAt: NEVER, checkedAt: patch.at },
      ...{ sentence: patch.sentence, at: patch.at, who: null, commands: [] },
    },
  });
  return count > 0;
}

/** Opens a closed hold again: it turned out to be held after all. Somebody else's new one stands for both. */
export async function reopenHold(db: Database, job: HoldJob, now: Date): Promise<void> {
  const { layer, source, subject } = job.hold;
  if (source === null) return;
  const openKey = openKeyOf(layer, source, subject);
  await db.$executeRaw`
    UPDATE "Hold" SET "openKey" = ${openKey}, "state" = 'releasing', "dueAt" = ${now}::timestamptz
     WHERE "number" = ${job.number} AND "openKey" IS NULL
       AND NOT EXISTS (SELECT FROM "Hold" WHERE "openKey" = ${openKey})`;
}

/**
 * Takes up to `limit` due holds, the longest due first, and puts each off until `nextAt`, so that of
 * several replicas one works on it.
 */
export async function takeDueHolds(
  db: Database,
  query: { now: Date; nextAt: Date; limit: number; except: number[]; exceptSources: string[] },
): Promise<HoldJob[]> {
  const rows = await db.$queryRaw<{ number: number }[]>`
    UPDATE "Hold" SET "dueAt" = ${query.nextAt}::timestamptz
     WHERE "number" IN (
       SELECT "number" FROM "Hold"
        WHERE "dueAt" <= ${query.now}::timestamptz AND NOT ("number" = ANY(${query.except}::int[]))
          AND NOT ("source" = ANY(${query.exceptSources}::text[]))
        ORDER BY "dueAt" LIMIT ${query.limit}::int FOR UPDATE SKIP LOCKED)
    RETURNING "number"`;
  if (rows.length === 0) return [];
  return jobsWhere(db, { number: { in: rows.map(({ number }) => number) } });
}

/** Puts a hold off that was taken, unless somebody wants it looked at sooner. */
export async function putOff(
  db: Database,
  { number, dueAt }: HoldJob,
  nextAt: Date,
): Promise<void> {
  await db.hold.updateMany({ where: { number, dueAt }, data: { dueAt: nextAt } });
}

/** Of how many branches of a code source merges are held. */
export function openMergeHolds(db: Database, source: string): Promise<number> {
  return db.hold.count({ where: { layer: "github", source, openKey: { not: null } } });
}

/** Of these open keys, those that something is held under. */
export async function openKeysAmong(db: Database, openKeys: string[]): Promise<Set<string>> {
  const rows = await db.hold.findMany({
    where: { openKey: { in: openKeys } },
    select: { openKey: true },
  });
  return new Set(rows.flatMap(({ openKey }) => openKey ?? []));
}

export async function findHold(db: Database, number: number): Promise<HoldJob | null> {
  const [job] = await jobsWhere(db, { number });
  return job ?? null;
}

/** The open holds that a Restoration claims. */
export function holdsOfRestoration(db: Database, restorationNumber: number): Promise<HoldJob[]> {
  return jobsWhere(db, { openKey: { not: null }, claims: { some: { restorationNumber } } });
}

/** The open holds that Restorations of an incident claim, and those its freezes do. */
export function holdsOfIncident(db: Database, incidentNumber: number): Promise<HoldJob[]> {
  const of = [{ restoration: { incidentNumber } }, { freeze: { incidentNumber } }];
  return jobsWhere(db, { claims: { some: { OR: of } } });
}

async function jobsWhere(db: Database, where: Prisma.HoldWhereInput): Promise<HoldJob[]> {
  const rows = await db.hold.findMany({ where, include: withClaims, orderBy: { number: "asc" } });
  const restorations = rows.flatMap(({ claims }) =>
    claims.flatMap(({ restorationNumber }) => restorationNumber ?? []),
  );
  const putBacks = restorations.length === 0 ? [] : await putBacksOf(db, restorations);
  return rows.map((row) => toJob(row, new Map(putBacks)));
}

async function putBacksOf(db: Database, numbers: number[]): Promise<[number, Date][]> {
  const rows = await db.restoration.findMany({
    where: { putBackOf: { in: numbers }, acceptedAt: { not: null } },
    select: { putBackOf: true, acceptedAt: true },
  });
  return rows.flatMap(({ putBackOf, acceptedAt }) =>
    putBackOf !== null && acceptedAt ? [[putBackOf, acceptedAt] as [number, Date]] : [],
  );
}

function toJob(row: FullRow, putBacks: ReadonlyMap<number, Date>): HoldJob {
  return {
    number: row.number,
    hold: toHold(row),
    target: readTarget(row),
    was: row.was,
    asserted: row.asserted,
    lostAt: row.lostAt,
    dueAt: row.dueAt,
    openKey: row.openKey,
    claims: row.claims.map(({ freeze, restoration, ...claim }) => ({
      id: claim.id,
      droppedAt: claim.droppedAt,
      freezeNumber: claim.freezeNumber,
      restorationNumber: claim.restorationNumber,
      incidentNumber: freeze?.incidentNumber ?? restoration?.incidentNumber ?? null,
      by: freeze ? `F-${freeze.number}` : `R-${claim.restorationNumber}`,
      reason: freeze?.reason ?? "",
      freeze: freeze && { until: freeze.until, thawedAt: freeze.thawedAt },
      restoration: restoration && {
        state: RestorationState.parse(restoration.state),
        acceptedAt: restoration.acceptedAt,
        putBackAt: putBacks.get(restoration.number) ?? null,
      },
    })),
  };
}
