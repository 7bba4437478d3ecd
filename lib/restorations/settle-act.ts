import "server-only";
import type { RestoreOutcome } from "@/lib/contracts/restoration";
import { insertEntry } from "@/lib/incidents/store";
import { SourceError } from "@/lib/integrations/source-error";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import type { Acted } from "./lever";
import { findJob, type Job, type JobPatch, moveOn } from "./store";

type Ending = {
  patch: JobPatch;
  sentence: string;
  answer: "started" | "unchanged" | "unknown" | Refusal;
};

/**
 * Touches the world by `act` and writes down what came of it: outcome, receipt, timeline and audit in
 * one transaction. An answer that never came leaves the Restoration `unknown`, to be read back, never
 * asked again.
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
  const moved = await ctx.db.$transaction(async (tx) => {
    const now = await moveOn(tx, job, ending.patch, [
      { at, sentence: ending.sentence, url: ending.patch.url ?? null },
    ]);
    if (!now) return null;
    if (ending.patch.state === "failed") {
      await insertEntry(tx, {
        incidentNumber: job.incidentNumber,
        kind: "restoration",
        at,
        text: `${job.restoration.id} was not done: ${ending.sentence}`,
        by: null,
        restorationId: job.restoration.id,
      });
    }
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: `${job.restoration.lever}-${ending.patch.state ?? "asked"}`,
      subject: job.restoration.id,
      detail: { sentence: ending.sentence },
      at,
    });
    return now;
  });
  ctx.publish("restoration", job.restoration.id);
  ctx.publish("incident", job.restoration.incidentId);
  if (ending.answer instanceof Refusal) throw ending.answer;
  const now = moved ?? (await findJob(ctx.db, job.number));
  return {
    outcome: ending.answer === "unchanged" ? "unchanged" : "started",
    sentence: ending.sentence,
    restoration: now?.restoration ?? job.restoration,
  };
}

function endingOf(acted: Acted, ctx: Ctx): Ending {
  switch (acted.outcome) {
    case "accepted":
      return {
        patch: {
          state: "accepted",
          acceptedAt: acted.at,
          ...(acted.plan ? { plan: acted.plan } : {}),
          ...(acted.url ? { url: acted.url } : {}),
        },
        sentence: acted.sentence,
        answer: "started",
      };
    case "unchanged":
      return notDone("unchanged", acted.because, ctx, "unchanged");
    case "changed":
      return notDone("changed", acted.because, ctx, new Refusal("changed", 409, acted.because));
    case "refused":
      return {
        ...notDone(
          acted.blocker.code,
          acted.blocker.sentence,
          ctx,
          new Refusal(acted.blocker.code, 409, acted.blocker.sentence),
        ),
        patch: {
          ...notDone(acted.blocker.code, acted.blocker.sentence, ctx, "unchanged").patch,
          commands: acted.blocker.commands,
        },
      };
    default:
      return acted satisfies never;
  }
}

function notDone(code: string, sentence: string, ctx: Ctx, answer: Ending["answer"]): Ending {
  return {
    patch: { state: "failed", endedAt: ctx.now(), failure: { code, sentence }, release: true },
    sentence,
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
  return { patch: { state: "unknown" }, sentence, answer: "unknown" };
}
