import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { isDatabaseAway } from "./errors";
import type { Log } from "./log";

const LOOK_EVERY_MS = 1_000;

type Outage = { since: number; untold: number; failedAt: number };

/**
 * A log in which a database that goes away is told twice: when it begins, and when `answers` resolves
 * again after nothing failed since the look before. What fails in between, a dozen followers every second,
 * is counted, and written one by one at the level debug. Nothing is asked after `signal` aborts.
 */
export function tellOutages(
  log: Log,
  answers: () => Promise<unknown>,
  signal: AbortSignal,
  lookEveryMs = LOOK_EVERY_MS,
): Log {
  let outage: Outage | null = null;
  const watch = async (its: Outage) => {
    for (let lookedAt = Date.now(); !signal.aborted; lookedAt = Date.now()) {
      await sleep(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      const isBack = await answers().then(
        () => true,
        () => false,
      );
      if (!isBack || its.failedAt > lookedAt) continue;
      outage = null;
      const fields = { awayMs: Date.now() - its.since, untold: its.untold };
      log.info(fields, "the database answers again");
      return;
    }
  };
  const told =
    (level: "warn" | "error") =>
    (fields: Record<string, unknown>, message: string): void => {
      if (!isDatabaseAway(fields.err ?? fields.error)) {
        log[level](fields, message);
      } else if (outage === null) {
        outage = { since: Date.now(), untold: 0, failedAt: Date.now() };
        log.error(fields, `the database does not answer: ${message}; told once until it does`);
        void watch(outage);
      } else {
        outage.untold += 1;
        outage.failedAt = Date.now();
        log.debug(fields, message);
      }
    };
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: told("warn"),
    error: told("error"),
  };
}
