import type { Evidence } from "@/lib/contracts/suspect";
import { counted } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import type { World } from "./incident-world";

/** Where a change stands to what is hurt. */
export type Place = "own" | "below" | "above" | "unclaimed" | "elsewhere";

type Standing = Evidence & { place: Place };

const OWN = 1;
const BELOW = [0.2, -0.2, -0.6, -0.9];
const ABOVE = -1.8;
const UNCLAIMED = -1.2;
const ELSEWHERE = -2.8;
const ASKED = 0.3;
const UNEXPLAINED = -1;
const MOST_UNEXPLAINED = -2.8;

/** How close the change is to what is hurt, over what depends on what. */
export function standingOf({ change }: Candidate, world: World): Standing {
  const standings = change.services.map((name) => standingOfService(name, world));
  standings.sort((a, b) => b.logOdds - a.logOdds);
  return (
    standings[0] ?? {
      place: "unclaimed",
      sentence: "No service claims it, so it may concern any.",
      logOdds: UNCLAIMED,
    }
  );
}

function standingOfService(name: string, world: World): Standing {
  if (world.affected.includes(name)) {
    return { place: "own", sentence: `On ${name}, which is hurt.`, logOdds: OWN };
  }
  const above = world.affected
    .flatMap((hurt) => {
      const steps = world.reach.get(hurt)?.get(name);
      return steps === undefined ? [] : [{ hurt, steps }];
    })
    .sort((a, b) => a.steps - b.steps);
  const [nearest] = above;
  if (nearest) {
    const over = nearest.steps === 1 ? "" : ` over ${nearest.steps - 1} more`;
    return {
      place: "below",
      sentence: `On ${name}, which ${nearest.hurt} depends on${over}.`,
      logOdds: BELOW[nearest.steps - 1] ?? -1,
    };
  }
  const below = world.affected.find((hurt) => world.reach.get(name)?.has(hurt));
  if (below) {
    return {
      place: "above",
      sentence: `On ${name}, which depends on ${below}: it can hurt ${below} only by what it asks of it.`,
      logOdds: ABOVE,
    };
  }
  return {
    place: "elsewhere",
    sentence: `On ${name}, which nothing that is hurt is known to depend on.`,
    logOdds: ELSEWHERE,
  };
}

/**
 * When several services are hurt: how many of them one change would explain. What stands on the changed
 * service is explained by it; what it stands on may be hurt by what it suddenly asks, which is rare.
 */
export function weighCoverage(candidate: Candidate, place: Place, world: World): Evidence[] {
  const { hurt } = world;
  if (hurt.length < 2 || (place !== "own" && place !== "below")) return [];
  const open = hurt.filter((name) => !explains(candidate, name, world));
  if (open.length === 0) {
    return [
      {
        sentence: `It would explain ${hurt.length === 2 ? "both" : `all ${hurt.length}`} services that are hurt.`,
        logOdds: 0.9,
      },
    ];
  }
  const asked = open.filter((name) =>
    candidate.change.services.some((one) => world.reach.get(one)?.has(name)),
  );
  const unexplained = open.length - asked.length * ASKED;
  const explained = hurt.length - open.length;
  return [
    {
      sentence: `It would explain ${counted(explained, "service")} of the ${hurt.length} that are hurt.`,
      logOdds: Math.max(MOST_UNEXPLAINED, UNEXPLAINED * unexplained ** 0.8),
    },
  ];
}

function explains({ change }: Candidate, hurt: string, world: World): boolean {
  return change.services.some((name) => name === hurt || world.reach.get(hurt)?.has(name));
}
