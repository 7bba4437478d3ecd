import type { Quantile } from "@/lib/contracts/recovery";
import { spanInWords } from "@/lib/rules/recovery-statistics";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A duration of the history: "14 min", "3 h 10 min", "6 days"; "5.1 s", "41 ms". */
export function spanOf(ms: number): string {
  if (ms < 0.5) return "0 s";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : spanInWords(ms);
}

/** The interval of a duration in brackets, its unit said once where both have it; empty without one. */
export function intervalOf({ low, high }: Quantile): string {
  if (low === null || high === null) return "";
  const [from, to] = [endOf(low, Math.floor), endOf(high, Math.ceil)];
  const unit = /^[\d.]+( \D+)$/.exec(to)?.[1];
  const isSame = unit !== undefined && /^[\d.]+( \D+)$/.exec(from)?.[1] === unit;
  return `(${isSame ? from.slice(0, -unit.length) : from}–${to})`;
}

/** An end of an interval, to whole minutes or hours once they are some, away from the middle. */
function endOf(ms: number, round: (value: number) => number): string {
  const unit = ms < 2 * MINUTE ? null : ms < 90 * MINUTE ? MINUTE : ms < 3 * HOUR ? null : HOUR;
  return spanOf(unit === null || ms >= 48 * HOUR ? ms : round(ms / unit) * unit);
}

/** "14 min (11–19 min)". */
export function quantileOf(quantile: Quantile): string {
  return [spanOf(quantile.value), intervalOf(quantile)].filter(Boolean).join(" ");
}

/** A ratio to two digits, as a factor: "0.64"; what nobody can picture is "under 0.01" or "over 100". */
export function factorOf(ratio: number): string {
  if (ratio < 0.01) return "under 0.01";
  if (ratio > 100) return "over 100";
  return ratio < 10 ? ratio.toFixed(2) : String(Math.round(ratio));
}

/** A share as a percentage: "7.3 %", "31 %", "0 %". */
export function shareOf(share: number): string {
  const percent = share * 100;
  const text = percent < 10 ? String(Math.round(percent * 10) / 10) : String(Math.round(percent));
  return `${text} %`;
}
