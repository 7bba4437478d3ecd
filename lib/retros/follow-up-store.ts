import "server-only";
import type { FollowUp, FollowUpRow } from "@/lib/contracts/follow-up";
import type { Page } from "@/lib/contracts/page";
import type { Database, Transaction } from "@/lib/server/db";
import type { Prisma } from "@/lib/server/generated/prisma/client";
import { toFollowUp } from "./store";

/** "FOL-12" → 12, as is "F-12", which they were called before; null when it is no follow-up's id. */
export function followUpNumber(id: string): number | null {
  const number = /^(?:FOL|F)-(\d{1,9})$/i.exec(id)?.[1];
  return number ? Number(number) : null;
}

/** A follow-up and what only the server needs of it. */
export type StoredFollowUp = {
  number: number;
  followUp: FollowUp;
  createdAt: Date;
  issueAskedAt: Date | null;
  issueSource: string | null;
  issueRepository: string | null;
};

type Row = Prisma.FollowUpGetPayload<Record<string, never>>;

function toStored(row: Row): StoredFollowUp {
  const { number, createdAt, issueAskedAt, issueSource, issueRepository } = row;
  const followUp = toFollowUp(row);
  return { number, followUp, createdAt, issueAskedAt, issueSource, issueRepository };
}

export async function findFollowUp(
  db: Database | Transaction,
  number: number,
): Promise<StoredFollowUp | null> {
  const row = await db.followUp.findUnique({ where: { number } });
  return row ? toStored(row) : null;
}

export async function insertFollowUp(
  tx: Transaction,
  draft: Pick<FollowUp, "title" | "owner" | "team" | "dueOn" | "kind"> & {
    incidentNumber: number;
    createdBy: string;
    createdAt: Date;
    /** The revert that it is drafted for. */
    restorationNumber?: number;
  },
): Promise<FollowUp> {
  const row = await tx.followUp.create({ data: { ...draft, dueOn: toDay(draft.dueOn) } });
  return toFollowUp(row);
}

export type FollowUpPatch = Partial<
  Pick<FollowUp, "title" | "owner" | "team" | "dueOn" | "kind" | "state">
> & {
  closedAt?: Date | null;
  issueSource?: string | null;
  issueRepository?: string | null;
  issueNumber?: number | null;
  issueUrl?: string | null;
  issueState?: "open" | "closed" | null;
  issueReadAt?: Date | null;
  issueAskedAt?: Date | null;
};

export async function updateFollowUp(
  tx: Transaction,
  number: number,
  patch: FollowUpPatch,
): Promise<FollowUp> {
  const { dueOn, ...rest } = patch;
  const row = await tx.followUp.update({
    where: { number },
    data: {
      ...rest,
      ...(dueOn === undefined ? {} : { dueOn: toDay(dueOn) }),
      version: { increment: 1 },
    },
  });
  return toFollowUp(row);
}

/**
 * Writes down that an issue is about to be asked for, unless there is one or somebody asked since
 * `notSince`. False when there is nothing to ask for.
 */
export async function claimIssue(
  db: Database,
  number: number,
  claim: { source: string; repository: string; at: Date; notSince: Date },
): Promise<boolean> {
  const { count } = await db.followUp.updateMany({
    where: {
      number,
      issueNumber: null,
      OR: [{ issueAskedAt: null }, { issueAskedAt: { lt: claim.notSince } }],
    },
    data: { issueSource: claim.source, issueRepository: claim.repository, issueAskedAt: claim.at },
  });
  return count > 0;
}

/** Takes a claim back: it is known that nothing was opened by it. */
export async function releaseIssue(db: Database, number: number, askedAt: Date): Promise<void> {
  await db.followUp.updateMany({
    where: { number, issueNumber: null, issueAskedAt: askedAt },
    data: { issueSource: null, issueRepository: null, issueAskedAt: null },
  });
}

/** Follow-ups whose issue was asked for and never heard of, oldest first. */
export async function askedFollowUps(
  db: Database,
  query: { source: string; before: Date; limit: number },
): Promise<StoredFollowUp[]> {
  const rows = await db.followUp.findMany({
    where: { issueSource: query.source, issueNumber: null, issueAskedAt: { lt: query.before } },
    orderBy: { issueAskedAt: "asc" },
    take: query.limit,
  });
  return rows.map(toStored);
}

/** Follow-ups with an issue that are open or were lately, the one read longest ago first. */
export async function followedFollowUps(
  db: Database,
  query: { source: string; closedAfter: Date; limit: number },
): Promise<StoredFollowUp[]> {
  const rows = await db.followUp.findMany({
    where: {
      issueSource: query.source,
      issueNumber: { not: null },
      OR: [{ state: "open" }, { closedAt: { gt: query.closedAfter } }],
    },
    orderBy: [{ issueReadAt: { sort: "asc", nulls: "first" } }, { number: "asc" }],
    take: query.limit,
  });
  return rows.map(toStored);
}

