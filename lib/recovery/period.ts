import "server-only";
import { Refusal } from "@/lib/server/refusal";

const DAY_MS = 86_400_000;
/** Asked for no period, a year up to now is meant: long enough to have a hundred incidents in it. */
const DEFAULT_MS = 365 * DAY_MS;
const LONGEST_MS = 20 * 366 * DAY_MS;

/** `from` up to, not including, `to`; the one before is as long and ends where it begins. */
export type Period = { before: Date; from: Date; to: Date };

/**
 * The period that was asked for. Refusal `bad-period` when it ends before it begins, or never, or
 * begins before 1970: there are years that no database holds.
 */
export function periodOf(
  query: { from?: string | undefined; to?: string | undefined },
  now: Date,
): Period {
  const to = query.to ? new Date(query.to) : now;
  const from = query.from ? new Date(query.from) : new Date(to.getTime() - DEFAULT_MS);
  const ms = to.getTime() - from.getTime();
  if (ms <= 0 || ms > LONGEST_MS) {
    throw new Refusal(
      "bad-period",
      400,
      ms <= 0
        ? "The period ends before it begins: `from` must be earlier than `to`."
        : "The period is longer than twenty years.",
    );
  }
  if (from.getTime() < 0) {
    throw new Refusal(
      "bad-period",
      400,
      "The period begins before 1970: nothing is recorded there.",
    );
  }
  return { before: new Date(from.getTime() - ms), from, to };
}
