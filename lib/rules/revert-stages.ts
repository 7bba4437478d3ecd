import type { Stage } from "@/lib/contracts/restoration";
import { quantile } from "./quantiles";
import { counted } from "./say";

export type StepState = "asking" | "done" | "unneeded" | "later" | "refused";

/** What became of one step of an opened revert. Times in ISO 8601. */
export type StepRow = {
  step: "label" | "reviewers" | "update" | "merge";
  state: StepState;
  sentence: string | null;
  who: string | null;
  commands: string[];
  tries: number;
  startedAt: string;
  answeredAt: string | null;
  dueAt: string | null;
  /** What the step has to know when it is taken again. */
  memo?: string | null;
  /** The memo that a person answered: what it asks for is done once more. */
  wish?: string | null;
};

/** How long something usually takes, milliseconds, and from what that is known. */
export type Usual = { ms: number; from: string } | null;

/** Steps in the order in which they are done. */
export const STEP_ORDER = ["label", "reviewers", "update", "merge"] as const;
const NAMES = { label: "Label", reviewers: "Reviewers" } as const;

/** The median of so many spans, with what they are spans of: "delivery", "deliveries"; null without any. */
export function usualOf(sample: readonly number[], one: string, many?: string): Usual {
  if (sample.length === 0) return null;
  const from =
    sample.length === 1 ? `the last ${one}` : `the last ${counted(sample.length, one, many)}`;
  return { ms: Math.round(quantile([...sample], 0.5)), from };
}

/**
 * The stages of an opened revert until it is merged: what we do ourselves, then its checks, reviews and
 * merge as the code source tells them. What was refused is stuck, with who can change that, and keeps
 * nothing after it from going on.
 */
export function stagesUntilMerged(
  told: readonly Stage[],
  steps: readonly StepRow[],
  usual: Partial<Record<"label" | "reviewers", Usual>> = {},
): Stage[] {
  const row = (step: StepRow["step"]) => steps.find((one) => one.step === step) ?? null;
  const isMerged = told.some(({ name, state }) => name === "Merge" && state === "done");
  const own = (["label", "reviewers"] as const).flatMap((step): Stage[] => {
    const found = row(step);
    // Merged before anybody came to it: nobody will.
    if (!found) return isMerged ? [] : [{ ...bare(NAMES[step]), ...usualIn(usual[step]) }];
    return [
      {
        ...{ name: NAMES[step], state: stateOf(found), detail: detailOf(found), url: null },
        ...{ startedAt: found.startedAt, ...usualIn(usual[step]) },
      },
    ];
  });
  const merge = row("merge");
  const rest = told.filter(({ name }) => name !== "Update");
  return [
    ...own,
    ...updateStage(told.find(({ name }) => name === "Update") ?? null, row("update")),
    ...rest.map((one) => (one.name === "Merge" ? mergeStage(one, merge) : one)),
  ];
}

/** Bringing the branch up to date: while the source says that it has to be, and once it was. */
function updateStage(told: Stage | null, step: StepRow | null): Stage[] {
  const wasNeeded = step !== null && step.sentence !== null && step.tries > 1;
  if (told === null && !(step?.state === "done" || wasNeeded)) return [];
  if (!step || (told && step.state === "unneeded")) return told ? [told] : [];
  // Done for what the base was: it has moved on since.
  const state = told && stateOf(step) === "done" ? "waiting" : stateOf(step);
  const detail = state === "waiting" ? (told?.detail ?? null) : detailOf(step);
  const url = told?.url ?? null;
  return [{ name: "Update", state, detail, url, startedAt: step.startedAt, ...usualIn(null) }];
}

function mergeStage(told: Stage, step: StepRow | null): Stage {
  if (told.state === "done" || !step) return told;
  if (step.state === "refused") {
    const stuck: Stage = { ...told, state: "stuck", detail: detailOf(step) };
    return isOffered(step) ? { ...stuck, offer: "queue-again" } : stuck;
  }
  const isWaiting = told.state === "waiting" && step.state === "later";
  return isWaiting ? { ...told, detail: detailOf(step) ?? told.detail } : told;
}

/** It was taken out of the merge queue, and nobody has said yet that it goes in again. */
export function isOffered({ step, state, memo, wish }: StepRow): boolean {
  return step === "merge" && state === "refused" && memo != null && memo !== wish;
}

function stateOf({ state }: StepRow): Stage["state"] {
  switch (state) {
    case "done":
    case "unneeded":
      return "done";
    case "refused":
      return "stuck";
    case "asking":
    case "later":
      return "running";
    default:
      return state satisfies never;
  }
}

/** What was answered, with who can change a no. */
export function detailOf({ state, sentence, who }: Pick<StepRow, "state" | "sentence" | "who">) {
  if (sentence === null) return null;
  return state === "refused" && who ? `${sentence} It can be done by ${who}.` : sentence;
}

function bare(name: string): Stage {
  return { name, state: "waiting", detail: null, url: null };
}

export function usualIn(usual: Usual | undefined): Pick<Stage, "usualMs" | "usualFrom"> {
  return { usualMs: usual?.ms ?? null, usualFrom: usual?.from ?? null };
}

const BACKOFF_MS = {
  later: [10_000, 30_000],
  error: [10_000, 120_000],
  refused: [60_000, 600_000],
};

/**
 * How long until a step is tried again, milliseconds; null when it is not. What is only too early is
 * tried often, an update or a merge that was refused now and then, for rights may be given and locks
 * lifted.
 */
export function tryAgainIn(
  step: StepRow["step"],
  came: "done" | "unneeded" | "later" | "refused" | "error",
  tries: number,
): number | null {
  if (came === "done" || came === "unneeded") return null;
  if (came === "refused" && step !== "merge" && step !== "update") return null;
  const [least = 0, most = 0] = BACKOFF_MS[came];
  return Math.min(most, least * 1.25 ** Math.min(40, Math.max(0, tries - 1)));
}