/** Notes when issues were read and said nothing new. */
export async function noteIssuesRead(db: Database, numbers: number[], at: Date): Promise<void> {
  await db.followUp.updateMany({
    where: { number: { in: numbers } },
    data: { issueReadAt: at },
  });
}

/** Makes an issue the next to be read. */
export async function readIssueNext(
  db: Database,
  issue: { source: string; repository: string; number: number },
): Promise<void> {
  await db.followUp.updateMany({
    where: {
      issueSource: issue.source,
      issueNumber: issue.number,
      issueRepository: { equals: issue.repository, mode: "insensitive" },
    },
    data: { issueReadAt: null },
  });
}

export type FollowUpQuery = {
  state?: FollowUp["state"] | undefined;
  team?: string | undefined;
  owner?: string | undefined;
  /** Only what was due before this day and is open. */
  overdueOn?: string | undefined;
  after?: string | undefined;
  limit: number;
};

/** One keyset page of follow-ups, what is due first first, what is never due last. */
export async function followUpPage(
  db: Database,
  query: FollowUpQuery,
): Promise<Page<Omit<FollowUpRow, "isOverdue">>> {
  const rows = await db.followUp.findMany({
    where: { AND: [filterOf(query), after(query.after)] },
    orderBy: [{ dueOn: { sort: "asc", nulls: "last" } }, { number: "asc" }],
    take: query.limit + 1,
    include: { retro: { select: { incident: { select: { title: true } } } } },
  });
  const items = rows.slice(0, query.limit).map(({ retro, ...row }) => ({
    followUp: toFollowUp(row),
    incidentTitle: retro.incident.title,
  }));
  const last = items.at(-1)?.followUp;
  const next = last ? `${last.dueOn ?? ""}_${last.id}` : null;
  return { items, next: rows.length > query.limit ? next : null };
}

function filterOf({ state, team, owner, overdueOn }: FollowUpQuery): Prisma.FollowUpWhereInput {
  const is = (name: string) => ({ equals: name, mode: "insensitive" as const });
  return {
    ...(state ? { state } : {}),
    ...(team ? { team: is(team) } : {}),
    ...(owner ? { owner: is(owner) } : {}),
    ...(overdueOn ? { AND: [{ state: "open" }, { dueOn: { lt: toDay(overdueOn) } }] } : {}),
  };
}

/** What comes after "2026-12-01_FOL-12", or after "_FOL-12" among what is never due. */
function after(cursor: string | undefined): Prisma.FollowUpWhereInput {
  const [, day, id] = /^(\d{4}-\d{2}-\d{2})?_([A-Z]+-\d{1,9})$/.exec(cursor ?? "") ?? [];
  const number = followUpNumber(id ?? "");
  if (number === null) return {};
  if (day === undefined) return { dueOn: null, number: { gt: number } };
  const dueOn = toDay(day);
  return { OR: [{ dueOn: { gt: dueOn } }, { dueOn, number: { gt: number } }, { dueOn: null }] };
}

function toDay(day: string): Date;
function toDay(day: string | null): Date | null;
function toDay(day: string | null): Date | null {
  return day === null ? null : new Date(`${day}T00:00:00.000Z`);
}

/** A revert that brought its cause out of production, and has no follow-up to land it again. */
export type RelandRow = {
  restorationNumber: number;
  incidentNumber: number;
  /** The pull request that was reverted, and its revert. */
  reverted: number;
  revert: number;
};

/** Reverts that reached production in incidents that have a retro, and weren't put back; at most 20. */
export async function revertsToLandAgain(db: Database): Promise<RelandRow[]> {
  return db.$queryRaw<RelandRow[]>`
    SELECT r."number" AS "restorationNumber", r."incidentNumber",
           (r."target"->>'number')::int AS "reverted", (r."plan"->>'revertNumber')::int AS "revert"
      FROM "RevertStep" s
      JOIN "Restoration" r ON r."number" = s."restorationNumber"
      JOIN "Retro" t ON t."incidentNumber" = r."incidentNumber"
     WHERE s."step" = 'merge' AND r."state" IN ('in-effect', 'verified') AND r."endedAt" IS NOT NULL
       AND r."putBackOf" IS NULL AND r."plan"->>'revertNumber' IS NOT NULL
       AND NOT EXISTS (SELECT FROM "FollowUp" f WHERE f."restorationNumber" = r."number")
       AND NOT EXISTS (SELECT FROM "Restoration" b
                        WHERE b."putBackOf" = r."number" AND b."acceptedAt" IS NOT NULL)
     ORDER BY r."number" LIMIT 20`;
}

/** Whether a follow-up was drafted for this revert before. */
export async function isDraftedFor(tx: Transaction, restorationNumber: number): Promise<boolean> {
  return (await tx.followUp.count({ where: { restorationNumber } })) > 0;
}
