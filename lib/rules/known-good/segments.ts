import type { Change, DeployDetails } from "@/lib/contracts/change";

export type Deployed = { change: Change; details: DeployDetails; at: number };

/** A stretch of time in which neither a revision nor a flag changed. Milliseconds; `to` null: still so. */
export type Segment = {
  from: number;
  to: number | null;
  /** The live revision of each Deployment. */
  deployed: Deployed[];
  /** Since when exactly these revisions have been live together. */
  revisionsSince: number;
};

/**
 * The history of a service cut where a revision or a flag changed, newest first; it begins when the
 * last of its Deployments is first known.
 */
export function segmentsOf(deploys: readonly Change[], flagMoments: readonly number[]): Segment[] {
  const lines = Map.groupBy(
    deploys
      .flatMap((change): Deployed[] =>
        change.details.kind === "deploy"
          ? [{ change, details: change.details, at: Date.parse(change.at) }]
          : [],
      )
      .sort((a, b) => a.at - b.at || a.details.revision - b.details.revision),
    ({ change, details }) => `${change.source} ${details.namespace}/${details.deployment}`,
  );
  const ordered = [...lines.values()];
  if (ordered.length === 0) return [];
  const start = Math.max(...ordered.map((line) => line[0]?.at ?? 0));
  const moments = [
    ...new Set([...ordered.flatMap((line) => line.map(({ at }) => at)), ...flagMoments]),
  ]
    .filter((moment) => moment >= start)
    .sort((a, b) => a - b);
  const at = ordered.map(() => 0);
  const segments: Segment[] = [];
  for (const [index, from] of moments.entries()) {
    const deployed = ordered.flatMap((line, place) => {
      let here = at[place] ?? 0;
      while ((line[here + 1]?.at ?? Number.POSITIVE_INFINITY) <= from) here += 1;
      at[place] = here;
      return line[here] ?? [];
    });
    segments.push({
      from,
      to: moments[index + 1] ?? null,
      deployed,
      revisionsSince: Math.max(...deployed.map((one) => one.at)),
    });
  }
  return segments.reverse();
}
