import type { Change } from "@/lib/contracts/change";
import type { Evidence } from "@/lib/contracts/suspect";
import { ageInWords } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import { order, type World } from "./incident-world";
import { flagPlace } from "./link-changes";
import { levelBetween, readTrace } from "./read-level";

/** A change was taken back: when, by whom, and whether the signal was better for it. */
type TakenBack = { at: number; by: string | null; helped: boolean | null };

/** By the id of what was taken back, and by the state that it had brought. */
export type WaysBack = {
  byId: ReadonlyMap<string, TakenBack[]>;
  byState: ReadonlyMap<string, TakenBack[]>;
};

const MINUTE_MS = 60_000;
const MOST_WAYS = 500;
const MOST_EARLIER = 20;
/** By then a way back that took effect shows in the signal. */
const SHOWS_MS = 5 * MINUTE_MS;
const HELPED = 3;
const DID_NOT_HELP = -3.5;
const NOT_IN_EFFECT = -3;
const KNOWN_VERSION = -0.5;
const PUT_BACK = 0.8;

/** All ways back: those told, and those that the changes show by themselves. */
export function readWaysBack(world: World): WaysBack {
  const byId = new Map<string, TakenBack[]>();
  const add = (id: string, way: TakenBack) => {
    const all = byId.get(id);
    if (!all) byId.set(id, [way]);
    else if (!all.some((other) => Math.abs(other.at - way.at) < 2 * MINUTE_MS)) all.push(way);
  };
  const didHelp = readHelp(world);
  const told = world.evidence.wayBacks.toSorted(
    (a, b) => order(a.at, b.at) || order(JSON.stringify(a), JSON.stringify(b)),
  );
  for (const { changeId, at: when, by, helped } of told.slice(0, MOST_WAYS)) {
    const at = Date.parse(when);
    if (!Number.isNaN(at)) add(changeId, { at, by, helped: helped ?? didHelp(at) });
  }
  for (const { id, at, by } of shown(world)) add(id, { at, by, helped: didHelp(at) });
  const byState = new Map<string, TakenBack[]>();
  for (const [id, taken] of byId) {
    const change = world.byId.get(id);
    const state = change && stateBrought(change);
    if (state) byState.set(state, [...(byState.get(state) ?? []), ...taken].slice(-20));
  }
  return { byId, byState };
}

/** The revision or flag state that a change brought, as a key; null when that isn't known. */
function stateBrought({ details, source }: Change): string | null {
  if (details.kind === "deploy") {
    return JSON.stringify([source, details.namespace, details.deployment, details.revision]);
  }
  return details.kind === "flag" && details.after
    ? JSON.stringify([source, details.project, details.key, details.environment, details.after])
    : null;
}

type Deployed = { id: string; revision: number };
type Turned = { id: string; before: string };

/** Ways back that the ledger shows by itself: revisions and flags that returned to a state before. */
function shown(world: World): { id: string; at: number; by: string | null }[] {
  const ways: { id: string; at: number; by: string | null }[] = [];
  const deploys = new Map<string, Deployed[]>();
  const flags = new Map<string, Turned[]>();
  for (const change of world.changes) {
    const { id, actor: by, source, details } = change;
    const at = Date.parse(change.at);
    if (details.kind === "deploy") {
      const place = `${source}\n${details.namespace}\n${details.deployment}`;
      const earlier = deploys.get(place) ?? [];
      const to = details.returnsTo;
      if (to !== null) {
        for (const other of earlier) if (other.revision > to) ways.push({ id: other.id, at, by });
      }
      // What was undone is undone; the next way back starts from here.
      const left = to === null ? earlier : earlier.filter(({ revision }) => revision <= to);
      left.push({ id, revision: details.revision });
      if (left.length > MOST_EARLIER) left.shift();
      deploys.set(place, left);
    } else if (details.kind === "flag" && details.after && details.before) {
      const place = flagPlace(change);
      const earlier = flags.get(place) ?? [];
      const state = JSON.stringify(details.after);
      const undone = earlier.findLastIndex(({ before }) => before === state);
      const taken = undone === -1 ? [] : earlier.splice(undone);
      for (const other of taken) ways.push({ id: other.id, at, by });
      earlier.push({ id, before: JSON.stringify(details.before) });
      if (earlier.length > MOST_EARLIER) earlier.shift();
      flags.set(place, earlier);
    }
  }
  return ways;
}

