/** Something that happened, as a point in a lane. `weight` decides whose label a cluster carries. */
export type Marker = {
  id: string;
  at: number;
  label: string;
  weight: number;
};

export type Cluster<M extends Marker> = {
  /** Where it is drawn (px): the place of its lead. */
  x: number;
  /** The one whose label is shown. */
  lead: M;
  /** All of them, oldest first, the lead among them. */
  members: M[];
  /** Room for a label to the right and to the left of the glyph, before the next one (px). */
  roomAfter: number;
  roomBefore: number;
};

/**
 * Joins markers that would touch (closer than `gap` px) so that each stays reachable, and measures
 * the room each label has. `right` is the end of the lane (px).
 */
export function clusterMarkers<M extends Marker>(
  markers: M[],
  x: (at: number) => number,
  { gap, left, right }: { gap: number; left: number; right: number },
): Cluster<M>[] {
  const sorted = [...markers].sort((a, b) => a.at - b.at);
  const groups: M[][] = [];
  for (const marker of sorted) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group && first && x(marker.at) - x(first.at) < gap) group.push(marker);
    else groups.push([marker]);
  }
  const clusters = groups.map((members) => {
    const lead = members.reduce((best, each) => (each.weight > best.weight ? each : best));
    return { x: x(lead.at), lead, members, roomAfter: 0, roomBefore: 0 };
  });
  const half = gap / 2;
  return clusters.map((cluster, index) => ({
    ...cluster,
    roomAfter: Math.max(0, (clusters[index + 1]?.x ?? right + half) - cluster.x - gap),
    roomBefore: Math.max(0, cluster.x - (clusters[index - 1]?.x ?? left - half) - gap),
  }));
}
