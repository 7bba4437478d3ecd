import "server-only";
import type { LooseEnd } from "@/lib/contracts/loose-end";
import { getIncident } from "@/lib/incidents/get-incident";
import { insertEntry } from "@/lib/incidents/store";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listLooseEnds } from "./list-loose-ends";
import { insertWaiver } from "./store";

/**
 * Says why an incident may be resolved although something is open: on its timeline and in the audit, all
 * or none. Said twice, the first stays. Refusals: `incident-closed`, `unknown-loose-end`,
 * `already-closed`, `needs-no-waiver` for a freeze, which resolving thaws.
 */
export async function waiveLooseEnd(
  ctx: Ctx,
  input: { id: string; key: string; reason: string },
): Promise<LooseEnd> {
  const { number, incident } = await getIncident(ctx, input.id);
  const end = await findLooseEnd(ctx, number, input.key);
  if (!end) {
    const because = `${incident.id} has no loose end ${input.key.slice(0, 100)}. Reload the page: it lists those there are.`;
    throw new Refusal("unknown-loose-end", 404, because);
  }
  if (end.waived) return end;
  if (incident.status === "resolved" || incident.status === "reviewed") {
    const because = `${incident.id} is ${incident.status}: there is nothing left to waive.`;
    throw new Refusal("incident-closed", 409, because);
  }
  if (end.closedAt)
    throw new Refusal("already-closed", 409, "It is closed already: nothing needs to be waived.");
  if (!end.blocksResolving) {
    const because = "Resolving thaws it: nothing needs to be waived.";
    throw new Refusal("needs-no-waiver", 409, because);
  }
  const at = ctx.now();
  const { name, id: actor } = ctx.actor;
  const { key, sentence, restorationId } = end;
  const { reason } = input;
  await ctx.db.$transaction(async (tx) => {
    const waiver = { incidentNumber: number, key, by: name, reason, at };
    if (!(await insertWaiver(tx, waiver))) return;
    await insertEntry(tx, {
      ...{ incidentNumber: number, kind: "status", at, by: name, restorationId },
      text: `${name} waived “${sentence}” because: ${reason}`,
    });
    const detail = { key, sentence, reason };
    await appendAudit(tx, {
      ...{ actor, action: "waive-loose-end", subject: incident.id, detail, at },
    });
  });
  ctx.publish("incident", incident.id);
  ctx.publish("incidents");
  return (await findLooseEnd(ctx, number, key)) ?? end;
}

async function findLooseEnd(ctx: Ctx, number: number, key: string): Promise<LooseEnd | undefined> {
  return (await listLooseEnds(ctx, number)).find((one) => one.key === key);
}
