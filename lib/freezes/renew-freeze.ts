import "server-only";
import type { Freeze, RenewFreezeInput } from "@/lib/contracts/freeze";
import { askForLost, makeHoldsDue } from "@/lib/holds/claim-store";
import { insertEntry } from "@/lib/incidents/store";
import { untilInWords } from "@/lib/rules/freeze-words";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import { getFreeze, getFreezeRow } from "./get-freeze";
import { publishFreeze } from "./plan-freeze";
import { renew } from "./store";

/**
 * Has a freeze last so many minutes more from now; never shorter than it would have. What was taken away
 * from it is asked for again. Refusals: `unknown-freeze`, `thawed` for one that is over.
 */
export async function renewFreeze(
  ctx: Ctx,
  { id, minutes }: RenewFreezeInput & { id: string },
): Promise<Freeze> {
  const row = await getFreezeRow(ctx, id);
  const now = ctx.now();
  const wished = new Date(now.getTime() + minutes * 60_000);
  const until = wished > row.until ? wished : row.until;
  const by = ctx.actor.name;
  const renewed = await ctx.db.$transaction(async (tx) => {
    const after = await renew(tx, row.number, { until, at: now });
    if (!after) return null;
    await makeHoldsDue(tx, { freezeNumber: row.number }, now);
    await askForLost(tx, row.number, now);
    if (row.incidentNumber !== null) {
      const text = `${by} renewed ${row.id} until ${untilInWords(until.toISOString())}`;
      const { incidentNumber } = row;
      await insertEntry(tx, { incidentNumber, kind: "freeze", at: now, text, by });
    }
    await appendAudit(tx, {
      ...{ actor: ctx.actor.id, action: "renew-freeze", subject: row.id, at: now },
      detail: { until: until.toISOString() },
    });
    return after;
  });
  if (!renewed) throw over(await getFreezeRow(ctx, id));
  publishFreeze(ctx, renewed);
  nudge("freezes", "holds");
  return getFreeze(ctx, { id });
}

/** Refusal `thawed`: nothing can be done to a freeze that is over. */
export function over(row: {
  id: string;
  until: Date;
  thawedAt: Date | null;
  thawedBy: string | null;
}): Refusal {
  const at = untilInWords((row.thawedAt ?? row.until).toISOString());
  const who = row.thawedBy ? ` by ${row.thawedBy}` : "";
  return new Refusal(
    "thawed",
    409,
    `${row.id} was thawed at ${at}${who}. Freeze anew when deliveries must wait.`,
  );
}
