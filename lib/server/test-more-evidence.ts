import fc from "fast-check";
import type { Change } from "@/lib/contracts/change";
import type { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Suspect } from "@/lib/contracts/suspect";
import { rankSuspects, type SuspectInput } from "@/lib/rules/rank-suspects";
import { anyIncident, MINUTE } from "./test-any-incident";

/** A suspect of a world, with one of the changes that it is made of and a number to choose by. */
export type Chosen = {
  input: SuspectInput;
  suspect: Suspect;
  change: Change;
  /** Start of harm, milliseconds since the epoch. */
  onset: number;
  /** Between 0 and 999. */
  dice: number;
};

/**
 * The world without the piece and with it, and whether the piece says something of other suspects too;
 * null where this suspect can't have such a piece.
 */
export type Piece = (
  chosen: Chosen,
) => { without?: SuspectInput; with: SuspectInput; isShared: boolean } | null;

export const timeOf = (at: number) => new Date(at).toISOString();

/** Adds to what is known around the incident. */
export function told(input: SuspectInput, more: Partial<IncidentEvidence>): SuspectInput {
  const { signals, texts, unhealthy, wayBacks } = input.evidence;
  return {
    ...input,
    evidence: {
      signals: [...signals, ...(more.signals ?? [])],
      texts: [...texts, ...(more.texts ?? [])],
      unhealthy: [...unhealthy, ...(more.unhealthy ?? [])],
      wayBacks: [...wayBacks, ...(more.wayBacks ?? [])],
    },
  };
}

/** Puts changed changes in the place of those with their id, and adds new ones at the end. */
export function changed(input: SuspectInput, ...more: Change[]): SuspectInput {
  const byId = new Map(more.map((one) => [one.id, one]));
  const kept = input.changes.map((one) => {
    const other = byId.get(one.id);
    byId.delete(one.id);
    return other ?? one;
  });
  return { ...input, changes: [...kept, ...byId.values()] };
}

/** The first of the merges that a deploy carries. */
export function mergeOf({ input, change }: Chosen): Change | undefined {
  return input.changes.find(({ id }) => change.carries.includes(id));
}

/** Points of a signal that turned bad then and stayed so, every minute around the start of harm. */
export function turnedBad(service: string, at: number, around: number) {
  const minutes = Array.from({ length: 150 }, (_, index) => around + (index - 120) * MINUTE);
  return {
    ...{ service, threshold: 0.02, harmWhen: "above" as const },
    points: minutes.map((minute): [number, number] => [minute, minute < at ? 0.001 : 0.3]),
  };
}

/** No change has this word but the one that is given it. */
export const MARK = "Quokka";

export const atOf = ({ change }: Chosen) => Date.parse(change.at);

/** Whether another change than the suspect's own is on a service of this one's. */
export function isCrowded({ change, suspect, input }: Chosen): boolean {
  return input.changes.some(
    ({ id, kind, services }) =>
      kind !== "merge" &&
      !suspect.changeIds.includes(id) &&
      services.some((name) => change.services.includes(name)),
  );
}

/** Puts a word, by default one that no other change has, into what it changed, as its kind has them. */
export function marked({ change }: Chosen, word = MARK): Change {
  const { details } = change;
  if (details.kind === "deploy") {
    const templateChanges = [...details.templateChanges, `env ${word} 1 → 2`];
    return { ...change, details: { ...details, templateChanges } };
  }
  return details.kind === "config"
    ? { ...change, details: { ...details, keys: [...details.keys, word] } }
    : { ...change, title: `${change.title} ${word}` };
}

/** Pods of what it changed, unhealthy this long after it. */
export function pods(chosen: Chosen, delay: number) {
  const { change } = chosen;
  const deployment = change.services[0] ?? "none";
  const since = timeOf(atOf(chosen) + delay);
  return {
    ...{ source: "cluster", namespace: "n", deployment, since },
    sentence: "1 of 2 pods not ready",
  };
}

/** A merge of ordinary size that no world has. */
export function newMerge({ change }: Chosen, path: string, flagKeys: string[] = []): Change {
  const at = timeOf(Date.parse(change.at) - MINUTE);
  return {
    ...{ id: "merge-new", kind: "merge", source: "code", services: change.services, at },
    ...{ title: "One more", environment: null, completedAt: at, actor: null, url: null },
    carries: [],
    details: {
      ...{ kind: "merge", repository: "a/b", number: 999, branch: "b", base: "main" },
      ...{ method: "squash", mergeCommit: "c", headCommit: "h", labels: [], mentions: [] },
      files: [{ path, status: "m", additions: 60, deletions: 1 }],
      ...{ flagKeys, revertOf: null, restorationId: null },
    },
  };
}

