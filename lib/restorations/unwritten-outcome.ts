import "server-only";
import type { Ctx } from "@/lib/server/context";

const unwritten = new WeakMap<Ctx["db"], Set<number>>();

/** The act of this Restoration is over in this process, and what came of it couldn't be written down. */
export function noteUnwritten(db: Ctx["db"], restorationNumber: number): void {
  const its = unwritten.get(db) ?? new Set<number>();
  unwritten.set(db, its.add(restorationNumber));
}

/** Whether its act is known to be over although the database still says that it is asked for. */
export function isUnwritten(db: Ctx["db"], restorationNumber: number): boolean {
  return unwritten.get(db)?.has(restorationNumber) ?? false;
}

/** It was settled by reading the world. */
export function forgetUnwritten(db: Ctx["db"], restorationNumber: number): void {
  unwritten.get(db)?.delete(restorationNumber);
}
