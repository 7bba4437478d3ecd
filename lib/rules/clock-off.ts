import { durationInWords } from "./say";

/** Less than this is a second of rounding and a slow network. */
const APART_MS = 15_000;

/**
 * Why a signal can't say how things are at this moment: the clock of its source is too far from ours, so
 * that its newest points belong to another minute. Null when the clocks agree, or nothing is known of them.
 */
export function clockOff(source: string, aheadMs: number | null): string | null {
  if (aheadMs === null || Math.abs(aheadMs) < APART_MS) return null;
  const way = aheadMs > 0 ? "ahead of" : "behind";
  return `The clock of ${source} is ${durationInWords(Math.abs(aheadMs))} ${way} this server’s, so its newest values belong to another minute. Set both clocks right (NTP)`;
}
