const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number) => String(value).padStart(2, "0");

/** A running length of time: "12:41", "1:02:41", "3 d 04:10". `ms` below zero counts as zero. */
export function runningTime(ms: number): string {
  const left = Math.max(0, ms);
  const days = Math.floor(left / DAY);
  const hours = Math.floor((left % DAY) / HOUR);
  const minutes = Math.floor((left % HOUR) / MINUTE);
  if (days > 0) return `${days} d ${two(hours)}:${two(minutes)}`;
  const seconds = Math.floor((left % MINUTE) / SECOND);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** A rough age in one unit: "3 s", "2 min", "4 h", "6 d". */
export function shortTime(ms: number): string {
  const left = Math.max(0, ms);
  if (left < MINUTE) return `${Math.round(left / SECOND)} s`;
  if (left < HOUR) return `${Math.floor(left / MINUTE)} min`;
  if (left < 2 * DAY) return `${Math.floor(left / HOUR)} h`;
  return `${Math.floor(left / DAY)} d`;
}

/** A length people plan with: "4 s", "1 min 50 s", "21 min", "2 h 10 min". */
export function plannedTime(ms: number): string {
  if (ms < 10 * SECOND) return `${Math.max(0.1, Math.round(ms / 100) / 10)} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < 10 * MINUTE) {
    const seconds = Math.round((ms % MINUTE) / (10 * SECOND)) * 10;
    const minutes = Math.floor(ms / MINUTE) + (seconds === 60 ? 1 : 0);
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
  }
  const minutes = Math.round(ms / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** The time from the press of a lever until a step of it: "+0.04 s", "+4.1 s", "+1:50". */
export function stepTime(ms: number): string {
  if (ms < SECOND) return `+${(Math.max(0, ms) / SECOND).toFixed(2)} s`;
  if (ms < MINUTE) return `+${(ms / SECOND).toFixed(1)} s`;
  return `+${runningTime(ms)}`;
}

/** The clock in UTC: "14:02:00", or "14:02" without seconds. */
export function clockTime(at: string | number, seconds = true): string {
  return new Date(at).toISOString().slice(11, seconds ? 19 : 16);
}

/** Day and clock in UTC: "23 Nov 14:02:00", for moments that may not be today. */
export function dayAndTime(at: string | number): string {
  const date = new Date(at);
  const months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const month = months.slice(date.getUTCMonth() * 3, date.getUTCMonth() * 3 + 3);
  return `${date.getUTCDate()} ${month} ${clockTime(at)}`;
}
