import "server-only";
import * as z from "zod";
import type { Hold } from "@/lib/contracts/hold";
import { RestorationState } from "@/lib/contracts/restoration";
import type { HoldClaim } from "@/lib/rules/freeze-claims";
import type { HoldTarget } from "@/lib/rules/freeze-holds";
import type { Database } from "@/lib/server/db";
import { Prisma } from "@/lib/server/generated/prisma/client";
import { readTarget } from "./hold-target";
import { toHold } from "./store";

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

type Row = Prisma.HoldGetPayload<Record<string, never>> & { claims: unknown };

const Moment = z.string().transform((text) => new Date(text));
const Claims = z.array(
  z.object({
    id: z.number(),
    droppedAt: Moment.nullable(),
    freezeNumber: z.number().nullable(),
    restorationNumber: z.number().nullable(),
    incidentNumber: z.number().nullable(),
    reason: z.string(),
    freeze: z.object({ until: Moment, thawedAt: Moment.nullable() }).nullable(),
    restoration: z
      .object({
        state: RestorationState,
        acceptedAt: Moment.nullable(),
        putBackAt: Moment.nullable(),
      })
      .nullable(),
  }),
);

/**
 * Takes up to `limit` due holds, the longest due first, and puts each off until `nextAt`, so that of
 * several replicas one works on it: `taker`, by whose end they are due again.
 */
export async function takeDueHolds(
  db: Database,
  query: {
    now: Date;
    nextAt: Date;
    taker: string;
    limit: number;
    except: number[];
    exceptSources: string[];
  },
): Promise<HoldJob[]> {
  const rows = await db.$queryRaw<{ number: number }[]>`
    UPDATE "Hold" SET "dueAt" = ${query.nextAt}::timestamptz, "takenBy" = ${query.taker}
     WHERE "number" IN (
       SELECT "number" FROM "Hold"
        WHERE "dueAt" <= ${query.now}::timestamptz AND "openKey" IS NOT NULL
          AND NOT ("number" = ANY(${query.except}::int[]))
          AND NOT ("source" = ANY(${query.exceptSources}::text[]))
        ORDER BY "dueAt" LIMIT ${query.limit}::int FOR UPDATE SKIP LOCKED)
    RETURNING "number"`;
  if (rows.length === 0) return [];
  // Afterwards, so that whoever had one looked at by ending a freeze is found to have ended it.
  const numbers = rows.map(({ number }) => number);
  return jobsWhere(db, Prisma.sql`"Hold"."number" = ANY(${numbers}::int[])`);
}

/** Puts a hold off that was taken, unless somebody wants it looked at sooner. */
export async function putOff(
  db: Database,
  { number, dueAt }: HoldJob,
  nextAt: Date,
): Promise<void> {
  await db.hold.updateMany({ where: { number, dueAt }, data: { dueAt: nextAt } });
}

export async function findHold(db: Database, number: number): Promise<HoldJob | null> {
  const [job] = await jobsWhere(db, Prisma.sql`"Hold"."number" = ${number}::int`);
  return job ?? null;
}

/** Holds with who claims them, in one statement, however many they are. */
async function jobsWhere(db: Database, which: Prisma.Sql): Promise<HoldJob[]> {
  const rows = await db.$queryRaw<Row[]>`
    SELECT "Hold".*, (
        SELECT json_agg(json_build_object(
                 'id', c."id", 'droppedAt', c."droppedAt",
                 'freezeNumber', c."freezeNumber", 'restorationNumber', c."restorationNumber",
                 'incidentNumber', coalesce(f."incidentNumber", r."incidentNumber"),
                 'reason', coalesce(f."reason", ''),
                 'freeze', CASE WHEN f."number" IS NOT NULL THEN
                   json_build_object('until', f."until", 'thawedAt', f."thawedAt") END,
                 'restoration', CASE WHEN r."number" IS NOT NULL THEN
                   json_build_object('state', r."state", 'acceptedAt', r."acceptedAt",
                     'putBackAt', (SELECT max(b."acceptedAt") FROM "Restoration" b
                                    WHERE b."putBackOf" = r."number")) END)
               ORDER BY c."id")
          FROM "HoldClaim" c
          LEFT JOIN "Freeze" f ON f."number" = c."freezeNumber"
          LEFT JOIN "Restoration" r ON r."number" = c."restorationNumber"
         WHERE c."holdNumber" = "Hold"."number") AS "claims"
      FROM "Hold" WHERE ${which} ORDER BY "Hold"."number"`;
  return rows.map(toJob);
}

function toJob(row: Row): HoldJob {
  return {
    number: row.number,
    hold: toHold(row),
    target: readTarget(row),
    was: row.was,
    asserted: row.asserted,
    lostAt: row.lostAt,
    dueAt: row.dueAt,
    openKey: row.openKey,
    claims: Claims.parse(row.claims ?? []).map((claim) => ({
      ...claim,
      by: claim.freeze ? `F-${claim.freezeNumber}` : `R-${claim.restorationNumber}`,
    })),
  };
}
