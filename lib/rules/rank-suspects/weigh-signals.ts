import type { Evidence } from "@/lib/contracts/suspect";
import type { ServiceOnset } from "@/lib/rules/detect-onset";
import { ageInWords } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import { order, type World } from "./incident-world";

/** Turning this much later still counts as together. */
const TOGETHER_MS = 90_000;
/** The signal of what changed turned bad before harm showed above it. */
export const AHEAD = 2;

/** On what is hurt, or below it: what the signals around say about where the mistake is. */
export function weighSignalsAround(
  candidate: Candidate,
  touched: ReadonlySet<string>,
  world: World,
): Evidence[] {
  return [...belowFirst(candidate, touched, world), ...othersWell(candidate, touched, world)];
}

/** A change on a service that isn't affected by name: does its own signal agree? */
export function weighOwnSignal({ change }: Candidate, world: World): Evidence[] {
  const names = change.services.filter((name) => world.traces.has(name)).sort();
  const turned = names.flatMap((name) => world.turned.get(name) ?? []);
  turned.sort((a, b) => a.at - b.at || order(a.service, b.service));
  const [first] = turned;
  if (first) {
    const ahead = world.onset.at - first.at;
    if (ahead > 5_000) {
      return [
        {
          sentence: `The signal of ${first.service} turned bad ${ageInWords(ahead)} before harm showed above it.`,
          logOdds: AHEAD,
        },
      ];
    }
    // The more turned bad at once, the less it says of each.
    const others = world.hurt.filter((name) => !change.services.includes(name)).length;
    return ahead >= -TOGETHER_MS
      ? [
          {
            sentence: `The signal of ${first.service} turned bad with it.`,
            logOdds: 1.5 / Math.max(1, others - 0.5),
          },
        ]
      : [{ sentence: `The signal of ${first.service} turned bad only later.`, logOdds: -0.3 }];
  }
  const [name] = names;
  if (name === undefined) return [];
  return [{ sentence: `The signal of ${name} itself stayed good.`, logOdds: -1.3 }];
}

/** A change on a service while something below it turned bad first. */
function belowFirst({ change }: Candidate, touched: ReadonlySet<string>, world: World): Evidence[] {
  const below = change.services
    .flatMap((name) => [...(world.reach.get(name)?.keys() ?? [])])
    .filter(
      (name) => !touched.has(name) && !change.services.some((one) => isAround(name, one, world)),
    )
    .flatMap((name): ServiceOnset[] => {
      const turned = world.turned.get(name);
      return turned ? [turned] : [];
    })
    .sort((a, b) => a.at - b.at || order(a.service, b.service));
  const [first] = below;
  if (!first) return [];
  const ownAt = Math.min(
    world.onset.at,
    ...change.services.flatMap((name) => world.turned.get(name)?.at ?? []),
  );
  if (first.latest < ownAt) {
    return [
      {
        sentence: `${first.service}, which it depends on, turned bad ${ageInWords(ownAt - first.at)} earlier: that points below.`,
        logOdds: -1.6,
      },
    ];
  }
  return first.at - ownAt <= TOGETHER_MS
    ? [
        {
          sentence: `${first.service}, which it depends on, turned bad at the same time.`,
          logOdds: -0.9,
        },
      ]
    : [];
}

/** Two services that depend on one another say nothing about which is below. */
function isAround(name: string, other: string, world: World): boolean {
  return world.reach.get(name)?.has(other) ?? false;
}

/** What else depends on the changed service and has a signal that stayed good. */
function othersWell({ change }: Candidate, touched: ReadonlySet<string>, world: World): Evidence[] {
  const well = [...world.traces.keys()].filter(
    (name) =>
      !world.turned.has(name) &&
      !world.affected.includes(name) &&
      !touched.has(name) &&
      change.services.some((changed) => world.reach.get(name)?.get(changed) === 1),
  );
  const [first, ...more] = well;
  if (first === undefined) return [];
  const names = more.length === 0 ? first : `${first} and ${more.length} more`;
  return [
    {
      sentence: `${names} ${more.length === 0 ? "depends" : "depend"} on it too and stayed well.`,
      logOdds: -0.4 - 0.2 * Math.min(2, more.length),
    },
  ];
}
