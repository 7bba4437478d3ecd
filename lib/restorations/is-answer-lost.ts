import "server-only";
import type { Ctx } from "@/lib/server/context";
import { isThere } from "@/lib/sources/store";
import type { Job } from "./store";
import { isUnwritten } from "./unwritten-outcome";

/** An act of a process that lives and hasn't answered by then never will: its own timeouts are shorter. */
const ANSWER_LOST_AFTER_MS = 60_000;
/** The last call of a process that is gone has reached whom it was meant for by then, or never will. */
const GONE_FOR_CERTAIN_MS = 15_000;

export type FollowOptions = {
  /** True when no other process can be working on this database: orphaned claims are settled at once. */
  isAlone: boolean;
};

/** Whether whoever pulled it will never tell what came of it, so that the world has to be read. */
export async function isAnswerLost(
  ctx: Ctx,
  job: Job,
  { isAlone }: FollowOptions,
): Promise<boolean> {
  if (isUnwritten(ctx.db, job.number)) return true;
  const isOthers = job.instance !== ctx.instance;
  if (isOthers && isAlone) return true;
  const askedAt = Date.parse(job.restoration.askedAt ?? job.restoration.plannedAt);
  const waited = ctx.now().getTime() - askedAt;
  if (waited > ANSWER_LOST_AFTER_MS) return true;
  return isOthers && waited > GONE_FOR_CERTAIN_MS && !(await isThere(ctx.db, job.instance));
}
