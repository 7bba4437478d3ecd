const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080].map(
  (minutes) => minutes * MINUTE,
);

/** Maps a moment (ms) to a place between `left` and `right` (px), linearly; not clamped. */
export function timeScale(from: number, to: number, left: number, right: number) {
  const span = Math.max(1, to - from);
  return (at: number) => left + ((at - from) / span) * (right - left);
}

/** Round moments inside a window, at most `most` of them (ms). */
export function timeTicks(from: number, to: number, most: number): number[] {
  const step = STEPS.find((each) => (to - from) / each <= most) ?? to - from;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}
