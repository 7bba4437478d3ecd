import type { Change } from "@/lib/contracts/change";
import type { LeverKind, LeverPreview, Recommendation } from "@/lib/contracts/lever";

export type RecommendInput = {
  /** The suspect's own Change; null when nothing plausible changed. */
  head: Change | null;
  levers: LeverPreview[];
  /** Levers already pulled for this incident that took effect and didn't help. */
  failed: LeverKind[];
  /** Why nobody is hurt as far as the signals show; null when somebody is, nobody knows, or a drill is held. */
  calm: string | null;
};

/** Fastest and least disruptive first, as the three ways back are weighed against each other. */
const ORDER: LeverKind[] = ["retoggle", "rollback", "revert"];

/**
 * The fastest lever that can be pulled and isn't known to be unsafe. A flag is recommended only when
 * the suspect is a flag change or is guarded by one; `none` when nothing plausible changed, nobody is
 * hurt or nothing safe is left.
 */
export function recommendLever(input: RecommendInput): Recommendation {
  if (!input.head) {
    return {
      lever: "none",
      because: "Nothing plausible changed before harm began. Look for an outside cause first.",
      runnerUp: null,
    };
  }
  if (input.calm !== null) return { lever: "none", because: input.calm, runnerUp: null };
  const usable = ORDER.flatMap((kind) => {
    const lever = input.levers.find((candidate) => candidate.lever === kind);
    return lever && isUsable(lever, input.failed) ? [lever] : [];
  });
  const [first, second] = usable;
  if (!first) return { lever: "none", because: whyNone(input), runnerUp: null };
  return {
    lever: first.lever,
    because: reason(first, input),
    runnerUp: second ? { lever: second.lever, because: second.sentence } : null,
  };
}

function isUsable(lever: LeverPreview, failed: LeverKind[]): boolean {
  return (
    lever.target !== null &&
    lever.blockers.length === 0 &&
    !lever.warnings.some((warning) => warning.unsafe) &&
    !failed.includes(lever.lever)
  );
}

function reason(lever: LeverPreview, input: RecommendInput): string {
  const skipped = ORDER.slice(0, ORDER.indexOf(lever.lever)).flatMap((kind) => {
    const passed = input.levers.find((candidate) => candidate.lever === kind);
    return passed ? [whyNot(passed, input.failed)] : [];
  });
  const own: Record<LeverKind, string> = {
    retoggle:
      "The suspect sits behind a flag: the fastest way back, and only those who had the feature feel it.",
    rollback:
      "The cluster can return to the version before, with its configuration, without a code change.",
    revert: "The work is in one pull request; reverting it is slow but safe here.",
  };
  return [own[lever.lever], ...skipped].join(" ");
}

function whyNot(lever: LeverPreview, failed: LeverKind[]): string {
  const name = leverName(lever.lever);
  if (failed.includes(lever.lever)) return `${name} was tried and the signal stayed bad.`;
  const obstacle = lever.blockers[0] ?? lever.warnings.find((warning) => warning.unsafe);
  return obstacle ? `Not ${name.toLowerCase()}: ${obstacle.sentence}` : "";
}

function whyNone(input: RecommendInput): string {
  const reasons = input.levers.map((lever) => whyNot(lever, input.failed)).filter(Boolean);
  return `No lever is safe for this suspect. ${reasons.join(" ")}`.trim();
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
