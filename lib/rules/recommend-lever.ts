import type { Change } from "@/lib/contracts/change";
import type { LeverKind, LeverPreview, Recommendation } from "@/lib/contracts/lever";
import { likelihoodInWords } from "./likelihood-words";
import { durationInWords } from "./say";
import { settingsChanged } from "./settings-changed";
import { sentenceInside, whyNoneIsSafe } from "./why-none-is-safe";

export type RecommendInput = {
  /** The suspect's own Change; null when nothing plausible changed. */
  head: Change | null;
  levers: LeverPreview[];
  /** Levers already pulled for this suspect that took effect and didn't help. */
  failed: LeverKind[];
  /** Why nobody is hurt as far as the signals show; null when somebody is, nobody knows, or a drill is held. */
  calm: string | null;
  /** How likely the suspect is, 0 to 1; null when nobody ranked it, as in a drill. */
  probability: number | null;
  /** How likely it is that no recent change did it; null when nobody ranked. */
  noRecentChange: number | null;
  /** The strongest of the other suspects, for the words of an abstention. */
  rival?: { title: string; probability: number } | null | undefined;
  /** How long the signal must stay good until a restoration counts, milliseconds: the same for all three. */
  verifyMs?: number | undefined;
};

/** Least disruptive first, as the three ways back are weighed against each other. */
const ORDER: LeverKind[] = ["retoggle", "rollback", "revert"];

/**
 * A lever is recommended only when its suspect is at least this likely: below it, the way back would
 * more often than not take away something innocent while customers stay hurt.
 */
export const LEAST_PROBABILITY = 0.5;

/** Levers whose times to a verified recovery are this close count as equally fast. */
const AS_FAST = 1.1;

/**
 * The fastest lever to a verified recovery among those that can be pulled, undo what the suspect did
 * and aren't known to be unsafe; of equally fast ones the least disruptive. `none` when nothing
 * plausible changed, nobody is hurt, nothing safe is left, or the suspect is too unlikely: then it
 * says with which figures, and what would help to decide.
 */
export function recommendLever(input: RecommendInput): Recommendation {
  const { head, probability } = input;
  if (!head) {
    return {
      lever: "none",
      because: "Nothing plausible changed before harm began. Look for an outside cause first.",
      probability: null,
      runnerUp: null,
    };
  }
  const none = (because: string): Recommendation => ({
    lever: "none",
    because,
    ...(probability === null ? {} : { probability }),
    runnerUp: null,
  });
  if (input.calm !== null) return none(input.calm);
  const [first, second] = inOrder(
    input.levers.filter((lever) => whyNot(lever, head, input.failed) === null),
    input.verifyMs ?? 0,
  );
  const doubt = whyTooUnlikely(input, first !== undefined);
  if (doubt) return none(doubt);
  if (!first) {
    return none(whyNoneIsSafe(input.levers, (lever) => whyNotPlainly(lever, head, input.failed)));
  }
  return {
    lever: first.lever,
    because: reason(first, head, input),
    ...(probability === null ? {} : { probability }),
    runnerUp: second ? { lever: second.lever, because: runnerUpInWords(second, first) } : null,
  };
}

/** Fastest first; of those about as fast as the fastest left, the least disruptive. */
function inOrder(levers: LeverPreview[], verifyMs: number): LeverPreview[] {
  const left = levers.toSorted((a, b) => ORDER.indexOf(a.lever) - ORDER.indexOf(b.lever));
  const ordered: LeverPreview[] = [];
  while (left.length > 0) {
    const msOf = (lever: LeverPreview) => Math.max(0, lever.estimate.p50Ms) + verifyMs;
    const limit = Math.min(...left.map(msOf)) * AS_FAST;
    const index = Math.max(
      0,
      left.findIndex((lever) => msOf(lever) <= limit),
    );
    ordered.push(...left.splice(index, 1));
  }
  return ordered;
}

/** Why a lever isn't recommended for this suspect, with its name; null when it may be. */
function whyNot(lever: LeverPreview, head: Change, failed: LeverKind[]): string | null {
  const why = whyNotPlainly(lever, head, failed);
  if (why === null || failed.includes(lever.lever)) return why;
  return `Not ${leverName(lever.lever).toLowerCase()}: ${sentenceInside(why)}`;
}

/** The same without the lever's name, where it isn't needed. */
function whyNotPlainly(lever: LeverPreview, head: Change, failed: LeverKind[]): string | null {
  if (failed.includes(lever.lever)) {
    return `${leverName(lever.lever)} was tried and the signal stayed bad.`;
  }
  const obstacle = lever.blockers[0] ?? lever.warnings.find((warning) => warning.unsafe);
  if (obstacle) return obstacle.sentence;
  if (lever.target === null) return "There is nothing to pull it on.";
  return whyNotUndone(lever.lever, head);
}

