import "server-only";
import type { Transaction } from "@/lib/server/db";
import { updateWords } from "./search-store";

/**
 * Keeps what the search finds a retro by: every verb that writes into one calls this in its own
 * transaction, after its writes. One statement.
 */
export async function refreshWords(tx: Transaction, incidentNumber: number): Promise<void> {
  await updateWords(tx, incidentNumber);
}
