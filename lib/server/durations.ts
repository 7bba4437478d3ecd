import "server-only";
import * as z from "zod";

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** "30s", "3m", "1h30m" in seconds; null for anything else, zero included. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+[smhd])+$/.test(text)) return null;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)([smhd])/g)) {
    seconds += Number(amount) * (SECONDS[unit ?? ""] ?? 0);
  }
  return seconds > 0 && Number.isSafeInteger(seconds) ? seconds : null;
}

/** A duration as people write it; seconds once parsed. */
export const DurationText = z.string().transform((text, context) => {
  const seconds = parseDuration(text);
  if (seconds !== null) return seconds;
  context.addIssue({
    code: "custom",
    message: 'expected a duration such as "30s", "3m" or "1h30m"',
  });
  return z.NEVER;
});
