const UNIT_MS: Record<string, number> = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
};

/** `5m`, `1h30m`, `15` (seconds) in milliseconds; null when it is neither. */
export function parseDuration(text: string): number | null {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text) * 1_000;
  if (!/^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text) || text === "")
    return null;
  let total = 0;
  for (const [, amount = "0", unit = "s"] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) {
    total += Number(amount) * (UNIT_MS[unit] ?? 0);
  }
  return total;
}
