import "server-only";
import type { RestoreOutcome } from "@/lib/contracts/restoration";
import { makeHoldsDue } from "@/lib/holds/claim-store";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import type { Acted } from "./lever";
import { type Outcome, writeOutcome } from "./press-store";
import { findJob, type Job, restorationNumber } from "./store";
import { noteUnwritten } from "./unwritten-outcome";

type Ending = {
  outcome: Omit<Outcome, "at" | "entry">;
  answer: "started" | "unchanged" | "unknown" | Refusal;
};

/**
 * Touches the world by `act` and writes down what came of it: outcome, receipt, timeline and audit,
 * all or none. An answer that never came leaves the Restoration `unknown`, to be read back, never
 * asked again. One whose outcome can't be written, because the database went away, fails with that and is
 * read back as soon as the database is there again.
 */
export async function settleAct(
  ctx: Ctx,
  job: Job,
  act: () => Promise<Acted>,
): Promise<RestoreOutcome> {
  const ending = await act().then(
    (acted) => endingOf(acted, ctx),
    (error: unknown) => endingOfError(error, ctx),
  );
  const at = ctx.now();
  const { id, lever } = job.restoration;
  const { state, sentence } = ending.outcome;
  const entry = state === "failed" ? { entry: `${id} was not done: ${sentence}` } : {};
  const audit = { actor: ctx.actor.id, action: `${lever}-${state}`, detail: { sentence }, at };
  const moved = await writeOutcome(ctx.db, job, { ...ending.outcome, ...entry, at }, audit).catch(
    (error: unknown) => {
      // Nothing of it is under way any more: whoever follows reads the world at its next turn.
      noteUnwritten(ctx.db, job.number);
      throw error;
    },
  );
  await letGoOfHolds(ctx, job, state);
  ctx.publish("restoration", id);
  ctx.publish("incident", job.restoration.incidentId);
  if (ending.answer instanceof Refusal) throw ending.answer;
  const now = moved ?? (await findJob(ctx.db, job.number));
  return {
    outcome: ending.answer === "unchanged" ? "unchanged" : "started",
    sentence,
    restoration: now?.restoration ?? job.restoration,
  };
}

/**
 * What was held for an act that wasn't done, or for one that is put back now, is needed no more: whoever
 * follows holds lets go of it at its next turn. That it can't be written is no reason to fail the press,
 * since holds are looked at anyway.
 */
export async function letGoOfHolds(
  ctx: Ctx,
  job: Job,
  state: Job["restoration"]["state"],
): Promise<void> {
  const { lever, putBackOf } = job.restoration;
  if (lever !== "rollback") return;
  const undone = restorationNumber(putBackOf ?? "");
  const number = state === "failed" ? job.number : state === "accepted" ? undone : null;
  if (number === null) return;
  try {
    await makeHoldsDue(ctx.db, { restorationNumber: number }, ctx.now());
    // A freeze that was made with one that failed has nothing to protect, either.
    nudge("holds", "freezes");
  } catch (error) {
    ctx.log.warn({ err: error, restoration: job.restoration.id }, "holds can't be made due");
  }
}

function endingOf(acted: Acted, ctx: Ctx): Ending {
  switch (acted.outcome) {
    case "accepted":
      return {
        outcome: {
          state: "accepted",
          sentence: acted.sentence,
          acceptedAt: acted.at,
          ...(acted.plan ? { plan: acted.plan } : {}),
          ...(acted.url ? { url: acted.url } : {}),
        },
        answer: "started",
      };
    case "unchanged":
      return notDone("unchanged", acted.because, ctx, "unchanged");
    case "changed":
      return notDone("changed", acted.because, ctx, new Refusal("changed", 409, acted.because));
    case "refused": {
      const { code, sentence, commands } = acted.blocker;
      const { outcome, answer } = notDone(code, sentence, ctx, new Refusal(code, 409, sentence));
      return { outcome: { ...outcome, commands }, answer };
    }
    default:
      return acted satisfies never;
  }
}

function notDone(code: string, sentence: string, ctx: Ctx, answer: Ending["answer"]): Ending {
  return {
    outcome: {
      state: "failed",
      sentence,
      endedAt: ctx.now(),
      failure: { code, sentence },
      release: true,
    },
    answer,
  };
}

function endingOfError(error: unknown, ctx: Ctx): Ending {
  if (error instanceof SourceError && !error.mayHaveActed) {
    return notDone(error.code, error.sentence, ctx, new Refusal(error.code, 502, error.sentence));
  }
  if (!(error instanceof SourceError)) {
    ctx.log.error({ err: error }, "a lever broke while it was pulled");
  }
  const sentence =
    error instanceof SourceError
      ? `${error.sentence} Whether it was done is being read back.`
      : "The answer was lost. Whether it was done is being read back.";
  return { outcome: { state: "unknown", sentence }, answer: "unknown" };
}
