import type { Change } from "@/lib/contracts/change";
import type { SignalTrace } from "@/lib/contracts/incident-evidence";
import type { KnownGoodState } from "@/lib/contracts/known-good";
import type { RepositoryRef } from "@/lib/contracts/service";
import { findCulprits, findFlagCulprits } from "./known-good/find-culprits";
import { type FlagHistory, type FlagThen, flagHistory, isSameState } from "./known-good/flags-at";
import type { Culprit, PastRestoration } from "./known-good/past-restoration";
import { type Segment, segmentsOf } from "./known-good/segments";
import { ageInWords } from "./say";

export type Harm = { id: string; from: number /** Null while it goes on. */; to: number | null };

export type KnownGoodInput = {
  service: string;
  /** Of its Deployments as they are now; any order. */
  deploys: readonly Change[];
  flagChanges: readonly Change[];
  flagsNow: readonly FlagThen[];
  /** What the deploys carry. */
  merges: readonly Change[];
  repository: Pick<RepositoryRef, "migrations"> | null;
  /** When its incidents (no drills) hurt it, milliseconds since the epoch. */
  harms: readonly Harm[];
  restorations: readonly PastRestoration[];
  /** Its signal as far back as it was read, with what it is called; null where nobody has. */
  signal: (SignalTrace & { title: string; limit: string }) | null;
  now: number;
};

export type FoundKnownGood = {
  /** Good states, newest first, one for each set of revisions. */
  good: KnownGoodState[];
  culprits: Culprit[];
  /** Why there is none, or what the newest is. */
  sentence: string;
};

const HOUR_MS = 3_600_000;
/** Revisions have to be live and unhurt this long to count as good, unless a Restoration proved them. */
export const LIVE_LONG_ENOUGH_MS = HOUR_MS;
/** Flags have to stand this long beside them. */
export const FLAGS_LONG_ENOUGH_MS = HOUR_MS / 4;
/** What was taken back is good again once it has been live and unhurt for a day. */
const ABSOLVED_AFTER_MS = 24 * HOUR_MS;
/** Clocks, and what a start of harm is known to: harm this long before a change is that change's. */
const TOLERANCE_MS = 60_000;
/** Less of the time than this beyond its threshold, a signal was good. */
const BAD_SHARE = 0.05;
const LEAST_POINTS = 5;
const MOST_STATES = 10;

/**
 * The states of a service that were good, from the ledger: live for an hour or proved by a verified
 * Restoration, unhurt by an incident and by the signal, and never a culprit. Harm that a state
 * outlived by an hour unchanged doesn't count against it: something else did it.
 */
export function findKnownGood(input: KnownGoodInput): FoundKnownGood {
  const flags = flagHistory(input.flagChanges, input.flagsNow);
  const segments = segmentsOf(input.deploys, flags.moments);
  const culprits = findCulprits(input).filter((one) => !isAbsolved(one, segments, input));
  const flagCulprits = findFlagCulprits(input);
  const good = new Map<string, KnownGoodState>();
  const reasons: string[] = [];
  for (const segment of segments) {
    const key = segment.deployed.map(({ change }) => change.id).join();
    if (good.has(key)) continue;
    const judged = judge(segment, { input, flags, culprits, flagCulprits });
    if ("because" in judged) reasons.push(judged.because);
    else good.set(key, stateOf(segment, judged, { input, flags }));
    if (good.size === MOST_STATES) break;
  }
  const states = [...good.values()];
  return {
    good: states,
    culprits: culprits.map(({ since: _, ...culprit }) => culprit),
    sentence: sentenceOf(states[0], reasons[0], segments.length),
  };
}

type Around = {
  input: KnownGoodInput;
  flags: FlagHistory;
  culprits: readonly Culprit[];
  flagCulprits: ReturnType<typeof findFlagCulprits>;
};

type Verdict = { verifiedAt: number; verifiedBy: string } | { because: string };

