import type { Change } from "@/lib/contracts/change";
import type { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import type { Evidence, NoRecentChange, Onset, Ranking, Suspect } from "@/lib/contracts/suspect";
import { detectOnset } from "./detect-onset";
import { type Candidate, couldHaveCaused } from "./rank-suspects/could-have-caused";
import { buildWorld, order, type World } from "./rank-suspects/incident-world";
import { type Group, type Links, linkChanges, readLinks } from "./rank-suspects/link-changes";
import { weighKind } from "./rank-suspects/weigh-kind";
import { weighNoChange } from "./rank-suspects/weigh-no-change";
import type { Place } from "./rank-suspects/weigh-place";
import { readPods } from "./rank-suspects/weigh-pods";
import { readRamps } from "./rank-suspects/weigh-ramp";
import { SLOW_WORDS, slowReasons } from "./rank-suspects/weigh-slow";
import { indexTexts } from "./rank-suspects/weigh-texts";
import { weighTime } from "./rank-suspects/weigh-time";
import { readWaysBack, weighWaysBack } from "./rank-suspects/weigh-ways-back";
import { weighWhere } from "./rank-suspects/weigh-where";

export type SuspectInput = {
  changes: Change[];
  /** The incident's services, by name. */
  affected: string[];
  services: Service[];
  /** Start of harm as the incident has it, milliseconds since the epoch, and who says so. */
  harmBeganAt: number;
  harmBeganFrom: Onset["from"];
  evidence: IncidentEvidence;
  /** Milliseconds since the epoch. */
  now: number;
};

type Weighed = { candidate: Candidate; place: Place; evidence: Evidence[]; score: number };

/**
 * Odds, before anything is known, that one of the changes looked at did it against none of them. About
 * seven outages of ten come from a change, and a good part of those changes are in no ledger.
 */
const CHANGED_TO_NONE = 0.9;
/** Fewer suspects than this don't make each of them likelier. */
const LEAST_SUSPECTS = 4;
/** Changes far from the harm are many; this many of them count as one. */
const FAR_SHARE = 2;
/**
 * Kinds of evidence aren't independent of one another, so that their sum is too sure of itself: it is
 * divided by this, which was fitted so that of suspects said to be at 70 % about seven of ten did it.
 */
const TEMPERATURE = 1.15;

/**
 * Ranks what could have caused the harm, with a probability for each suspect and for "no recent change".
 * Changes that came after harm began, merges that no deploy carries, first releases, new flags and
 * flags of other environments are left out; linked changes form one suspect, headed by the one that
 * most likely took effect at the start of harm. Every contribution is a sentence with the log-odds that
 * it adds; probabilities are their softmax and sum to 1. The order of the input never matters, and a
 * piece of evidence for a suspect never lowers the sum of its log-odds.
 */
export function rankSuspects(input: SuspectInput): Ranking {
  const world = worldOf(input);
  const links = readLinks(world);
  const candidates = couldHaveCaused(world);
  const groups = linkChanges(candidates, links, world);
  const weighed = weighAll(groups, links, world);
  const priorOf = priorsOf(weighed.groups);
  const suspects = weighed.groups.map((all) => suspectOf(all, priorOf(all), links.mergesOf));
  const outside = weighed.noChange.reduce((sum, { logOdds }) => sum + logOdds, 0);
  const scores = [outside, ...suspects.map(({ score }) => score)].map((one) => one / TEMPERATURE);
  const [none = 1, ...shares] = softmax(scores);
  const ranked = suspects
    .map(({ suspect, at }, index) => ({ ...suspect, probability: shares[index] ?? 0, at }))
    .sort((a, b) => b.probability - a.probability || b.at - a.at || order(a.id, b.id))
    .map(({ at: _, ...suspect }): Suspect => suspect);
  const noRecentChange: NoRecentChange = { probability: none, evidence: shown(weighed.noChange) };
  return { onset: world.onset, suspects: ranked, noRecentChange };
}

function worldOf(input: SuspectInput): World {
  const now = Number.isFinite(input.now) ? input.now : 0;
  const harmBeganAt = Number.isFinite(input.harmBeganAt) ? input.harmBeganAt : now;
  const { signals, texts } = input.evidence;
  const onset = detectOnset({
    ...{ signals, texts, affected: input.affected, harmBeganAt },
    harmBeganFrom: input.harmBeganFrom,
  });
  const { changes, affected, services, evidence } = input;
  return buildWorld({ changes, affected, services, evidence, onset, now });
}

function weighAll(groups: readonly Group[], links: Links, world: World) {
  const withMerges = groups.flatMap(({ members }, group) => {
    const touched = new Set(members.flatMap(({ change }) => change.services));
    return members.map((candidate) => ({
      ...{ candidate, group, touched, change: candidate.change },
      merges: links.mergesOf(candidate.change),
    }));
  });
  const texts = indexTexts(withMerges, world, SLOW_WORDS);
  const ways = readWaysBack(world);
  const rampOf = readRamps(world);
  const podsOf = readPods(world);
  const slowOf = slowReasons(texts, world);
  const weighed = groups.map((): Weighed[] => []);
  for (const { candidate, group, touched, change, merges } of withMerges) {
    const where = weighWhere(candidate, touched, texts, world);
    const evidence = [
      ...weighTime(candidate, slowOf(change, merges), world),
      ...where.evidence,
      ...weighKind(change, merges),
      ...texts.weigh(change, merges),
      ...rampOf(change),
      ...podsOf(candidate),
      ...weighWaysBack(candidate, ways, world),
    ];
    const score = evidence.reduce((sum, { logOdds }) => sum + logOdds, 0);
    weighed[group]?.push({ candidate, place: where.place, evidence, score });
  }
  return { groups: weighed, noChange: weighNoChange(weighed.flat(), texts, ways, world) };
}

/**
 * Each suspect's share of the odds that a change did it, in logarithms: the more there are, the less
 * likely it was each of them. What has nothing to do with what is hurt shares among itself, and never
 * has the larger share.
 */
function priorsOf(groups: readonly Weighed[][]): (members: readonly Weighed[]) => number {
  const isNear = (members: readonly Weighed[]) =>
    members.some(({ place }) => place === "own" || place === "below");
  const near = groups.filter(isNear).length;
  const far = Math.max(near, (groups.length - near) / FAR_SHARE);
  return (members) => {
    const among = isNear(members) ? near : far;
    return Math.log(CHANGED_TO_NONE / Math.max(LEAST_SUSPECTS, among));
  };
}

/** The likeliest member heads it; what the others add, of kinds of their own, is one sentence. */
function suspectOf(
  members: readonly Weighed[],
  prior: number,
  mergesOf: (change: Change) => Change[],
): { suspect: Omit<Suspect, "probability">; score: number; at: number } {
  const [head, ...others] = members.toSorted(
    (a, b) =>
      b.score - a.score ||
      b.candidate.at - a.candidate.at ||
      order(a.candidate.change.id, b.candidate.change.id),
  );
  if (!head) throw new Error("A group has a member.");
  const { change, at } = head.candidate;
  const kinds = new Set([change.kind]);
  const added = others.filter(({ candidate }) => {
    const isNew = !kinds.has(candidate.change.kind);
    kinds.add(candidate.change.kind);
    return isNew;
  });
  const more = added.reduce((sum, { score }) => sum + Math.exp(score - head.score), 0);
  const evidence = [...head.evidence];
  if (others.length > 0) {
    const titles = others.slice(0, 3).map(({ candidate }) => candidate.change.title);
    const rest = others.length > 3 ? ` and ${others.length - 3} more` : "";
    evidence.push({
      sentence: `One piece of work with ${titles.join(", ")}${rest}.`,
      logOdds: Math.log1p(more),
    });
  }
  const linked = [
    ...others.map(({ candidate }) => candidate.change),
    ...members.flatMap(({ candidate }) => mergesOf(candidate.change)),
  ];
  return {
    suspect: {
      ...{ id: change.id, title: change.title, services: change.services },
      changeIds: [...new Set([change.id, ...linked.map(({ id }) => id)])],
      evidence: shown(evidence),
    },
    score: prior + head.score + Math.log1p(more),
    at,
  };
}

/** Strongest first, at the strength that it has in the probability. */
function shown(evidence: readonly Evidence[]): Evidence[] {
  return evidence
    .map(({ sentence, logOdds }) => ({ sentence, logOdds: logOdds / TEMPERATURE }))
    .sort((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds) || order(a.sentence, b.sentence));
}

function softmax(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - most));
  const total = odds.reduce((sum, one) => sum + one, 0);
  return odds.map((one) => one / total);
}