/** A step of a flag that no world has, on the services of the chosen change. */
export function newFlag(
  { change }: Chosen,
  at: number,
  { id = "flag-new", from = 0, to = 100 } = {},
): Change {
  const state = (rollout: number) => ({
    ...{ enabled: rollout > 0, variants: [] },
    strategies: [
      {
        ...{ id: "s", name: "flexibleRollout", parameters: { rollout: String(rollout) } },
        ...{ disabled: false, constraints: [], segments: [], variants: [] },
      },
    ],
  });
  return {
    ...{ id, kind: "flag", source: "flags", services: change.services, title: "flag new" },
    ...{ environment: null, at: timeOf(at), completedAt: timeOf(at) },
    ...{ actor: null, url: null, carries: [] },
    details: {
      ...{ kind: "flag", project: "default", key: "key-new", environment: "production" },
      ...{ action: "strategy", before: state(from), after: state(to), restorationId: null },
    },
  };
}

/** Pods of the chosen change's service, started anew. */
export function newRestart({ change }: Chosen, at: number): Change {
  return {
    ...{ id: "restart-new", kind: "deploy", source: "cluster", services: change.services },
    ...{ title: "restart", environment: null, at: timeOf(at), completedAt: timeOf(at) },
    ...{ actor: null, url: null, carries: [] },
    details: {
      ...{ kind: "deploy", namespace: "n", deployment: change.services[0] ?? "n", uid: "u" },
      ...{ revision: 99, previousRevision: 98, images: [], changeCause: null, commit: null },
      ...{ commitFrom: null, previousCommit: null, templateHash: "h", rollout: "complete" },
      templateChanges: ["annotation restartedAt a → b"],
      ...{ returnsTo: null, restorationId: null },
    },
  };
}

/** The chosen deploy with other details; null when it is none. */
export const withDeploy = (
  { change }: Chosen,
  more: Partial<Extract<Change["details"], { kind: "deploy" }>>,
): Change | null =>
  change.details.kind === "deploy" ? { ...change, details: { ...change.details, ...more } } : null;

/** By how much it fell, natural logarithm and share, and the suspect without the piece and with it. */
type Fall = { own: number; share: number; was: Suspect; is: Suspect | undefined };

/**
 * Adds one piece to many worlds and tells how often it could be added, and where the suspect fell: in
 * its own log-odds, which are the sum of its sentences, or in its share. Worlds in which the piece moves
 * the start of harm are left out, since then it speaks of time, for and against everything.
 */
export function fallsWith(piece: Piece, runs: number): { added: number; falls: Fall[] } {
  const falls: Fall[] = [];
  let added = 0;
  const property = fc.property(anyIncident, fc.nat(999), fc.nat(999), (input, nth, dice) => {
    const { suspects, onset } = rankSuspects(input);
    const acting = input.changes.flatMap((change) => {
      const suspect = suspects.find(({ changeIds }) => changeIds.includes(change.id));
      return suspect && change.kind !== "merge" ? [{ change, suspect }] : [];
    });
    const turn = nth % Math.max(1, acting.length);
    const fitting = [...acting.slice(turn), ...acting.slice(0, turn)].flatMap((one) => {
      const worlds = piece({ ...one, input, onset: onset.at, dice });
      return worlds ? [{ ...one, worlds }] : [];
    });
    const [first] = fitting;
    if (!first) return;
    const { change, worlds } = first;
    const before = rankSuspects(worlds.without ?? input);
    const after = rankSuspects(worlds.with);
    const was = before.suspects.find(({ changeIds }) => changeIds.includes(change.id));
    if (!was || JSON.stringify(before.onset) !== JSON.stringify(after.onset)) return;
    const is = after.suspects.find(({ changeIds }) => changeIds.includes(change.id));
    added += 1;
    const own = ownOf(is) - ownOf(was);
    const share = (is?.probability ?? 0) - was.probability;
    if (own < -1e-9 || (!worlds.isShared && share < -1e-9)) falls.push({ own, share, was, is });
  });
  fc.assert(property, { numRuns: runs });
  return { added, falls };
}

function ownOf(suspect: Suspect | undefined): number {
  return suspect?.evidence.reduce((sum, { logOdds }) => sum + logOdds, 0) ?? -1_000;
}
