import "server-only";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import { askToLetGo } from "./ask-outside";
import type { HoldJob } from "./job-store";
import { afterError, inAbout } from "./next-look";
import { closeHold, saveHold } from "./save-store";
import { publishHold, tellTimelines } from "./tell-hold";

const AFTER_REFUSAL_MS = 15_000;
const AFTER_OUTAGE_MS = 5_000;

/**
 * Puts back what nobody needs held any more, as it was before the first who needed it. Until the outside
 * has answered it is `releasing`, and asked again.
 */
export async function letGo(ctx: Ctx, job: HoldJob): Promise<void> {
  if (job.hold.state !== "releasing") {
    const patch = { state: "releasing" as const, sentence: "Being put back.", at: ctx.now() };
    const due = { takenDueAt: job.dueAt, nextAt: job.dueAt };
    // What was asserted is no longer so from here on: whoever claims it now asks for it anew.
    await saveHold(ctx.db, job.number, { ...patch, who: null, asserted: null }, due);
    publishHold(ctx, job);
  }
  try {
    const answer = wasNeverHeld(job)
      ? { outcome: "released" as const, sentence: "It never was held." }
      : await askToLetGo(ctx, job);
    if (answer.outcome === "released") {
      const { sentence } = answer;
      const closed = { sentence, at: ctx.now() };
      if (await closeHold(ctx.db, job.number, closed, job.dueAt)) publishHold(ctx, job);
      return;
    }
    const refused = answer.outcome === "refused";
    const sentence = refused ? answer.because : answer.sentence;
    await keepTrying(ctx, job, inAbout(ctx, AFTER_REFUSAL_MS), {
      sentence: `It couldn’t be put back: ${sentence}`,
      ...{ who: refused ? answer.who : null, commands: answer.commands },
    });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const sentence = `It couldn’t be put back yet: ${error.sentence}`;
    await keepTrying(ctx, job, afterError(ctx, error, AFTER_OUTAGE_MS), { sentence, who: null });
  }
}

/**
 * Nothing was done: all that was ever asked for was answered with a no. Merges are marked all the same
 * where they can't be held.
 */
function wasNeverHeld({ hold }: HoldJob): boolean {
  return hold.layer !== "github" && hold.state === "not-held" && hold.checkedAt === null;
}

async function keepTrying(
  ctx: Ctx,
  job: HoldJob,
  nextAt: Date,
  said: { sentence: string; who: string | null; commands?: string[] },
): Promise<void> {
  const patch = { state: "releasing" as const, at: ctx.now(), ...said };
  await saveHold(ctx.db, job.number, patch, { takenDueAt: job.dueAt, nextAt });
  if (job.hold.sentence === said.sentence) return;
  await tellTimelines(ctx, job, said.sentence);
  publishHold(ctx, job);
}
