const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** "10:03 UTC on 23 November 2026", from an ISO 8601 moment. */
export function momentInWords(iso: string): string {
  return `${clockInWords(iso)} UTC on ${dayInWords(iso)}`;
}

/** "10:03", in UTC. */
export function clockInWords(iso: string): string {
  return new Date(iso).toISOString().slice(11, 16);
}

/** "23 November 2026", in UTC. */
export function dayInWords(iso: string): string {
  const at = new Date(iso);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** "from 10:03 to 10:15 UTC on 23 November 2026"; both days when they differ. */
export function windowInWords(from: string, to: string): string {
  return dayInWords(from) === dayInWords(to)
    ? `from ${clockInWords(from)} to ${momentInWords(to)}`
    : `from ${momentInWords(from)} to ${momentInWords(to)}`;
}

/**
 * Long spans too, two units at most: "12 min", "3 h 10 min", "6 days"; short ones to the second, and "0.04
 * s".
 */
export function spanInWords(ms: number): string {
  if (ms > 0 && ms < 1_000) return `${Math.max(ms / 1000, 0.01).toFixed(2)} s`;
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600) {
    const rest = seconds % 60;
    return rest === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}
