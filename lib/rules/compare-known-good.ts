import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { KnownGoodDifference, KnownGoodState } from "@/lib/contracts/known-good";
import { flagStateInWords } from "./flag-words";
import { type FlagThen, isSameState } from "./known-good/flags-at";
import { shortImage } from "./say";

/** What is live: the newest deploy of each Deployment, its flags, its newest migration. */
export type LiveState = {
  deploys: readonly Change[];
  flags: readonly FlagThen[];
  migrationHead: string | null;
};

type Deployed = { source: string; details: DeployDetails };

/**
 * What is live against a known good state, line by line: revisions, images, commits, flags and the
 * newest migration. Empty when the same template and the same flags are live, under whatever number.
 */
export function compareKnownGood(live: LiveState, good: KnownGoodState): KnownGoodDifference[] {
  const deployed = live.deploys.flatMap(({ source, details }) =>
    details.kind === "deploy" ? [{ source, details }] : [],
  );
  const revisions = good.deployments.flatMap((one) => {
    const now = deployed.find(
      ({ source, details }) =>
        source === one.deployment.source &&
        details.namespace === one.deployment.namespace &&
        details.deployment === one.deployment.name,
    );
    return now?.details.templateHash === one.templateHash ? [] : ofDeployment(now, one);
  });
  const added = deployed.flatMap(({ source, details }): KnownGoodDifference[] =>
    good.deployments.some(
      ({ deployment }) =>
        deployment.source === source &&
        deployment.namespace === details.namespace &&
        deployment.name === details.deployment,
    )
      ? []
      : [
          {
            kind: "revision",
            what: details.deployment,
            live: String(details.revision),
            knownGood: null,
          },
        ],
  );
  return [
    ...revisions,
    ...added,
    ...flagDifferences(live.flags, good.flags),
    ...(revisions.length > 0 && live.migrationHead !== good.migrationHead
      ? [
          {
            ...{ kind: "migration" as const, what: "newest migration" },
            ...{ live: live.migrationHead, knownGood: good.migrationHead },
          },
        ]
      : []),
  ];
}

function ofDeployment(
  now: Deployed | undefined,
  good: KnownGoodState["deployments"][number],
): KnownGoodDifference[] {
  const name = good.deployment.name;
  const images = now?.details.images.map(({ image }) => shortImage(image)).join(", ") ?? null;
  const goodImages = good.images.map(shortImage).join(", ");
  const commit = now?.details.commit?.slice(0, 10) ?? null;
  const goodCommit = good.commit?.slice(0, 10) ?? null;
  const lines: KnownGoodDifference[] = [
    {
      ...{ kind: "revision", what: name },
      ...{ live: now ? String(now.details.revision) : null, knownGood: String(good.revision) },
    },
    { kind: "image", what: name, live: images, knownGood: goodImages },
    { kind: "commit", what: name, live: commit, knownGood: goodCommit },
  ];
  return lines.filter((line) => line.kind === "revision" || line.live !== line.knownGood);
}

function flagDifferences(
  live: readonly FlagThen[],
  good: readonly FlagThen[],
): KnownGoodDifference[] {
  return good.flatMap((then): KnownGoodDifference[] => {
    const now = live.find(
      ({ key, environment }) => key === then.key && environment === then.environment,
    );
    // A flag that is no longer there can't be compared, nor turned.
    if (!now || isSameState(now.state, then.state)) return [];
    const [liveWords, goodWords] = [flagStateInWords(now.state), flagStateInWords(then.state)];
    const isSaid = liveWords !== goodWords;
    return [
      {
        ...{ kind: "flag", what: then.key },
        live: isSaid ? liveWords : `${liveWords}, other rules`,
        knownGood: goodWords,
      },
    ];
  });
}