function judge(segment: Segment, { input, flags, culprits, flagCulprits }: Around): Verdict {
  const { deployed, from } = segment;
  const name = deployed
    .map(({ details }) => `${details.deployment} ${details.revision}`)
    .join(", ");
  const culprit = deployed.flatMap((one) => culpritOf(culprits, one) ?? [])[0];
  if (culprit) return { because: `${name} is a culprit: ${culprit.because}` };
  const unready = deployed.find((one) => !wasComplete(one));
  if (unready) return { because: `the rollout of ${name} was never complete` };
  const bad = flagCulprits.find((flag) => isSameState(flags.stateAt(flag, from), flag.state));
  if (bad) return { because: `${bad.key} stood as it did when it was taken back` };
  const end = segment.to ?? input.now;
  const hurt = input.harms.filter(
    (harm) => harm.from < end - TOLERANCE_MS && (harm.to ?? input.now) > segment.revisionsSince,
  );
  const going = hurt.find((harm) => harm.to === null || harm.to >= end);
  if (going) return { because: `${going.id} hurt it while ${name} was live` };
  const clean = Math.max(from, ...hurt.map((harm) => harm.to ?? 0));
  const proof = input.restorations.findLast(
    ({ verifiedAt, inEffectAt }) =>
      inEffectAt >= segment.revisionsSince - TOLERANCE_MS &&
      verifiedAt >= from &&
      verifiedAt <= (segment.to ?? Number.POSITIVE_INFINITY),
  );
  const unhurtSince = Math.max(segment.revisionsSince, ...hurt.map((harm) => harm.to ?? 0));
  // Where flags have just changed, the signal says more of the revisions than of the flags.
  const seen = seenGood(input.signal, clean, end) ?? seenGood(input.signal, unhurtSince, end);
  if (seen === false) return { because: `the signal was bad while ${name} was live` };
  const unhurtMs = end - unhurtSince;
  const proven = proof ? `${proof.id} was verified` : null;
  if (unhurtMs < LIVE_LONG_ENOUGH_MS || end - clean < Math.min(FLAGS_LONG_ENOUGH_MS, unhurtMs)) {
    return proof && proven
      ? { verifiedAt: Math.max(proof.verifiedAt, clean), verifiedBy: proven }
      : { because: `${name} was live and unhurt for ${ageInWords(unhurtMs)} only` };
  }
  const words = [proven, ...lastedInWords(input.signal, { seen, unhurtMs, end })];
  return { verifiedAt: end, verifiedBy: words.filter(Boolean).join(", ") };
}

/** For how long it was unhurt. Of what lies before the signal's first point nobody has read anything. */
function lastedInWords(
  signal: KnownGoodInput["signal"],
  lasted: { seen: boolean | null; unhurtMs: number; end: number },
): string[] {
  const { unhurtMs } = lasted;
  const without = `no incident for ${ageInWords(unhurtMs)}`;
  if (!lasted.seen || !signal) return [without];
  const seenMs = Math.min(unhurtMs, lasted.end - (signal.points[0]?.[0] ?? lasted.end));
  const within = `${signal.title} ${signal.limit} for ${ageInWords(seenMs)}`;
  return seenMs < unhurtMs ? [without, within] : [within];
}

/**
 * A live rollout that was complete stays so when a pod goes missing; one that was replaced before it
 * was complete has nothing but its beginning.
 */
function wasComplete({ change, details }: Segment["deployed"][number]): boolean {
  switch (details.rollout) {
    case "complete":
      return true;
    case "rolling":
      return change.completedAt !== null;
    case "superseded":
      return change.completedAt !== null && change.completedAt > change.at;
    case "stuck":
      return false;
    default:
      return details.rollout satisfies never;
  }
}