/** Why a lever that can be pulled would leave the mistake where it is: configuration is in no diff. */
function whyNotUndone(lever: LeverKind, head: Change): string | null {
  if (head.details.kind !== "deploy") return null;
  const settings = settingsChanged(head.details.templateChanges);
  const [first] = settings;
  if (first === undefined) return null;
  const others = settings.length > 1 ? ` and ${settings.length - 1} more` : "";
  switch (lever) {
    case "rollback":
      return null;
    case "retoggle":
      return `this deploy also changed ${first}${others}, which no flag guards.`;
    case "revert":
      return isConfigurationOnly(head)
        ? `the deploy changed configuration alone (${first}${others}), which a revert leaves as it is.`
        : null;
    default:
      return lever satisfies never;
  }
}

/** A rollout of the same code with other settings. */
export function isConfigurationOnly(change: Change): boolean {
  if (change.details.kind !== "deploy") return false;
  const { images, templateChanges } = change.details;
  return (
    change.carries.length === 0 &&
    images.every(({ image, was }) => was === null || was === image) &&
    !templateChanges.some((line) => line.startsWith("image")) &&
    settingsChanged(templateChanges).length > 0
  );
}

function reason(lever: LeverPreview, head: Change, input: RecommendInput): string {
  const skipped = ORDER.slice(0, ORDER.indexOf(lever.lever)).flatMap((kind) => {
    const passed = input.levers.find((candidate) => candidate.lever === kind);
    if (!passed) return [];
    return whyNot(passed, head, input.failed) ?? slowerInWords(passed, lever);
  });
  const own: Record<LeverKind, string> = {
    retoggle:
      "The suspect sits behind a flag: the fastest way back, and only those who had the feature feel it.",
    rollback:
      "The cluster can return to the version before, with its configuration, without a code change.",
    revert:
      "The work is in one pull request: reverting it is slow, but nothing that is known speaks against it.",
  };
  return [own[lever.lever], ...skipped].join(" ");
}

function slowerInWords(slow: LeverPreview, fast: LeverPreview): string {
  return `${leverName(slow.lever)} would take longer here: about ${durationInWords(slow.estimate.p50Ms)} against ${durationInWords(fast.estimate.p50Ms)}.`;
}

function runnerUpInWords(second: LeverPreview, first: LeverPreview): string {
  const times =
    second.estimate.p50Ms > first.estimate.p50Ms
      ? `About ${durationInWords(second.estimate.p50Ms)} until in effect, against ${durationInWords(first.estimate.p50Ms)}.`
      : "It is about as fast, and more people feel it.";
  return [second.sentence, times].filter(Boolean).join(" ");
}

/**
 * The figures when the suspect is too unlikely to act on, and what would help; null when it isn't. That
 * nothing which changed did it is said as plainly as a suspect would be.
 */
function whyTooUnlikely(
  { probability, noRecentChange, rival }: RecommendInput,
  isAnyLeft: boolean,
): string | null {
  if (probability === null) return null;
  const outside = noRecentChange ?? 0;
  if (probability >= LEAST_PROBABILITY && probability >= outside) return null;
  const figureOf = (share: number) => likelihoodInWords(share).figure;
  const pull = isAnyLeft ? ["Every lever can still be pulled."] : [];
  const isOutside = outside >= probability && outside >= (rival?.probability ?? 0);
  const where = "Look first at traffic, providers and what these services depend on.";
  if (isOutside && outside >= LEAST_PROBABILITY) {
    const likeliest = `Most likely nothing that changed did it (${figureOf(outside)}; this suspect ${figureOf(probability)}).`;
    return [likeliest, where, ...pull].join(" ");
  }
  const other =
    rival && rival.probability > 0 ? [`${figureOf(rival.probability)} ${rival.title}`] : [];
  const figures = [
    `${figureOf(probability)} this suspect`,
    ...other,
    `${figureOf(outside)} no recent change`,
  ].join(", ");
  const help = isOutside
    ? where
    : "A note with the text of an error or the endpoint that fails, or a better start of harm, would tell the suspects apart.";
  return [
    `Too uncertain to recommend a lever: ${figures}; it takes ${figureOf(LEAST_PROBABILITY)}.`,
    help,
    ...pull,
  ].join(" ");
}

/** The lever as the screen names it. */
export function leverName(lever: LeverKind): string {
  switch (lever) {
    case "retoggle":
      return "Retoggle";
    case "rollback":
      return "Roll back";
    case "revert":
      return "Revert";
    default:
      return lever satisfies never;
  }
}
