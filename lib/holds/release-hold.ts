import "server-only";
import type { Hold } from "@/lib/contracts/hold";
import { insertEntry } from "@/lib/incidents/store";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import { dropClaims } from "./claim-store";
import { findHold } from "./job-store";
import { holdNumber } from "./store";
import { publishHold } from "./tell-hold";

/**
 * Lets go of one thing by hand, whoever needs it: an owner is resumed, merges into a branch are free.
 * Everything else that a freeze holds stays. Doing it twice does it once. Refusal `unknown-hold`.
 */
export async function releaseHold(ctx: Ctx, input: { id: string }): Promise<Hold> {
  const number = holdNumber(input.id);
  const job = number === null ? null : await findHold(ctx.db, number);
  if (!job) {
    const isGate = input.id.startsWith("gate:");
    throw new Refusal(
      "unknown-hold",
      404,
      isGate
        ? "The gate is let go of with its freeze: thaw that."
        : `There is no hold ${input.id.slice(0, 40)}. Reload the page: what is held stands with its freeze or rollback.`,
    );
  }
  const at = ctx.now();
  const { hold, claims } = job;
  const needed = claims.filter(({ droppedAt }) => droppedAt === null).map(({ by }) => by);
  if (job.openKey === null || needed.length === 0) return hold;
  await ctx.db.$transaction(async (tx) => {
    await dropClaims(tx, job.number, { by: ctx.actor.name, at });
    const incidents = new Set(claims.flatMap(({ incidentNumber }) => incidentNumber ?? []));
    for (const incidentNumber of incidents) {
      const text = `${ctx.actor.name} let go of ${hold.subject} by hand, held for ${needed.join(", ")}`;
      await insertEntry(tx, { incidentNumber, kind: "freeze", at, text, by: ctx.actor.name });
    }
    await appendAudit(tx, {
      ...{ actor: ctx.actor.id, action: "release-hold", subject: hold.id, at },
      detail: { layer: hold.layer, source: hold.source, subject: hold.subject, needed },
    });
  });
  publishHold(ctx, job);
  nudge("holds");
  return (await findHold(ctx.db, job.number))?.hold ?? hold;
}
