import "server-only";
import { insertEntry } from "@/lib/incidents/store";
import type { RevertStepAnswer } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import { detailOf, STEP_ORDER, type StepRow, tryAgainIn } from "@/lib/rules/revert-stages";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { headsLetThrough } from "./judge-head";
import { letCureThrough } from "./let-cure-through";
import { lookSoon } from "./look-pace";
import { commandsLeft, keepStep, type StepAnswer, stepsOf, takeStep } from "./revert-step-store";
import { insertReceipt, type Job, openReverts, setCommands } from "./store";

/** Longer than any step's own timeouts: an answer that hasn't come by then never will. */
const ANSWER_LOST_AFTER_MS = 90_000;

export type AdvanceOptions = {
  /** True when no other process can be working on this database. */
  isAlone: boolean;
};

/** What is under way in this process: Restorations by number. */
export type RunningReverts = Map<number, Promise<void>>;

/**
 * Takes opened reverts on their way: labels them, asks for reviews, has them merged. Each step is written
 * down before it is asked for and belongs to one process; the code source reads before it acts, so that
 * what a killed server did is found done. Doesn't wait; what is begun stands in `running` until it is
 * done. Returns how many were begun.
 */
export async function advanceReverts(
  ctx: Ctx,
  running: RunningReverts,
  options: AdvanceOptions,
): Promise<number> {
  const jobs = (await openReverts(ctx.db)).filter(({ number }) => !running.has(number));
  for (const job of jobs) {
    const done = advanceRevert(ctx, job, options)
      .catch((error: unknown) => {
        const id = job.restoration.id;
        ctx.log.error({ err: error, restoration: id }, "a revert can't be taken further");
      })
      .finally(() => running.delete(job.number));
    running.set(job.number, done);
  }
  return jobs.length;
}

/** Every step of one revert that is due, in order; one that waits or was refused keeps none from going on. */
async function advanceRevert(ctx: Ctx, job: Job, { isAlone }: AdvanceOptions): Promise<void> {
  const { target } = job.restoration;
  const { plan } = job;
  if (target.lever !== "revert" || plan.lever !== "revert" || plan.revertNumber === null) return;
  const guard = ctx.sources.get("code", target.source).guard;
  if (!guard) return;
  const known = await stepsOf(ctx.db, job.number);
  // Nobody may hold the cure: that it is on its way is told before anything is merged.
  if (known.length === 0) await letCureThrough(ctx, job.restoration.id);
  for (const step of STEP_ORDER) {
    const before = known.find((one) => one.step === step) ?? null;
    if (!(await takesStep(ctx, job, before, step, isAlone))) continue;
    const tries = (before?.tries ?? 0) + 1;
    const heads = step === "merge" ? await headsLetThrough(ctx, job) : null;
    const request = {
      heads,
      ...{ repository: target.repository, number: plan.revertNumber, reverts: target.number, step },
      ...{ memo: before?.memo ?? null, wish: before?.wish ?? null },
    };
    const answer = await guard.advanceRevert(request).then(
      (told) => answerOf(ctx, step, tries, told),
      (error: unknown) => answerOfError(ctx, step, tries, error),
    );
    await keepAnswer(ctx, job, { step, tries, before }, answer);
    lookSoon(ctx.db, job.number);
  }
}

async function takesStep(
  ctx: Ctx,
  { number }: Job,
  before: StepRow | null,
  step: StepRow["step"],
  isAlone: boolean,
): Promise<boolean> {
  const now = ctx.now();
  const isOver = before !== null && before.dueAt === null;
  if (isOver) return false;
  const isLater =
    before !== null && before.dueAt !== null && Date.parse(before.dueAt) > now.getTime();
  if (isLater && before.state !== "asking") return false;
  const lostAt = new Date(now.getTime() + ANSWER_LOST_AFTER_MS);
  const taking = { restorationNumber: number, step, now, lostAt, isAlone };
  const tries = await takeStep(ctx.db, { ...taking, instance: ctx.instance });
  return tries === (before?.tries ?? 0) + 1;
}

function answerOf(
  ctx: Ctx,
  step: StepRow["step"],
  tries: number,
  told: RevertStepAnswer,
): StepAnswer {
  const at = ctx.now();
  const again = tryAgainIn(step, told.outcome, tries);
  const isRefused = told.outcome === "refused";
  return {
    ...{ state: told.outcome, sentence: told.sentence, at },
    // What a merge is asked about holds for one answer alone.
    memo: told.memo ?? (step === "merge" ? null : undefined),
    who: isRefused ? told.who : null,
    commands: isRefused ? told.commands : [],
    dueAt: again === null ? null : new Date(at.getTime() + again),
  };
}

/** An answer that is lost is looked for, not asked for again: the next try reads first. */
function answerOfError(ctx: Ctx, step: StepRow["step"], tries: number, error: unknown): StepAnswer {
  const isTold = error instanceof SourceError || error instanceof Refusal;
  if (!isTold) ctx.log.error({ err: error, step }, "a revert's step broke");
  const at = ctx.now();
  const again = new Date(at.getTime() + (tryAgainIn(step, "error", tries) ?? 0));
  const retryAt = error instanceof SourceError ? (error.retryAt ?? again) : again;
  return {
    ...{ state: "later", at, who: null, commands: [] },
    sentence: isTold ? error.sentence : "It broke off here; it is looked at again.",
    dueAt: retryAt > again ? retryAt : again,
  };
}

type Tried = { step: StepRow["step"]; tries: number; before: StepRow | null };

/** Outcome, receipt, timeline and audit, all or none; said again, nothing is written a second time. */
async function keepAnswer(ctx: Ctx, job: Job, tried: Tried, answer: StepAnswer): Promise<void> {
  const { step, tries, before } = tried;
  const { at, state, sentence } = answer;
  const { id, incidentId, url } = job.restoration;
  // An answer that was lost before this one leaves the earlier sentence: what is new is told once.
  const isNews = before?.sentence !== sentence;
  const isQuiet = state === "later" || (state === "unneeded" && tries === 1);
  const words = detailOf(answer) ?? sentence;
  const isKept = await ctx.db.$transaction(async (tx) => {
    const taken = { restorationNumber: job.number, step, tries };
    if (!(await keepStep(tx, taken, answer))) return false;
    if (!isNews) return true;
    if (!isQuiet) await insertReceipt(tx, job.number, { at, sentence: words, url });
    // What is to be done by hand is shown as long as it is.
    const isOnTheWay = step === "merge" || step === "update";
    if (isOnTheWay) await setCommands(tx, job.number, await commandsLeft(tx, job.number));
    if (isOnTheWay && state === "refused") {
      const entry = { incidentNumber: job.incidentNumber, kind: "restoration" as const, at };
      const what = step === "merge" ? "merged" : "brought up to date";
      const text = `${id} isn’t ${what} by itself: ${words}`;
      await insertEntry(tx, { ...entry, text, by: null, restorationId: id });
    }
    const detail = { sentence, ...(tries > 1 ? { tries } : {}) };
    const action = `revert-${step}-${state}`;
    await appendAudit(tx, { actor: ctx.actor.id, action, subject: id, detail, at });
    return true;
  });
  if (!isKept || !isNews) return;
  ctx.publish("restoration", id);
  ctx.publish("incident", incidentId);
}