/** Whether the hurt signal turned good soon after; null when that can't be seen. */
function readHelp(world: World): (at: number) => boolean | null {
  const { course } = world;
  const trace = course && world.traces.get(course.service);
  if (!course || !trace) return () => null;
  const level = readTrace(trace);
  return (at) => {
    if (at < course.at || world.now < at + SHOWS_MS) return null;
    const until = Math.min(world.now, at + 3 * SHOWS_MS) + 1;
    const value = levelBetween(level, at + SHOWS_MS / 2, until);
    if (value === null) return null;
    return trace.harmWhen === "above" ? value <= trace.threshold : value >= trace.threshold;
  };
}

/** What it tells about a change that somebody took it back, before harm or because of it. */
export function weighWaysBack({ change, at }: Candidate, ways: WaysBack, world: World): Evidence[] {
  const evidence: Evidence[] = [];
  for (const way of ways.byId.get(change.id) ?? []) {
    if (way.at < at) continue;
    const by = way.by ? ` by ${way.by}` : "";
    if (way.at < world.onset.earliest - MINUTE_MS) {
      evidence.push({
        sentence: `It was taken back${by} ${ageInWords(world.onset.at - way.at)} before harm, so it wasn't in effect.`,
        logOdds: NOT_IN_EFFECT,
      });
    } else if (way.helped !== null) {
      evidence.push(
        way.helped
          ? { sentence: `It was taken back${by}, and the signal turned good.`, logOdds: HELPED }
          : { sentence: `It was taken back${by}, and that didn't help.`, logOdds: DID_NOT_HELP },
      );
    }
  }
  return [...strongestEach(evidence), ...asWayBack(change, at, ways)];
}

/** A way back that failed once failed: doing it twice says no more. */
function strongestEach(evidence: Evidence[]): Evidence[] {
  const bySentence = new Map<number, Evidence>();
  for (const one of evidence) bySentence.set(one.logOdds, bySentence.get(one.logOdds) ?? one);
  return [...bySentence.values()];
}

/** A change that is a way back itself: usually safe, unless it puts back what had been taken away. */
function asWayBack(change: Change, at: number, ways: WaysBack): Evidence[] {
  const { details } = change;
  if (details.kind !== "deploy" && details.kind !== "flag") return [];
  const again = ways.byState
    .get(stateReturnedTo(change) ?? "")
    ?.findLast((one) => one.at < at && one.helped !== false);
  if (again) {
    return [
      {
        sentence: `It puts back what had been taken away ${ageInWords(at - again.at)} before.`,
        logOdds: again.helped ? 2 * PUT_BACK : PUT_BACK,
      },
    ];
  }
  if (details.kind === "deploy" && details.returnsTo !== null) {
    return [
      {
        sentence: `It returned to revision ${details.returnsTo}, which had run before.`,
        logOdds: KNOWN_VERSION,
      },
    ];
  }
  return details.restorationId === null
    ? []
    : [{ sentence: `It was our own ${details.restorationId}.`, logOdds: KNOWN_VERSION }];
}

/** The revision that a roll-back returns to, or what a flag is now, as `stateBrought` has it. */
function stateReturnedTo(change: Change): string | null {
  const { details, source } = change;
  if (details.kind !== "deploy") return stateBrought(change);
  return details.returnsTo === null
    ? null
    : JSON.stringify([source, details.namespace, details.deployment, details.returnsTo]);
}
