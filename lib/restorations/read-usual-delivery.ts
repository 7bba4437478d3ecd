import "server-only";
import { type Usual, usualOf } from "@/lib/rules/revert-stages";
import type { Database } from "@/lib/server/db";
import { deliveryTimes } from "./duration-store";

/** What deliveries of a repository usually take, by its last merges; `n` of them tell. */
export async function readUsualDelivery(
  db: Database,
  query: { source: string; repository: string; service: string | null },
): Promise<{ delivery: Usual; rollout: Usual; n: number }> {
  const times = await deliveryTimes(db, query);
  const of = query.service === null ? "" : ` of ${query.service}`;
  const words = [`delivery${of}`, `deliveries${of}`] as const;
  return {
    delivery: usualOf(
      times.map(({ deliveryMs }) => deliveryMs),
      ...words,
    ),
    // A deploy that was found complete says nothing of how long it took.
    rollout: usualOf(
      times.flatMap(({ rolloutMs }) => (rolloutMs > 0 ? [rolloutMs] : [])),
      ...words,
    ),
    n: times.length,
  };
}