/** True or false by the signal; null where too little of it is known. */
function seenGood(signal: KnownGoodInput["signal"], from: number, to: number): boolean | null {
  if (!signal) return null;
  const { points, threshold, harmWhen } = signal;
  const known = points.flatMap(([at, value]) =>
    value !== null && at >= from && at <= to ? [value] : [],
  );
  if (known.length < LEAST_POINTS) return null;
  const isBad = (value: number) => (harmWhen === "above" ? value > threshold : value < threshold);
  return known.filter(isBad).length <= known.length * BAD_SHARE;
}

function culpritOf<T extends Culprit>(
  culprits: readonly T[],
  { change, details }: Segment["deployed"][number],
): T | null {
  const subject = `${details.namespace}/${details.deployment}`;
  return (
    culprits.find(
      (one) =>
        one.source === change.source &&
        one.subject === subject &&
        one.templateHash === details.templateHash,
    ) ?? null
  );
}

/** Brought back, whoever did it, and live and unhurt for a day since. */
function isAbsolved(
  culprit: Culprit & { since: number },
  segments: readonly Segment[],
  { harms, now }: KnownGoodInput,
): boolean {
  return segments.some((segment) => {
    const own = segment.deployed.find((one) => culpritOf([culprit], one));
    if (!own || own.at <= culprit.since) return false;
    const end = segment.to ?? now;
    const since = Math.max(
      own.at,
      ...harms.filter((harm) => harm.from < end).map((harm) => harm.to ?? now),
    );
    return end - since >= ABSOLVED_AFTER_MS;
  });
}

function stateOf(
  segment: Segment,
  verdict: { verifiedAt: number; verifiedBy: string },
  { input, flags }: Pick<Around, "input" | "flags">,
): KnownGoodState {
  const commits = new Set(segment.deployed.map(({ details }) => details.commit));
  return {
    service: input.service,
    deployments: segment.deployed.map(({ change, details }) => ({
      deployment: {
        source: change.source,
        namespace: details.namespace,
        name: details.deployment,
      },
      changeId: change.id,
      revision: details.revision,
      templateHash: details.templateHash,
      images: details.images.map(({ image }) => image),
      commit: details.commit,
    })),
    flags: flags.at(segment.from),
    migrationHead: migrationHead(input, segment.deployed),
    commit: commits.size === 1 ? ([...commits][0] ?? null) : null,
    liveAt: new Date(segment.revisionsSince).toISOString(),
    verifiedAt: new Date(verdict.verifiedAt).toISOString(),
    verifiedBy: verdict.verifiedBy,
  };
}

/**
 * Path of the newest migration that these revisions were live with: the last one that a merge carried
 * by them or by an earlier deploy brought; null where none is known.
 */
export function migrationHead(
  { deploys, merges, repository }: Pick<KnownGoodInput, "deploys" | "merges" | "repository">,
  deployed: readonly { change: Change }[],
): string | null {
  const prefixes = repository?.migrations ?? [];
  if (prefixes.length === 0) return null;
  const latest =
    deployed
      .map(({ change }) => change.at)
      .sort()
      .at(-1) ?? "";
  const carried = new Set(
    deploys.filter(({ at }) => at <= latest).flatMap(({ carries }) => carries),
  );
  const paths = merges
    .filter(({ id }) => carried.has(id))
    .flatMap(({ details }) => (details.kind === "merge" ? details.files : []))
    .filter(
      ({ path, status }) => status !== "removed" && prefixes.some((one) => path.startsWith(one)),
    )
    .map(({ path }) => path);
  return paths.sort().at(-1) ?? null;
}

function sentenceOf(
  state: KnownGoodState | undefined,
  reason: string | undefined,
  count: number,
): string {
  if (state) {
    const names = state.deployments.map((one) => `${one.deployment.name} ${one.revision}`);
    return `${names.join(", ")} ${names.length === 1 ? "was" : "were"} good: ${state.verifiedBy}.`;
  }
  if (count === 0) return "No deploy of it is in the ledger yet.";
  return `Nothing that is known was good: ${reason ?? "too little is known"}.`;
}
