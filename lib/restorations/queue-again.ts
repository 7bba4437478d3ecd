import "server-only";
import type { Restoration } from "@/lib/contracts/restoration";
import { insertEntry } from "@/lib/incidents/store";
import { isOffered } from "@/lib/rules/revert-stages";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import { getRestoration } from "./get-restoration";
import { lookSoon } from "./look-pace";
import { stepsOf, wishMerge } from "./revert-step-store";
import { insertReceipt } from "./store";

/**
 * Has a revert that was taken out of the merge queue put in again: this once, for this removal. Refusals:
 * `unknown-restoration`, `not-taken-out` when nobody is asked about it (any more).
 */
export async function queueAgain(ctx: Ctx, { id }: { id: string }): Promise<Restoration> {
  const { number, incidentNumber, restoration } = await getRestoration(ctx, id);
  const merge = (await stepsOf(ctx.db, number)).find(isOffered);
  const memo = merge?.memo ?? null;
  if (memo === null) throw notTakenOut(restoration.id);
  const at = ctx.now();
  const by = ctx.actor.name;
  const isKept = await ctx.db.$transaction(async (tx) => {
    if (!(await wishMerge(tx, number, { memo, now: at }))) return false;
    const { url } = restoration;
    const sentence = `${by} has it put into the merge queue again`;
    await insertReceipt(tx, number, { at, sentence, url });
    const text = `${by} has ${restoration.id} put into the merge queue again`;
    const entry = { incidentNumber, kind: "restoration" as const, at, text, by };
    await insertEntry(tx, { ...entry, restorationId: restoration.id });
    const detail = { removal: memo };
    const subject = restoration.id;
    await appendAudit(tx, { actor: ctx.actor.id, action: "queue-again", subject, detail, at });
    return true;
  });
  if (isKept) {
    lookSoon(ctx.db, number);
    ctx.publish("restoration", restoration.id);
    ctx.publish("incident", restoration.incidentId);
    nudge("restorations");
  }
  return (await getRestoration(ctx, id)).restoration;
}

function notTakenOut(id: string): Refusal {
  const sentence = `Nobody is asked whether ${id} goes into the merge queue again: look at what it waits for now.`;
  return new Refusal("not-taken-out", 409, sentence);
}
