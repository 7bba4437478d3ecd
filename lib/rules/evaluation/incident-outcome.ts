import type { Change } from "@/lib/contracts/change";
import type { Recommendation } from "@/lib/contracts/lever";
import type { Ranking } from "@/lib/contracts/suspect";
import type { SuspectInput } from "@/lib/rules/rank-suspects";
import type { RecommendInput } from "@/lib/rules/recommend-lever";
import { type ExpandedIncident, expandIncident } from "./expand-incident";
import type { IncidentCase } from "./incident-case";
import { latestChanges } from "./latest-changes";

/** What is measured: the rules under test. */
export type IncidentJudge = {
  rank(input: SuspectInput): Ranking;
  recommend(input: RecommendInput): Recommendation;
};

/** How a lever's recommendation turned out. */
export type LeverOutcome =
  /** The culprit's, and one that a good commander would be content with; or rightly none. */
  | "right"
  /** Nothing recommended although something could have been. */
  | "abstained"
  /** The culprit's, but the wrong one. */
  | "wrong-lever"
  /** Of an innocent change. */
  | "wrong-suspect"
  /** When nothing that changed lately had done it. */
  | "blamed";

export type IncidentOutcome = {
  id: string;
  /** Null when no recent change did it. */
  culprit: string | null;
  /** Place of the culprit, 1 is first; null when it isn't named at all or there is none. */
  rank: { ours: number | null; latest: number | null; latestAffected: number | null };
  /** Of the culprit, or of "no recent change" when that is the truth. */
  probabilityOfTruth: number;
  /** What is thought likeliest, "no recent change" included. */
  likeliest: { name: string; probability: number; isRight: boolean };
  /** Sum over all hypotheses of the squared error of their probabilities, 0 to 2. */
  brier: number;
  /** Something was said to be likelier than "no recent change" when that is the truth. */
  outweighedNone: boolean;
  lever: Recommendation["lever"];
  leverOutcome: LeverOutcome;
  /** A lever was recommended that would do harm, or that can't be pulled. */
  isUnsafe: boolean;
  /** Minutes between the start of harm that was found and the true one, without sign. */
  onsetErrorMinutes: number;
};

/** Asks the rules about one incident and compares the answers with the truth. */
export function incidentOutcome(incident: IncidentCase, judge: IncidentJudge): IncidentOutcome {
  const expanded = expandIncident(incident);
  const { input, culpritId } = expanded;
  const ranking = judge.rank(input);
  const { suspects, noRecentChange } = ranking;
  const isCulprit = (ids: string[]) => culpritId !== null && ids.includes(culpritId);
  const first = suspects[0];
  const place = placeOf(suspects, ({ changeIds }) => isCulprit(changeIds));
  const ofCulprit = place === null ? 0 : (suspects[place - 1]?.probability ?? 0);
  const isNoneLikeliest = !first || noRecentChange.probability >= first.probability;
  const recommended = recommend(expanded, ranking, judge);
  const carries = (change: Change) => isCulprit([change.id, ...change.carries]);
  return {
    id: incident.id,
    culprit: culpritId === null ? null : incident.truth.culprit,
    rank: {
      ours: place,
      latest: placeOf(latestChanges(input, false), carries),
      latestAffected: placeOf(latestChanges(input, true), carries),
    },
    probabilityOfTruth: culpritId === null ? noRecentChange.probability : ofCulprit,
    likeliest: isNoneLikeliest
      ? {
          name: "no recent change",
          probability: noRecentChange.probability,
          isRight: culpritId === null,
        }
      : {
          name: first.title,
          probability: first.probability,
          isRight: isCulprit(first.changeIds),
        },
    brier: brierOf(ranking, place, culpritId === null),
    outweighedNone: culpritId === null && !isNoneLikeliest,
    lever: recommended.lever,
    leverOutcome: leverOutcome(incident, recommended.lever, {
      isCulprit: first !== undefined && isCulprit(first.changeIds),
      isNone: culpritId === null,
    }),
    isUnsafe: recommended.isUnsafe || isHarmful(incident, recommended.lever, place === 1),
    onsetErrorMinutes: Math.abs(ranking.onset.at - expanded.harmAt) / 60_000,
  };
}

function placeOf<T>(list: T[], isIt: (one: T) => boolean): number | null {
  const index = list.findIndex(isIt);
  return index < 0 ? null : index + 1;
}

/** The card of the likeliest suspect, as the product opens it. */
function recommend(
  { leversOf, failedOf, input }: ExpandedIncident,
  { suspects, noRecentChange }: Ranking,
  judge: IncidentJudge,
): { lever: Recommendation["lever"]; isUnsafe: boolean } {
  const [first, second] = suspects;
  const levers = first ? leversOf(first) : [];
  const { lever } = judge.recommend({
    head: input.changes.find(({ id }) => id === first?.id) ?? null,
    levers,
    failed: first ? failedOf(first.id) : [],
    calm: null,
    probability: first?.probability ?? null,
    noRecentChange: noRecentChange.probability,
    rival: second ? { title: second.title, probability: second.probability } : null,
    verifyMs: 180_000,
  });
  const pulled = levers.find((one) => one.lever === lever);
  const isUnsafe =
    lever !== "none" &&
    (!pulled || pulled.blockers.length > 0 || pulled.warnings.some(({ unsafe }) => unsafe));
  return { lever, isUnsafe };
}

/** The truth calls a lever unsafe for the culprit: then it is, whatever the card could know. */
function isHarmful(
  { truth }: IncidentCase,
  lever: Recommendation["lever"],
  isCulpritFirst: boolean,
): boolean {
  return lever !== "none" && isCulpritFirst && truth.unsafe.includes(lever);
}

function leverOutcome(
  { truth }: IncidentCase,
  lever: Recommendation["lever"],
  first: { isCulprit: boolean; isNone: boolean },
): LeverOutcome {
  if (lever === "none") return truth.levers.includes("none") ? "right" : "abstained";
  if (first.isNone) return "blamed";
  if (!first.isCulprit) return "wrong-suspect";
  return truth.levers.includes(lever) ? "right" : "wrong-lever";
}

function brierOf({ suspects, noRecentChange }: Ranking, place: number | null, isNone: boolean) {
  const squares = suspects.map(({ probability }, index) => {
    const truth = index + 1 === place ? 1 : 0;
    return (probability - truth) ** 2;
  });
  const unnamed = place === null && !isNone ? 1 : 0;
  const none = (noRecentChange.probability - (isNone ? 1 : 0)) ** 2;
  return squares.reduce((sum, one) => sum + one, none + unnamed);
}
