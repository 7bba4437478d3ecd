import type { Change } from "@/lib/contracts/change";
import type { UnhealthyPods } from "@/lib/contracts/incident-evidence";
import type { Evidence } from "@/lib/contracts/suspect";
import { ageInWords } from "@/lib/rules/say";
import type { Candidate } from "./could-have-caused";
import type { World } from "./incident-world";

const TOGETHER_MS = 60_000;
/** Pods that turned unhealthy long before the change aren't its doing. */
const BEFORE_MS = 120_000;
/** Pods that turn unhealthy this much later say half as much. */
const SOON_MS = 30 * 60_000;
const MOST_SHOWN = 2;
/** Clusters tell time by the second. */
const SAME_MOMENT_MS = 1_000;

/** Pods that aren't as they should be, of the Deployment that changed or of the changed service. */
export function readPods(world: World): (candidate: Candidate) => Evidence[] {
  const restorations = restorationsOf(world);
  return (candidate) => weighPods(candidate, restorations, world);
}

function weighPods(
  { change, at }: Candidate,
  restorations: readonly Rollout[],
  world: World,
): Evidence[] {
  const evidence: Evidence[] = [];
  for (const pods of podsOf(change, world)) {
    const since = Date.parse(pods.since);
    if (Number.isNaN(since) || isOfRestoration(pods, change, restorations)) continue;
    const after = since - at;
    if (after < -BEFORE_MS) {
      evidence.push({
        sentence: `${pods.deployment}: ${pods.sentence}, but ${ageInWords(-after)} before this already.`,
        logOdds: 0,
      });
    } else {
      const when =
        Math.abs(after) <= TOGETHER_MS ? "since it" : `since ${ageInWords(after)} after it`;
      evidence.push({
        sentence: `${pods.deployment}: ${pods.sentence}, ${when}.`,
        logOdds: (change.kind === "flag" ? 0.2 : 1.5) / (1 + Math.max(0, after) / SOON_MS),
      });
    }
  }
  evidence.sort((a, b) => b.logOdds - a.logOdds);
  return evidence.slice(0, MOST_SHOWN);
}

/** Pods of the Deployment that a deploy changed; of the services that anything else changed. */
export function podsOf(change: Candidate["change"], world: World): UnhealthyPods[] {
  const { details, source } = change;
  return world.evidence.unhealthy
    .filter((pods) => {
      if (details.kind === "deploy") {
        return (
          pods.source === source &&
          pods.namespace === details.namespace &&
          pods.deployment === details.deployment
        );
      }
      return change.services.some((name) => isOfService(pods, name, world));
    })
    .sort((a, b) =>
      a.since + a.deployment + a.sentence < b.since + b.deployment + b.sentence ? -1 : 1,
    );
}

type Rollout = Pick<Change, "id" | "at" | "source"> & { namespace: string; deployment: string };

/** Rollouts of Restorations: few among many changes, and asked for each of them. */
function restorationsOf({ changes }: World): Rollout[] {
  return changes.flatMap(({ id, at, source, details }) =>
    details.kind === "deploy" && details.restorationId !== null
      ? [{ id, at, source, namespace: details.namespace, deployment: details.deployment }]
      : [],
  );
}

/**
 * Whether they are missing because a Restoration rolled out after the change: that is the way back, no harm.
 */
function isOfRestoration(
  pods: UnhealthyPods,
  change: Change,
  restorations: readonly Rollout[],
): boolean {
  return restorations.some(
    ({ id, at, source, namespace, deployment }) =>
      id !== change.id &&
      source === pods.source &&
      namespace === pods.namespace &&
      deployment === pods.deployment &&
      at > change.at &&
      Date.parse(pods.since) >= Date.parse(at) - SAME_MOMENT_MS,
  );
}

/** Whether these pods run a service. */
function isOfService(pods: UnhealthyPods, name: string, world: World): boolean {
  return (world.services.get(name)?.deployments ?? []).some(
    (one) =>
      one.source === pods.source &&
      one.namespace === pods.namespace &&
      one.name === pods.deployment,
  );
}
