/** The periods that are offered, by the word in the address, in the order in which they are. */
export const PERIODS = {
  quarter: "Last quarter",
  "90d": "Last 90 days",
  "12m": "Last 12 months",
  all: "All",
  custom: "Custom",
} as const;
export type PeriodWord = keyof typeof PERIODS;

/** The period that needs no word: long enough for most teams to have something to compare. */
export const USUAL: PeriodWord = "12m";

/** What the history is narrowed to, as the address says it; an empty word means any. */
export type RecoveryFilter = {
  period: PeriodWord;
  /** Days of a custom period, "2026-07-01", both within it. */
  from: string;
  to: string;
  service: string;
  lever: string;
  severity: string;
  drills: "" | "with" | "only";
};

const DAY_MS = 86_400_000;
/** Twenty years without their leap days. */
const ALL_DAYS = 20 * 365;
const isPeriod = (word: string | null): word is PeriodWord => word !== null && word in PERIODS;

/** The filter that an address asks for; words that mean nothing are left out. */
export function readFilter(words: { get: (word: string) => string | null }): RecoveryFilter {
  const period = words.get("period");
  const drills = words.get("drills");
  const lever = words.get("lever") ?? "";
  const severity = words.get("severity") ?? "";
  return {
    period: isPeriod(period) ? period : USUAL,
    from: words.get("from") ?? "",
    to: words.get("to") ?? "",
    service: words.get("service") ?? "",
    lever: /^(retoggle|rollback|revert|none)$/.test(lever) ? lever : "",
    severity: /^[1-4]$/.test(severity) ? severity : "",
    drills: drills === "with" || drills === "only" ? drills : "",
  };
}

/**
 * The moments that a period begins and ends at, ISO 8601; null when the days of a custom one make
 * none. All goes back as far as the server can be asked. The last quarter is the last whole one of the
 * calendar (UTC).
 */
export function periodOf(
  { period, from, to }: Pick<RecoveryFilter, "period" | "from" | "to">,
  now: Date,
): { from: string; to: string } | null {
  const end = now.getTime();
  switch (period) {
    case "90d":
      return span(end - 90 * DAY_MS, end);
    case "12m": {
      const begin = new Date(now);
      begin.setUTCFullYear(begin.getUTCFullYear() - 1);
      return span(begin.getTime(), end);
    }
    case "quarter": {
      const year = now.getUTCFullYear();
      const first = Math.floor(now.getUTCMonth() / 3) * 3;
      return span(Date.UTC(year, first - 3), Date.UTC(year, first));
    }
    case "all":
      return span(end - ALL_DAYS * DAY_MS, end);
    case "custom": {
      const begin = dayOf(from);
      const last = dayOf(to);
      if (begin === null || last === null || last < begin) return null;
      return last - begin > ALL_DAYS * DAY_MS ? null : span(begin, last + DAY_MS);
    }
    default:
      return period satisfies never;
  }
}

function span(from: number, to: number): { from: string; to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** The beginning of a day such as "2026-07-01" (UTC); null when it is none. */
function dayOf(day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? null : at;
}
