import type { Evidence } from "@/lib/contracts/suspect";
import { counted } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import type { World } from "./incident-world";

/** Where a change stands to what is hurt. */
export type Place = "own" | "below" | "above" | "unclaimed" | "elsewhere";

/** A place, by the service that has it. */
export type Standing = Evidence & { place: Place; service: string | null };

export const OWN = 1;
const BELOW = [0.2, -0.2, -0.6, -0.9];
const ABOVE = -1.8;
const UNCLAIMED = -1.2;
const ELSEWHERE = -2.8;
const ASKED = 0.3;
const UNEXPLAINED = -1;
const MOST_UNEXPLAINED = -2.8;

/** How close a change is to what is hurt, over what depends on what: by each of its services. */
export function standingsOf({ change }: Candidate, world: World): Standing[] {
  if (change.services.length === 0) {
    const sentence = "No service claims it, so it may concern any.";
    return [{ place: "unclaimed", service: null, sentence, logOdds: UNCLAIMED }];
  }
  return change.services.flatMap((service) => {
    const beside = standingBeside(service, world);
    return world.affected.includes(service)
      ? [{ place: "own", service, sentence: `On ${service}, which is hurt.`, logOdds: OWN }, beside]
      : [beside];
  });
}

/** Where a service stands to others that are hurt. */
function standingBeside(service: string, world: World): Standing {
  const above = world.affected
    .flatMap((hurt) => {
      const steps = hurt === service ? undefined : world.reach.get(hurt)?.get(service);
      return steps === undefined ? [] : [{ hurt, steps }];
    })
    .sort((a, b) => a.steps - b.steps);
  const [nearest] = above;
  if (nearest) {
    const over = nearest.steps === 1 ? "" : ` over ${nearest.steps - 1} more`;
    return {
      ...{ place: "below", service },
      sentence: `On ${service}, which ${nearest.hurt} depends on${over}.`,
      logOdds: BELOW[nearest.steps - 1] ?? -1,
    };
  }
  return standingUnlinked(service, world);
}

/** Where it would stand if nothing that is hurt were known to depend on it. */
export function standingUnlinked(service: string, world: World): Standing {
  const below = world.affected.find((hurt) => world.reach.get(service)?.has(hurt));
  return below
    ? {
        ...{ place: "above", service },
        sentence: `On ${service}, which depends on ${below}: it can hurt ${below} only by what it asks of it.`,
        logOdds: ABOVE,
      }
    : {
        ...{ place: "elsewhere", service },
        sentence: `On ${service}, which nothing that is hurt is known to depend on.`,
        logOdds: ELSEWHERE,
      };
}

/**
 * When several services are hurt: how many of them one change would explain. What stands on the changed
 * service is explained by it; what it stands on may be hurt by what it suddenly asks, which is rare.
 */
export function weighCoverage(touched: ReadonlySet<string>, world: World): Evidence[] {
  const { hurt } = world;
  if (hurt.length < 2) return [];
  const open = hurt.filter((name) => !explains(touched, name, world));
  if (open.length === 0) {
    return [
      {
        sentence: `It would explain ${hurt.length === 2 ? "both" : `all ${hurt.length}`} services that are hurt.`,
        logOdds: 0.9,
      },
    ];
  }
  const asked = open.filter((name) => [...touched].some((one) => world.reach.get(one)?.has(name)));
  const unexplained = open.length - asked.length * ASKED;
  const explained = hurt.length - open.length;
  return [
    {
      sentence: `It would explain ${counted(explained, "service")} of the ${hurt.length} that are hurt.`,
      logOdds: Math.max(MOST_UNEXPLAINED, UNEXPLAINED * unexplained ** 0.8),
    },
  ];
}

function explains(touched: ReadonlySet<string>, hurt: string, world: World): boolean {
  return [...touched].some((name) => name === hurt || world.reach.get(hurt)?.has(name));
}
