import { clockTime } from "@/components/clock/duration";
import type { PeriodWord } from "@/lib/browser/recovery-period";

const DAY_MS = 86_400_000;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** The day of a moment as an address says it, "2026-07-01"; `shift` in milliseconds. */
export function dayOf(at: string | undefined, shift: number): string {
  return at ? new Date(Date.parse(at) + shift).toISOString().slice(0, 10) : "";
}

/** "1 Jul 2026". */
function dateOf(at: string | number): string {
  const date = new Date(at);
  const month = MONTHS.slice(date.getUTCMonth() * 3, date.getUTCMonth() * 3 + 3);
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

/** "1 Jul 2026 14:02", in UTC, for moments that may be years ago. */
export function momentOf(at: string | number): string {
  return `${dateOf(at)} ${clockTime(at, false)}`;
}

/** What is compared with what: "1 Jul 2026 to 30 Sep 2026 (92 days), against the 92 days before". */
export function periodInWords(
  { from, to }: { from: string; to: string },
  word: PeriodWord,
): string {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  if (word === "all") return `Everything up to ${dateOf(end - 1)}`;
  const days = Math.round((end - begin) / DAY_MS);
  const count = days === 1 ? "day" : `${days} days`;
  return `${dateOf(begin)} to ${dateOf(end - 1)}, against the ${count} before`;
}
