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
  /** What is written beside the glyph: the lead's label, and how many more there are. */
  text: string;
  /** Whether the label stands before the glyph, where there is more room. */
  flips: boolean;
  /** Room for the label (px); nothing of a neighbour is in it. */
  room: number;
};

const leadOf = <M extends Marker>(members: M[]) =>
  members.reduce((best, each) => (each.weight > best.weight ? each : best));

/** A label with less room than this rather stands before its glyph (px). */
const ENOUGH = 60;
/** A letter of a label, about (px). */
const LETTER = 6.6;

/**
 * Joins markers until no two places are closer than `gap` px, so that each stays reachable, and
 * measures the room each label has. `left` and `right` are the ends of the lane (px).
 */
export function clusterMarkers<M extends Marker>(
  markers: M[],
  x: (at: number) => number,
  { gap, left, right }: { gap: number; left: number; right: number },
): Cluster<M>[] {
  const groups: M[][] = [];
  for (const marker of [...markers].sort((a, b) => a.at - b.at)) {
    let group = [marker];
    // A group stands where its lead does, so taking one in may bring it near the one before.
    for (let before = groups.at(-1); before; before = groups.at(-1)) {
      if (x(leadOf(group).at) - x(leadOf(before).at) >= gap) break;
      group = [...before, ...group];
      groups.pop();
    }
    groups.push(group);
  }
  const places = groups.map((members) => {
    const lead = leadOf(members);
    return { lead, members, x: x(lead.at) };
  });
  const half = gap / 2;
  // Where the room before a place begins: after the last glyph, or after its label.
  let taken = left;
  return places.map((place, index) => {
    const more = place.members.length - 1;
    const text = more > 0 ? `${place.lead.label} +${more}` : place.lead.label;
    const after = Math.max(0, (places[index + 1]?.x ?? right + half) - place.x - gap);
    const before = Math.max(0, place.x - half - taken);
    const flips = after < ENOUGH && before > after;
    const room = flips ? before : after;
    taken = place.x + half + (flips ? 0 : Math.min(room, text.length * LETTER + half));
    return { ...place, text, flips, room };
  });
}
