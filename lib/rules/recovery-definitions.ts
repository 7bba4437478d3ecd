/** What a number means: what it counts, from which clock, out of how many. Shown beside it. */
export type Definition = { title: string; what: string; clock: string; of: string };

/** How deploys become normal, failed or rework; shown beside the measures that rest on it. */
export const ATTRIBUTION = [
  "A deploy that returns to an earlier state, belongs to a Restoration (a rollback or a put-back), or carries a revert or a hotfix is rework: neither a normal deploy nor a failure.",
  "After V1 → V2 → V3 → V1 it is V2: the first deploy after the state that was returned to, unless it is rework itself.",
  "A revert counts against the deploy that carried the pull request it names, once the revert is live.",
  "A flag turned back counts against no deploy, unless the suspect was one.",
  "A hotfix (a merge with the label “hotfix” or “incident”, or with “hotfix” or an incident's number in its title) counts against no deploy: it doesn't name what it fixes.",
  "A deploy that several ways back name failed once; its recovery ends with the first of them.",
] as const;

const QUANTILES =
  "A quantile is a value that occurred: the least one that as many lie at or below as it says. Its interval is the 95 % percentile interval of infinitely many resamples, computed exactly.";

/** Definitions of everything on the page of the recovery history. */
export const DEFINITIONS = {
  recovery: {
    title: "Recovery time",
    what: "How long customers were hurt until it was certain that they no longer were.",
    clock:
      "From the start of harm to the verification of the Restoration that ended it; restored by other means, to the moment somebody said so.",
    of: "Incidents declared in the period and restored since. Those not restored yet aren't in it, drills only when asked for.",
  },
  median: {
    title: "Median and P90",
    what: QUANTILES,
    clock: "As the durations it is taken of.",
    of: "The median has an interval from 10 incidents on, P90 from 35 on: fewer don't reach far enough.",
  },
  phases: {
    title: "Phases",
    what: "Where a recovery's time went: detect, declare, decide, act, take effect, verify.",
    clock:
      "Start of harm → first alert → declaration → the press that restored → accepted → in effect → verified. Without an alert, detection lasts until the declaration.",
    of: "Incidents restored by a lever; detect and declare also of others.",
  },
  ratio: {
    title: "This period and the one before",
    what: "The median of this period divided by that of the one before, with a 95 % interval from both. A change is claimed only when the interval leaves out 1; of twenty comparisons without any change, one claims one all the same.",
    clock: "The period before is as long and ends where this one begins.",
    of: "Groups with at least 10 incidents in both.",
  },
  advice: {
    title: "Recommendation followed, and right",
    what: "Right: the recommended lever was pulled and the signal verified it.",
    clock: "Once a Restoration has ended.",
    of: "Levers pulled with a recommendation on screen, in these incidents. Put-backs aren't counted.",
  },
  "loose-ends": {
    title: "Loose ends",
    what: "What Restorations left behind for somebody to tidy up: a flag left off, an older version running, a revert not merged.",
    clock: "When the Restoration took effect, whether or not it was closed since.",
    of: "Restorations of these incidents, without put-backs.",
  },
  "freeze-hours": {
    title: "Freeze hours",
    what: "How long deliveries were frozen: the wish, whether or not each layer could hold it.",
    clock: "From the press to the thaw or the end, as far as it lies in the period.",
    of: "Freezes with an incident of any lever and severity, or with none. An hour under several freezes counts once; one over everything counts for each service.",
  },
  "deployment-frequency": {
    title: "Deployment frequency",
    what: "Normal and failed deploys a week, with Garwood's exact 95 % interval of a rate.",
    clock: "A deploy counts when it goes live.",
    of: "Weeks of the period that the ledger was kept.",
  },
  "change-lead-time": {
    title: "Change lead time",
    what: "Median time from merge to live. The ledger knows merges, not first commits: time on a branch is not in it.",
    clock:
      "From the merge of the oldest pull request that a deploy carries until that deploy is live.",
    of: "Normal and failed deploys whose merges are known.",
  },
  "change-fail-rate": {
    title: "Change fail rate",
    what: "Share of deploys that needed a way back, with Wilson's 95 % interval.",
    clock: "A deploy belongs to the period it went live in, whenever the way back came.",
    of: "Normal and failed deploys; rework is neither.",
  },
  "failed-deployment-recovery-time": {
    title: "Failed deployment recovery time",
    what: "Median time to recover from a deploy that failed. Incidents that no deploy caused aren't in it.",
    clock:
      "From the failed deploy going live until its way back was verified or, without a Restoration, rolled out.",
    of: "Failed deploys.",
  },
  "deployment-rework-rate": {
    title: "Deployment rework rate",
    what: "Share of deploys that were ways back or hotfixes, with Wilson's 95 % interval.",
    clock: "A deploy counts when it goes live.",
    of: "All deploys: normal, failed and rework.",
  },
} as const satisfies Record<string, Definition>;

export type DefinitionName = keyof typeof DEFINITIONS;
