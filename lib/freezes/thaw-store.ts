import "server-only";
import type { Freeze } from "@/lib/contracts/freeze";
import { makeHoldsDue } from "@/lib/holds/claim-store";
import { insertEntry } from "@/lib/incidents/store";
import { frozenInWords } from "@/lib/rules/freeze-words";
import { appendAudit } from "@/lib/server/audit";
import type { Transaction } from "@/lib/server/db";

export type Thaw = {
  because: NonNullable<Freeze["thawedBecause"]>;
  /** Name of who thawed; null for its end. */
  by: string | null;
  /** Of the audit. */
  actorId: string;
  at: Date;
};

/**
 * Ends freezes that are on, in the caller's transaction: what they hold is let go as soon as the follower
 * of holds looks, deliveries that wait may go on, and their incidents' timelines say so. Answers the ids
 * of those that weren't thawed before.
 */
export async function thawFreezes(
  tx: Transaction,
  which: { number: { in: number[] } } | { incidentNumber: number },
  { because, by, actorId, at }: Thaw,
): Promise<string[]> {
  const open = await tx.freeze.findMany({
    where: { ...which, thawedAt: null },
    orderBy: { number: "asc" },
  });
  const thawed: typeof open = [];
  for (const row of open) {
    const { count } = await tx.freeze.updateMany({
      where: { number: row.number, thawedAt: null },
      data: { thawedAt: at, thawedBy: by, thawedBecause: because, planDueAt: null },
    });
    if (count > 0) thawed.push(row);
  }
  if (thawed.length === 0) return [];
  const freezeNumber = { in: thawed.map(({ number }) => number) };
  await makeHoldsDue(tx, { freezeNumber }, at);
  await tx.heldDelivery.updateMany({
    where: { freezeNumber, letThroughAt: null },
    data: { letThroughAt: at },
  });
  for (const { number, services, incidentNumber, restorationNumber } of thawed) {
    if (incidentNumber === null) continue;
    const what = { services: frozenInWords(services), restorationId: `R-${restorationNumber}` };
    const text = wordsOf(`F-${number}`, what, because, by);
    await insertEntry(tx, { incidentNumber, kind: "freeze", at, text, by });
  }
  for (const { number } of thawed) {
    await appendAudit(tx, {
      ...{ actor: actorId, action: "thaw", subject: `F-${number}`, at },
      detail: { because },
    });
  }
  return thawed.map(({ number }) => `F-${number}`);
}

function wordsOf(
  id: string,
  { services: what, restorationId }: { services: string; restorationId: string },
  because: Thaw["because"],
  by: string | null,
): string {
  switch (because) {
    case "hand":
      return `${by} thawed ${id}: ${what} may be delivered again`;
    case "expiry":
      return `${id} ended: its time was over. ${capital(what)} may be delivered again`;
    case "resolved":
      return `${id} was thawed with the incident: ${what} may be delivered again`;
    case "not-done":
      return `${id} went by itself: it was frozen with ${restorationId}, which changed nothing. ${capital(what)} may be delivered again`;
    default:
      return because satisfies never;
  }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
