import "server-only";
import type { Ctx } from "@/lib/server/context";

/** A code source gives so many requests an hour, which pulling a lever needs too. */
const AT_FIRST_MS = 1_000;
const AFTERWARDS_MS = 3_000;
const FIRST_MS = 60_000;

const looks = new WeakMap<Ctx["db"], Map<number, number>>();

/**
 * Whether an opened revert is to be looked at now: every second while it is young, every three
 * afterwards. Says yes once for each time.
 */
export function isLookDue(ctx: Ctx, restorationNumber: number, acceptedAt: string | null): boolean {
  const its = looks.get(ctx.db) ?? new Map<number, number>();
  looks.set(ctx.db, its);
  const now = ctx.now().getTime();
  const isYoung = acceptedAt === null || now - Date.parse(acceptedAt) < FIRST_MS;
  const since = now - (its.get(restorationNumber) ?? Number.NEGATIVE_INFINITY);
  // Less than nothing when the clock was set back meanwhile: there is no waiting for it to catch up.
  if (since >= 0 && since < (isYoung ? AT_FIRST_MS : AFTERWARDS_MS)) return false;
  // Those that ended are forgotten with the oldest.
  its.delete(restorationNumber);
  its.set(restorationNumber, now);
  const oldest = its.size > 200 ? its.keys().next().value : undefined;
  if (oldest !== undefined) its.delete(oldest);
  return true;
}

/** Something was done to it: it is looked at at the next turn. */
export function lookSoon(db: Ctx["db"], restorationNumber: number): void {
  looks.get(db)?.delete(restorationNumber);
}
