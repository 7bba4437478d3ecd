import "server-only";
import { isRevertBeingOpened } from "@/lib/freezes/cure-store";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import { askToHold } from "./ask-outside";
import { type HoldJob, putOff } from "./job-store";
import { keepPulls } from "./keep-pulls";
import { afterError, inAbout, nextLook } from "./next-look";
import { digestOf, type Wish } from "./read-wish";
import { patchOfAnswer, saveHold } from "./save-store";
import { noteAsking, reopenHold } from "./store";
import { publishHold } from "./tell-hold";

const AFTER_REFUSAL_MS = 30_000;
const AFTER_OUTAGE_MS = 5_000;
const AFTER_LOST_ANSWER_MS = 2_000;
/** So long is waited for the number of a revert that is being opened, so that it isn't held. */
const REVERT_OPENS_WITHIN_MS = 15_000;

/** Asks the outside to hold something as it is wished now, and keeps what came of it. */
export async function assertHold(ctx: Ctx, job: HoldJob, wish: Wish): Promise<void> {
  if (await waitsForRevert(ctx, job, wish)) return putOff(ctx.db, job, inAbout(ctx, 1_000));
  const asserted = digestOf(wish);
  if (job.hold.state === "not-held") await noteAsking(ctx.db, job.number);
  try {
    const answer = await askToHold(ctx, job, wish);
    const said = patchOfAnswer(answer, ctx.now());
    const patch = { ...said, asserted, at: sinceWhen(job, said) };
    const nextAt =
      answer.outcome === "held" ? await nextLook(ctx, job) : inAbout(ctx, AFTER_REFUSAL_MS);
    const isKept = await saveHold(ctx.db, job.number, patch, { takenDueAt: job.dueAt, nextAt });
    // It was let go of while this answer was under way: what is held now is let go of again.
    if (!isKept && answer.outcome === "held") await reopenHold(ctx.db, job, ctx.now());
    if (answer.outcome === "held") await keepPulls(ctx, job, wish, answer.pulls);
    if (isNews(job, patch)) publishHold(ctx, job);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    await keepError(ctx, job, error);
  }
}

async function keepError(ctx: Ctx, job: HoldJob, error: SourceError): Promise<void> {
  const at = ctx.now();
  const due = (ms: number) => ({ takenDueAt: job.dueAt, nextAt: afterError(ctx, error, ms) });
  if (job.hold.state === "held") {
    // What was asked for before still holds; only what was to be changed isn't yet.
    const sentence = `It holds as before, but couldn’t be changed: ${error.sentence}`;
    const isKept = { state: "held" as const, sentence, at };
    await saveHold(ctx.db, job.number, isKept, due(AFTER_OUTAGE_MS));
  } else if (error.mayHaveActed || error.code === "rate-limited") {
    const again = error.mayHaveActed ? " It is asked again, which does no harm." : "";
    const sentence = `${error.sentence}${again}`;
    // Once it may have been done, it is let go of for certain.
    const asked = { state: "asked" as const, sentence, at, who: null, checkedAt: at };
    await saveHold(ctx.db, job.number, asked, due(AFTER_LOST_ANSWER_MS));
  } else {
    const failed = { state: "not-held" as const, sentence: error.sentence, at, who: null };
    const since = { ...failed, at: sinceWhen(job, failed) };
    await saveHold(ctx.db, job.number, since, due(AFTER_OUTAGE_MS));
  }
  publishHold(ctx, job);
}

/** A revert that restores an incident must not be red first: its number is waited for. */
async function waitsForRevert(ctx: Ctx, job: HoldJob, wish: Wish): Promise<boolean> {
  if (wish.layer !== "github" || job.hold.state !== "held") return false;
  const since = new Date(ctx.now().getTime() - REVERT_OPENS_WITHIN_MS);
  const { incidentNumbers, request } = wish;
  return isRevertBeingOpened(ctx.db, { incidentNumbers, repository: request.repository, since });
}

/** What it was before it was asked for once more, it still is. */
function sinceWhen({ hold }: HoldJob, patch: { state: string; at: Date }): Date {
  return hold.state === patch.state ? new Date(hold.at) : patch.at;
}

function isNews({ hold }: HoldJob, patch: { state: string; sentence: string }): boolean {
  return hold.state !== patch.state || hold.sentence !== patch.sentence;
}
