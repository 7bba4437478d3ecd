import "server-only";
import type { HoldReading } from "@/lib/integrations/hold-answer";
import { SourceError } from "@/lib/integrations/source-error";
import { isAskedAgain, lossInWords } from "@/lib/rules/freeze-losses";
import type { Ctx } from "@/lib/server/context";
import { lookOutside } from "./ask-outside";
import { assertHold } from "./assert-hold";
import { type HoldJob, putOff } from "./job-store";
import { afterError, inAbout, nextLook } from "./next-look";
import type { Wish } from "./read-wish";
import { saveHold } from "./save-store";
import { publishHold, tellTimelines } from "./tell-hold";

const AFTER_OUTAGE_MS = 5_000;
const WHILE_LOST_MS = 20_000;

type Absent = Extract<HoldReading, { state: "absent" }>;

/**
 * Looks whether something still is held. What somebody took away is asked for again, once; who takes it
 * away again within a minute is named, and not fought with.
 */
export async function lookAtHold(ctx: Ctx, job: HoldJob, wish: Wish): Promise<void> {
  try {
    const reading = await lookOutside(ctx, job, wish);
    if (reading.state === "absent" && !isOnlyNews(job, wish, reading)) {
      return await keepLoss(ctx, job, wish, reading);
    }
    // Pull requests come and go: those that came since are held too.
    if (wish.layer === "github") return await assertHold(ctx, job, wish);
    const at = ctx.now();
    const wasLost = job.hold.state === "lost";
    const sentence = wasLost ? reading.sentence : job.hold.sentence;
    const patch = { state: "held" as const, sentence, at, checkedAt: at, who: null };
    const nextAt = await nextLook(ctx, job);
    await saveHold(ctx.db, job.number, patch, { takenDueAt: job.dueAt, nextAt });
    if (wasLost) publishHold(ctx, job);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    // Nothing says that it isn't held: when it was last seen to be is shown.
    await putOff(ctx.db, job, afterError(ctx, error, AFTER_OUTAGE_MS));
  }
}

/** Nobody took it away: what came since, or became of the branch's rules, isn't held yet. */
function isOnlyNews(job: HoldJob, wish: Wish, reading: Absent): boolean {
  return wish.layer === "github" && reading.by === null && job.hold.state === "held";
}

async function keepLoss(ctx: Ctx, job: HoldJob, wish: Wish, reading: Absent): Promise<void> {
  const at = ctx.now();
  if (job.hold.state === "lost") return putOff(ctx.db, job, inAbout(ctx, WHILE_LOST_MS));
  const isAgain = !isAskedAgain(job.lostAt, at);
  const sentence = lossInWords(reading, isAgain);
  const patch = {
    state: "lost" as const,
    sentence,
    at,
    who: reading.by,
    lostAt: at,
    checkedAt: at,
  };
  const nextAt = isAgain ? inAbout(ctx, WHILE_LOST_MS) : job.dueAt;
  await saveHold(
    ctx.db,
    job.number,
    // What isn't asserted is asked for, also by the next process.
    isAgain ? patch : { ...patch, asserted: null },
    { takenDueAt: job.dueAt, nextAt },
  );
  await tellTimelines(ctx, job, sentence);
  publishHold(ctx, job);
  if (isAgain) return;
  await assertHold(ctx, { ...job, hold: { ...job.hold, state: "lost" } }, wish);
}
