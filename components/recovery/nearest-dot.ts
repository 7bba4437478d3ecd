/** The thing nearest to a place, no farther from it than `reach` (px); null without one. */
export function nearestDot<Dot extends { x: number; y: number }>(
  dots: readonly Dot[],
  place: { x: number; y: number },
  reach: number,
): Dot | null {
  let nearest: Dot | null = null;
  let least = reach * reach;
  for (const dot of dots) {
    const distance = (dot.x - place.x) ** 2 + (dot.y - place.y) ** 2;
    if (distance > least) continue;
    least = distance;
    nearest = dot;
  }
  return nearest;
}
