import "server-only";
import * as z from "zod";
import type { RevertStep } from "@/lib/integrations/code-guard";
import type { StepRow, StepState } from "@/lib/rules/revert-stages";
import type { Database, Transaction } from "@/lib/server/db";

const Step = z.enum(["label", "reviewers", "update", "merge"]);
const State = z.enum(["asking", "done", "unneeded", "later", "refused"]);

/** The steps of a Restoration that were begun, in no order. */
export async function stepsOf(db: Database, restorationNumber: number): Promise<StepRow[]> {
  const rows = await db.revertStep.findMany({ where: { restorationNumber } });
  return rows.map(({ step, state, sentence, who, commands, ...row }) => ({
    ...{ step: Step.parse(step), state: State.parse(state), sentence, who, commands },
    tries: row.tries,
    memo: row.memo,
    wish: row.wish,
    startedAt: row.startedAt.toISOString(),
    answeredAt: row.answeredAt?.toISOString() ?? null,
    dueAt: row.dueAt?.toISOString() ?? null,
  }));
}

export type Taking = {
  restorationNumber: number;
  step: RevertStep;
  now: Date;
  /** Until then nobody else takes it, unless the process that did is known to be gone. */
  lostAt: Date;
  instance: string;
  isAlone: boolean;
};

/**
 * Takes a step that is due, so that of several replicas one does it, and writes that it is being asked
 * before it is. Answers which try this is; null when it isn't due or somebody else has it.
 */
export async function takeStep(db: Database, taking: Taking): Promise<number | null> {
  const { restorationNumber, step, now, lostAt, instance, isAlone } = taking;
  const [row] = await db.$queryRaw<{ tries: number }[]>`
    INSERT INTO "RevertStep" AS one ("restorationNumber", "step", "state", "commands", "tries",
      "instance", "startedAt", "askedAt", "dueAt")
    VALUES (${restorationNumber}::int, ${step}, 'asking', '{}', 1, ${instance},
      ${now}::timestamptz, ${now}::timestamptz, ${lostAt}::timestamptz)
    ON CONFLICT ("restorationNumber", "step") DO UPDATE SET "state" = 'asking',
      "tries" = one."tries" + 1, "instance" = excluded."instance",
      "askedAt" = excluded."askedAt", "dueAt" = excluded."dueAt"
    WHERE one."dueAt" <= ${now}::timestamptz
       OR (one."state" = 'asking' AND ${isAlone}::boolean AND one."instance" <> ${instance})
    RETURNING "tries"`;
  return row?.tries ?? null;
}

export type StepAnswer = {
  state: Exclude<StepState, "asking">;
  sentence: string;
  who: string | null;
  commands: string[];
  at: Date;
  /** Null when nothing is left to do. */
  dueAt: Date | null;
  /** Left as it is when there is none. */
  memo?: string | null | undefined;
};

/** Keeps what came of a try; false when somebody else has taken the step since. */
export async function keepStep(
  tx: Transaction,
  taken: { restorationNumber: number; step: RevertStep; tries: number },
  { at, ...answer }: StepAnswer,
): Promise<boolean> {
  const { count } = await tx.revertStep.updateMany({
    where: { ...taken, state: "asking" },
    data: { ...answer, answeredAt: at },
  });
  return count > 0;
}

/** Has the merge tried again now: what it waited for may be there. */
export async function hurryMerge(
  db: Database,
  restorationNumber: number,
  now: Date,
): Promise<void> {
  await db.revertStep.updateMany({
    where: { restorationNumber, step: "merge", state: "later", dueAt: { gt: now } },
    data: { dueAt: now },
  });
}

/** Has a step looked at again that was seen to before `notSince`: something came in its way since. */
export async function reopenStep(
  db: Database,
  restorationNumber: number,
  { step, now, notSince }: { step: "update" | "merge"; now: Date; notSince: Date },
): Promise<void> {
  await db.revertStep.updateMany({
    where: {
      ...{ restorationNumber, step, state: { in: ["done", "unneeded"] } },
      answeredAt: { lte: notSince },
    },
    data: { state: "later", dueAt: now },
  });
}

/** Has the merge done once more what this memo asks a person about; false when it asks that no longer. */
export async function wishMerge(
  tx: Transaction,
  restorationNumber: number,
  { memo, now }: { memo: string; now: Date },
): Promise<boolean> {
  const { count } = await tx.revertStep.updateMany({
    where: {
      ...{ restorationNumber, step: "merge", state: "refused", memo },
      OR: [{ wish: null }, { wish: { not: memo } }],
    },
    data: { wish: memo, dueAt: now },
  });
  return count > 0;
}

/** The commands that are left to people while an update or a merge is refused. */
export async function commandsLeft(tx: Transaction, restorationNumber: number): Promise<string[]> {
  const rows = await tx.revertStep.findMany({
    where: { restorationNumber, state: "refused", step: { in: ["update", "merge"] } },
    orderBy: { step: "desc" },
    select: { commands: true },
  });
  return [...new Set(rows.flatMap(({ commands }) => commands))];
}

/** How long each of the last steps took from its first try until it was done, milliseconds. */
export async function stepTimes(db: Database): Promise<{ step: RevertStep; ms: number }[]> {
  const rows = await db.$queryRaw<{ step: string; ms: number }[]>`
    SELECT "step", extract(epoch FROM "answeredAt" - "startedAt")::float8 * 1000 AS "ms"
      FROM "RevertStep" WHERE "state" = 'done' AND "step" IN ('label', 'reviewers')
     ORDER BY "answeredAt" DESC LIMIT 40`;
  return rows.map(({ step, ms }) => ({ step: Step.parse(step), ms }));
}
