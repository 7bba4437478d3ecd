import type { Evidence } from "@/lib/contracts/suspect";
import { ageInWords, counted } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import type { World } from "./incident-world";
import { weighOutsideWords } from "./weigh-outside-words";
import type { Place } from "./weigh-place";
import { podsOf } from "./weigh-pods";
import type { TextIndex } from "./weigh-texts";
import type { WaysBack } from "./weigh-ways-back";

const MINUTE_MS = 60_000;
/** A change this close to the start of harm is near it. */
const NEAR_MS = 60 * MINUTE_MS;
const LEAST_POINTS = 10;
const OFTEN = 0.02;
const OVER_MS = 5 * MINUTE_MS;
const SUDDEN_MS = 5 * MINUTE_MS;

/** What speaks for an outside cause, or for something older than what was looked at. */
export function weighNoChange(
  candidates: readonly { candidate: Candidate; place: Place }[],
  texts: TextIndex,
  ways: WaysBack,
  world: World,
): Evidence[] {
  const related = candidates.filter(({ place }) => place === "own" || place === "below");
  return [
    ...nothingNear(related, world),
    ...manyAtOnce(related, world),
    ...belowWithout(related, world),
    ...weighOutsideWords(related, texts, world),
    ...unhealthyWithout(candidates, world),
    ...waysThatFailed(ways, world),
    ...nothingSeen(world),
    ...nothingNew(world),
    ...overByItself(related, world),
  ];
}

/** What is said to be hurt has signals, and none of them shows it. */
function nothingSeen({ course, affected, traces, onset }: World): Evidence[] {
  const seen = affected.filter((name) => (traces.get(name)?.points.length ?? 0) >= LEAST_POINTS);
  if (course || onset.from === "person" || seen.length === 0) return [];
  return [
    {
      sentence: `The signal of ${seen.join(", ")} shows no harm that began then.`,
      logOdds: onset.from === "declaration" ? 0.6 : 1.8,
    },
  ];
}

/** A signal that often is beyond its threshold says little when it is so once more. */
function nothingNew({ affected, traces, onset }: World): Evidence[] {
  const shares = affected.flatMap((name) => {
    const trace = traces.get(name);
    if (!trace) return [];
    const before = trace.points.flatMap(([at, value]) =>
      at < onset.earliest && value !== null ? [value] : [],
    );
    const isBad = (value: number) =>
      trace.harmWhen === "above" ? value > trace.threshold : value < trace.threshold;
    const share = before.filter(isBad).length / before.length;
    return before.length >= LEAST_POINTS && share >= OFTEN ? [{ name, share }] : [];
  });
  const [most] = shares.sort((a, b) => b.share - a.share);
  if (!most) return [];
  return [
    {
      sentence: `The signal of ${most.name} had been beyond its threshold before too, for ${Math.round(most.share * 100)}\u00a0% of the time.`,
      logOdds: 1.5,
    },
  ];
}

/** What a change does stays until somebody does something about it. */
function overByItself(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const { course, onset, now } = world;
  if (!course) return [];
  // A signal that has fallen silent isn't good: who serves nobody any more counts no failures either.
  const points = world.traces.get(course.service)?.points ?? [];
  const knownAt = points.findLast(([, value]) => value !== null)?.[0] ?? course.lastBadAt;
  const goodMs = Math.min(now, knownAt) - course.lastBadAt;
  if (goodMs < OVER_MS) return [];
  const places = new Set(related.flatMap(({ candidate }) => candidate.change.services));
  const isActedOn = world.changes.some(
    ({ kind, at, services }) =>
      kind !== "merge" &&
      Date.parse(at) > onset.latest &&
      Date.parse(at) <= course.lastBadAt + OVER_MS &&
      services.some((name) => places.has(name)),
  );
  if (isActedOn || world.evidence.wayBacks.length > 0) return [];
  return [
    {
      sentence: `The signal of ${course.service} has been good again for ${ageInWords(goodMs)}, though nobody took anything back.`,
      logOdds: 1,
    },
  ];
}

function nothingNear(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const { onset, course } = world;
  const last = Math.max(...related.map(({ candidate }) => candidate.until));
  if (related.length === 0) {
    return [
      {
        sentence: "Nothing changed before harm on what is hurt, nor on what it depends on.",
        logOdds: 0.5,
      },
    ];
  }
  const since = onset.earliest - last;
  if (since < NEAR_MS) return [];
  const isSudden = course !== null && course.riseMs <= SUDDEN_MS;
  return [
    {
      sentence: `${isSudden ? "Harm came at once, and the" : "The"} last change there was ${ageInWords(since)} before.`,
      logOdds: isSudden ? 1.2 : 0.3,
    },
  ];
}

function manyAtOnce(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const { hurt } = world;
  if (hurt.length < 2) return [];
  const isShared = related.some(
    ({ candidate: { change, at } }) =>
      world.onset.at - at < NEAR_MS &&
      hurt.every((name) =>
        change.services.some((one) => one === name || world.reach.get(name)?.has(one)),
      ),
  );
  return isShared
    ? []
    : [
        {
          sentence: `${hurt.length} services are hurt, and nothing that changed in the hour before is shared by all of them.`,
          logOdds: hurt.length === 2 ? 0.8 : 2,
        },
      ];
}

/** A dependency turned bad first, and nothing changed on it or below it. */
function belowWithout(related: readonly { candidate: Candidate }[], world: World): Evidence[] {
  const below = [...world.turned.values()]
    .filter(
      ({ service, latest }) =>
        latest < world.onset.at &&
        !world.affected.includes(service) &&
        world.affected.some((name) => world.reach.get(name)?.has(service)),
    )
    .sort((a, b) => a.at - b.at);
  const [first] = below;
  if (!first) return [];
  const isChanged = related.some(({ candidate: { change, at } }) =>
    first.at - at < 4 * NEAR_MS && at <= first.latest
      ? change.services.some(
          (name) => name === first.service || world.reach.get(first.service)?.has(name),
        )
      : false,
  );
  return isChanged
    ? []
    : [
        {
          sentence: `${first.service} turned bad first, and nothing changed there lately.`,
          logOdds: 1.2,
        },
      ];
}

function unhealthyWithout(all: readonly { candidate: Candidate }[], world: World): Evidence[] {
  if (world.evidence.unhealthy.length === 0) return [];
  const changed = new Set(all.flatMap(({ candidate }) => podsOf(candidate.change, world)));
  const still = new Set(
    world.evidence.unhealthy
      .filter((pods) => !changed.has(pods))
      .map(({ deployment }) => deployment),
  );
  if (still.size === 0) return [];
  return [
    {
      sentence: `Pods of ${counted(still.size, "Deployment")} that nobody changed lately are unhealthy.`,
      logOdds: 0.9,
    },
  ];
}

function waysThatFailed(ways: WaysBack, world: World): Evidence[] {
  const failed = [...ways.byId].filter(([, all]) =>
    all.some(({ at, helped }) => at >= world.onset.earliest && helped === false),
  );
  if (failed.length === 0) return [];
  return [
    {
      sentence: `${failed.length === 1 ? "A way back was" : `${failed.length} ways back were`} tried, and harm goes on.`,
      logOdds: Math.min(1.2, 0.6 * failed.length),
    },
  ];
}
