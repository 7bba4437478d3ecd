import type { Chance } from "./chance.ts";
import { PAST_NAMESPACE, PAST_REPOSITORY } from "./change-row.ts";
import type { DatedIncident } from "./dated-incident.ts";
import type { Culprit } from "./delivery-rows.ts";
import { FLAG_PLACE, type Ramp, words } from "./flag-rows.ts";

type Kind = "retoggle" | "rollback" | "revert";
export type Target = { lever: Kind; [field: string]: unknown };
export type Advised = {
  lever: Kind;
  target: Target | null;
  label: string;
  sentence: string;
  blockers: { code: string; sentence: string; who: string | null; commands: string[] }[];
  warnings: { code: string; sentence: string; unsafe: boolean }[];
  checks: string[];
  estimate: { p50Ms: number; p90Ms: number | null; n: number; basis: string };
  touches: string;
  leaves: string[];
};
export type AdviceCard = {
  suspectId: string;
  levers: Advised[];
  recommendation: { lever: Kind | "none"; because: string; runnerUp: null };
};

const LABELS: Record<Kind, string> = {
  ...{ retoggle: "Retoggle", rollback: "Roll back", revert: "Revert" },
};

/** The card as it stood when somebody decided: what could be pulled, what couldn't, and why. */
export function adviceCard(
  incident: DatedIncident,
  suspect: { culprit: Culprit | null; ramp: Ramp | null },
  chance: Chance,
): AdviceCard {
  const levers = [
    retoggleOf(incident, suspect, chance),
    rollbackOf(incident, suspect, chance),
    revertOf(incident, suspect, chance),
  ];
  const lever = recommended(incident, levers);
  return {
    suspectId: suspect.ramp?.changeId ?? suspect.culprit?.changeId ?? "",
    levers,
    recommendation: { lever, because: because(lever), runnerUp: null },
  };
}

function recommended(incident: DatedIncident, levers: Advised[]): Kind | "none" {
  if (incident.lever === "none") return "none";
  if (incident.hadFirstTry) return "retoggle";
  if (incident.wasAdviceFollowed) return incident.lever;
  return (
    levers.find(({ lever, target }) => lever !== incident.lever && target)?.lever ?? incident.lever
  );
}

function because(lever: Kind | "none"): string {
  switch (lever) {
    case "retoggle":
      return "The suspect sits behind a flag: the fastest way back, and only those who had the feature feel it.";
    case "rollback":
      return "The cluster can return to the version before, with its configuration, without a code change.";
    case "revert":
      return "The work is in one pull request; reverting it is slow but safe here.";
    case "none":
      return "Nothing plausible changed before harm began. Look for an outside cause first.";
    default:
      return lever satisfies never;
  }
}

type Suspect = { culprit: Culprit | null; ramp: Ramp | null };

function retoggleOf(incident: DatedIncident, { ramp, culprit }: Suspect, chance: Chance): Advised {
  // Some releases mention a flag although it doesn't guard the mistake.
  const key = ramp?.key ?? (incident.hadFirstTry || chance.next() < 0.2 ? "new-totals" : null);
  if (key === null || (!ramp && !culprit)) return none("retoggle", "No flag guards this change.");
  const label = ramp ? `Set ${key} back to ${words(ramp.from)}` : `Turn ${key} off`;
  const to = ramp ? { state: "before", changeId: ramp.changeId } : { state: "off" };
  return {
    ...{ lever: "retoggle", label, target: { lever: "retoggle", ...FLAG_PLACE, key, to } },
    sentence: ramp ? `${key} ${words(ramp.to)} → ${words(ramp.from)}.` : `${key} on → off.`,
    ...{ blockers: [], warnings: [], checks: ["The token may change this environment."] },
    estimate: estimate(4_000 + chance.between(0, 2_500), 12, "own restorations"),
    ...{ touches: "customers who have the feature", leaves: ["the code as it is"] },
  };
}

function rollbackOf({ service }: DatedIncident, { culprit }: Suspect, chance: Chance): Advised {
  if (!culprit) return none("rollback", "No deploy in the ledger brought this change.");
  const { revision, previousRevision, previousId } = culprit;
  return {
    lever: "rollback",
    target: {
      ...{ lever: "rollback", source: "cluster", namespace: PAST_NAMESPACE, deployment: service },
      toChangeId: previousId,
    },
    label: `Roll back ${service} ${revision} → ${previousRevision}`,
    sentence: `${service} ${revision} → ${previousRevision}.`,
    ...{
      blockers: [],
      warnings: [],
      checks: ["The cluster accepted a dry run of this very patch."],
    },
    estimate: estimate(chance.around(105_000, 1.3), 20, "rollouts of this Deployment"),
    ...{ touches: `everyone on ${service}`, leaves: ["flags as they are"] },
  };
}

function revertOf({ lever }: DatedIncident, { culprit }: Suspect, chance: Chance): Advised {
  if (!culprit) return none("revert", "No merge in the ledger mentions this flag.");
  const { number, title } = culprit.merge;
  const warnings =
    lever === "revert"
      ? []
      : [
          {
            code: "may-conflict",
            sentence: "One of its files changed again since.",
            unsafe: false,
          },
        ];
  return {
    ...{ lever: "revert", label: `Revert ${title}`, sentence: `Reverts #${number}.` },
    target: { lever: "revert", source: "github", repository: PAST_REPOSITORY, number },
    ...{ blockers: [], warnings, checks: [`#${number} was merged into main.`] },
    estimate: estimate(chance.around(1_900_000, 1.3), 6, "own restorations"),
    ...{ touches: "every team that builds on main", leaves: ["configuration as it is"] },
  };
}

function none(lever: Kind, sentence: string): Advised {
  return {
    ...{ lever, target: null, label: LABELS[lever], sentence: "", warnings: [], checks: [] },
    blockers: [{ code: `no-${lever}`, sentence, who: null, commands: [] }],
    ...{ estimate: estimate(0, 0, "not estimated"), touches: "", leaves: [] },
  };
}

function estimate(ms: number, n: number, of: string) {
  const p50Ms = Math.round(ms);
  const basis = n === 0 ? of : `median of ${n} ${of}`;
  return { p50Ms, p90Ms: n === 0 ? null : Math.round(ms * 1.7), n, basis };
}
