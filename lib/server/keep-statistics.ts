import "server-only";
import type { Database } from "./db";
import type { Log } from "./log";

const FIRST_MS = 10_000;
const EVERY_MS = 3_600_000;

/**
 * Tells the embedded engine what its tables hold, soon after the start and every hour. A server does
 * so by itself; the embedded engine never does, and then guesses wrongly about a long ledger. Only
 * the columns that queries choose by: details are large. Returns a function that ends it.
 */
export function keepStatistics(db: Database, log: Log): () => void {
  const look = async () => {
    try {
      await db.$executeRaw`ANALYZE "Change" ("id", "kind", "source", "subject", "services", "at", "linkedAt", "mentions", "commit")`;
      await db.$executeRaw`ANALYZE "ChangeLink", "TimelineEntry", "Restoration", "Receipt", "Incident", "RecoveryFact", "DeliveryFact", "RecoveryMark"`;
    } catch (error) {
      // Slower answers, but right ones.
      log.warn({ error }, "the database's statistics could not be renewed");
    }
  };
  const first = setTimeout(look, FIRST_MS);
  const again = setInterval(look, EVERY_MS);
  first.unref();
  again.unref();
  return () => {
    clearTimeout(first);
    clearInterval(again);
  };
}
