import "server-only";
import type { AllowDeliveryInput, Freeze } from "@/lib/contracts/freeze";
import { makeHoldsDue } from "@/lib/holds/claim-store";
import { insertEntry } from "@/lib/incidents/store";
import { isCommit, readPull } from "@/lib/rules/freeze-cure";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import { getFreeze, getFreezeRow } from "./get-freeze";
import { noteLetThrough } from "./held-store";
import { publishFreeze } from "./plan-freeze";
import { over } from "./renew-freeze";
import { insertAllowed } from "./store";

type Input = AllowDeliveryInput & { id: string };

/**
 * Lets one delivery through a freeze, and says why on the record. What holds it is told at once; letting
 * the same through twice does it once. Refusals: `unknown-freeze`, `thawed`, `invalid-input` for a value
 * that no delivery can have.
 */
export async function allowDelivery(ctx: Ctx, input: Input): Promise<Freeze> {
  const { id, kind, reason } = input;
  const value = checkedValue(input);
  const row = await getFreezeRow(ctx, id);
  const now = ctx.now();
  if (row.thawedAt !== null || row.until <= now) throw over(row);
  const by = ctx.actor.name;
  const isNew = await ctx.db.$transaction(async (tx) => {
    const draft = { freezeNumber: row.number, kind, value, reason, by, at: now };
    if (!(await insertAllowed(tx, { ...draft, why: "override" }))) return false;
    const heldAs = kind === "commit" ? "gate" : "pull";
    if (kind !== "image") {
      await noteLetThrough(tx, [row.number], { kind: heldAs, values: [value] }, now);
    }
    await makeHoldsDue(tx, { freezeNumber: row.number }, now);
    if (row.incidentNumber !== null) {
      const text = `${by} let ${inWords(kind, value)} through ${row.id}: ${reason}`;
      const { incidentNumber } = row;
      await insertEntry(tx, { incidentNumber, kind: "freeze", at: now, text, by });
    }
    await appendAudit(tx, {
      ...{ actor: ctx.actor.id, action: "allow-delivery", subject: row.id, at: now },
      detail: { kind, value, reason },
    });
    return true;
  });
  if (isNew) {
    publishFreeze(ctx, row);
    nudge("holds");
  }
  return getFreeze(ctx, { id });
}

function checkedValue({ kind, value }: Input): string {
  switch (kind) {
    case "commit":
      if (isCommit(value)) return value.toLowerCase();
      throw unfit("a commit in full, or its first seven digits at least");
    case "pull":
      if (readPull(value)) return value;
      throw unfit("a pull request as owner/name#12");
    case "image":
      if (/^[\w./:@-]{3,500}$/.test(value)) return value;
      throw unfit("an image as the Pod template names it: registry.example/checkout:a1b9c3e");
    default:
      return kind satisfies never;
  }
}

function unfit(expected: string): Refusal {
  return new Refusal("invalid-input", 422, `That can't be let through. value: ${expected}.`, [
    { path: "value", expected },
  ]);
}

function inWords(kind: Input["kind"], value: string): string {
  return kind === "commit" ? value.slice(0, 7) : value;
}
