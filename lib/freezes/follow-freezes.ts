import "server-only";
import { insertEntry } from "@/lib/incidents/store";
import { frozenInWords } from "@/lib/rules/freeze-words";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { closedIncidents } from "./incident-store";
import { holdFreezes, needlessFreezes } from "./needless-store";
import { planFreeze, publishFreeze } from "./plan-freeze";
import { type FreezeRow, findFreeze, freezesNotThawed, noteWarned, takeDuePlans } from "./store";
import { thawFreezes } from "./thaw-store";

const WARN_BEFORE_MS = 5 * 60_000;
/** A plan that hangs is begun by another after this. */
const PLANNED_WITHIN_MS = 30_000;

/** Plans being worked out in this process, by the number of their freeze. */
export type RunningPlans = Map<number, Promise<void>>;

/**
 * One turn over the freezes that are on: ends those whose time is over or whose incident is, and those made
 * with a rollback that wasn't done, says when one ends soon, and begins to work out what new ones hold,
 * without waiting for that. Several processes may do it at once. Returns how many are on.
 */
export async function followFreezes(ctx: Ctx, running: RunningPlans): Promise<number> {
  const rows = await freezesNotThawed(ctx.db);
  if (rows.length === 0) return 0;
  const now = ctx.now();
  const closed = await closedIncidents(
    ctx.db,
    rows.flatMap(({ incidentNumber }) => incidentNumber ?? []),
  );
  const isOver = ({ until }: FreezeRow) => until <= now;
  const isClosed = ({ incidentNumber }: FreezeRow) =>
    incidentNumber !== null && closed.has(incidentNumber);
  await end(
    ctx,
    rows.filter((row) => isClosed(row) && !isOver(row)),
    "resolved",
  );
  await end(ctx, rows.filter(isOver), "expiry");
  const lasting = rows.filter((row) => !isOver(row) && !isClosed(row));
  const needless = await endNeedless(ctx, lasting);
  const on = lasting.filter(({ number }) => !needless.has(number));
  for (const row of on) await warn(ctx, row, now);
  await beginPlans(ctx, running, now);
  return on.length;
}

async function end(ctx: Ctx, rows: FreezeRow[], because: "expiry" | "resolved"): Promise<void> {
  if (rows.length === 0) return;
  const numbers = rows.map(({ number }) => number);
  const thaw = { because, by: null, actorId: ctx.actor.id, at: ctx.now() };
  const thawed = await ctx.db.$transaction((tx) =>
    thawFreezes(tx, { number: { in: numbers } }, thaw),
  );
  if (thawed.length === 0) return;
  for (const row of rows) publishFreeze(ctx, row);
  nudge("holds");
}

/**
 * What was frozen with a Restoration that ended without changing anything protects nothing. Told by what is
 * stored of both, so that it ends too when the process died in between.
 */
async function endNeedless(ctx: Ctx, rows: FreezeRow[]): Promise<Set<number>> {
  const asked = rows.filter((row) => row.restorationNumber !== null && row.renewals === 0);
  if (asked.length === 0) return new Set();
  const found = await needlessFreezes(
    ctx.db,
    asked.map(({ number }) => number),
  );
  if (found.length === 0) return new Set();
  const thaw = { because: "not-done" as const, by: null, actorId: ctx.actor.id, at: ctx.now() };
  const thawed = await ctx.db.$transaction(async (tx) => {
    await holdFreezes(tx, found);
    // Asked again while nobody can renew one or press with it.
    const still = await needlessFreezes(tx, found);
    return thawFreezes(tx, { number: { in: still } }, thaw);
  });
  const ended = rows.filter(({ id }) => thawed.includes(id));
  for (const row of ended) publishFreeze(ctx, row);
  if (ended.length > 0) nudge("holds");
  return new Set(ended.map(({ number }) => number));
}

async function warn(ctx: Ctx, row: FreezeRow, now: Date): Promise<void> {
  const { incidentNumber, until, warnedAt, createdAt, id, services } = row;
  if (warnedAt !== null || until.getTime() - now.getTime() > WARN_BEFORE_MS) return;
  // A freeze that was as short from the beginning needs no reminder.
  const isShort = until.getTime() - (row.renewedAt ?? createdAt).getTime() <= WARN_BEFORE_MS;
  await ctx.db.$transaction(async (tx) => {
    if (!(await noteWarned(tx, row, now)) || incidentNumber === null || isShort) return;
    const text = `${id} ends in 5 min: renew it, or ${frozenInWords(services)} may be delivered again`;
    await insertEntry(tx, { incidentNumber, kind: "freeze", at: now, text, by: null });
  });
  publishFreeze(ctx, row);
}

async function beginPlans(ctx: Ctx, running: RunningPlans, now: Date): Promise<void> {
  const nextAt = new Date(now.getTime() + PLANNED_WITHIN_MS);
  for (const number of await takeDuePlans(ctx.db, { now, nextAt, taker: ctx.instance })) {
    if (running.has(number)) continue;
    const planned = plan(ctx, number).finally(() => running.delete(number));
    running.set(number, planned);
  }
}

async function plan(ctx: Ctx, number: number): Promise<void> {
  try {
    const row = await findFreeze(ctx.db, number);
    if (row && row.thawedAt === null) await planFreeze(ctx, row);
  } catch (error) {
    ctx.log.error({ err: error, freeze: `F-${number}` }, "what a freeze holds can't be worked out");
  }
}
