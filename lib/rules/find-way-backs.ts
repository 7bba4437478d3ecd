import type { Change, DeployDetails, FlagDetails } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { SignalTrace, WayBack } from "@/lib/contracts/incident-evidence";
import type { Restoration } from "@/lib/contracts/restoration";

export type WayBackInput = {
  changes: Change[];
  /** Of this incident, and earlier ones on its services. */
  restorations: Restoration[];
  /** Signals of the services hurt. */
  signals: SignalTrace[];
};

/** What is taken back needs this long to be seen in a signal. */
const SETTLE_MS = 120_000;
/** The signal is judged by what it shows in this time after it. */
const JUDGE_MS = 600_000;
const LEAST_POINTS = 3;

/**
 * Who took a Change back, by whatever tool, and whether it helped: our own Restorations for what they
 * were pulled for, rollouts that return to an earlier revision for all that they take away, flags
 * turned to the state they had before, and reverts that went live. Newest first; of several ways back
 * of one Change each counts.
 */
export function findWayBacks(input: WayBackInput): WayBack[] {
  const ours = input.restorations.flatMap(ofRestoration);
  const told = new Set(input.restorations.map(({ id }) => id));
  const theirs = input.changes.flatMap((change): WayBack[] => {
    const { details } = change;
    switch (details.kind) {
      case "deploy":
        return told.has(details.restorationId ?? "")
          ? []
          : [
              ...takenByRollout(change, details, input.changes),
              ...takenByRevert(change, input.changes),
            ].map((id) => wayBack(id, change, input.signals));
      case "flag":
        return told.has(details.restorationId ?? "")
          ? []
          : takenByFlag(change, details, input.changes).map((id) =>
              wayBack(id, change, input.signals),
            );
      case "merge":
      case "config":
        return [];
      default:
        return details satisfies never;
    }
  });
  const all = new Map<string, WayBack>();
  for (const one of [...ours, ...theirs]) all.set(`${one.changeId} ${one.at}`, one);
  return [...all.values()].sort(
    (a, b) => b.at.localeCompare(a.at) || a.changeId.localeCompare(b.changeId),
  );
}

/** Only what took effect says something, and a put-back takes nothing back. */
function ofRestoration(restoration: Restoration): WayBack[] {
  const { suspectId, inEffectAt, putBackOf, state, failure, by } = restoration;
  if (suspectId === null || inEffectAt === null || putBackOf !== null) return [];
  const isFailed = state === "failed" && failure?.code === "signal-stayed-bad";
  const helped = state === "verified" ? true : isFailed ? false : null;
  return [{ changeId: suspectId, at: inEffectAt, by, helped }];
}

/** The deploys between the revision it returns to and itself. */
function takenByRollout(change: Change, details: DeployDetails, changes: Change[]): string[] {
  const { returnsTo, revision, uid } = details;
  if (returnsTo === null) return [];
  return changes.flatMap((one) =>
    one.source === change.source &&
    one.details.kind === "deploy" &&
    one.details.uid === uid &&
    one.details.revision > returnsTo &&
    one.details.revision < revision &&
    one.details.templateHash !== details.templateHash
      ? one.id
      : [],
  );
}

/** The merges that a merge it carries reverts. */
function takenByRevert(change: Change, changes: Change[]): string[] {
  const reverts = changes.flatMap(({ id, details }) =>
    details.kind === "merge" && details.revertOf !== null && change.carries.includes(id)
      ? `${details.repository}#${details.revertOf}`
      : [],
  );
  return changes.flatMap(({ id, details }) =>
    details.kind === "merge" && reverts.includes(`${details.repository}#${details.number}`)
      ? id
      : [],
  );
}

/** The latest earlier change of the same flag that this one undoes exactly. */
function takenByFlag(change: Change, details: FlagDetails, changes: Change[]): string[] {
  const earlier = changes
    .filter(
      ({ source, at, details: other }) =>
        source === change.source &&
        at < change.at &&
        other.kind === "flag" &&
        other.project === details.project &&
        other.environment === details.environment &&
        other.key === details.key,
    )
    .sort((a, b) => b.at.localeCompare(a.at));
  const undone = earlier.find(
    ({ details: other }) =>
      other.kind === "flag" &&
      isSameState(other.before, details.after) &&
      !isSameState(other.after, details.after),
  );
  return undone ? [undone.id] : [];
}

function isSameState(a: FlagState | null, b: FlagState | null): boolean {
  if (a === null || b === null) return false;
  return !a.enabled && !b.enabled ? true : JSON.stringify(a) === JSON.stringify(b);
}

function wayBack(changeId: string, change: Change, signals: SignalTrace[]): WayBack {
  const at = change.completedAt ?? change.at;
  return { changeId, at, by: change.actor, helped: helpedSince(Date.parse(at), signals) };
}

/** Null when the signals don't show both harm before it and enough after it. */
function helpedSince(at: number, signals: SignalTrace[]): boolean | null {
  const verdicts = signals.flatMap(({ points, threshold, harmWhen }) => {
    const isBad = (value: number) => (harmWhen === "above" ? value > threshold : value < threshold);
    const known = points.flatMap(([time, value]) => (value === null ? [] : [{ time, value }]));
    const before = known.filter(({ time }) => time <= at && time > at - JUDGE_MS);
    const after = known.filter(({ time }) => time > at + SETTLE_MS && time <= at + JUDGE_MS);
    if (!before.slice(-LEAST_POINTS).some(({ value }) => isBad(value))) return [];
    if (after.length < LEAST_POINTS) return [null];
    const bad = after.filter(({ value }) => isBad(value)).length;
    return [bad === 0 ? true : bad * 2 > after.length ? false : null];
  });
  if (verdicts.includes(false)) return false;
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === true) ? true : null;
}
