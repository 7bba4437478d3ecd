import "server-only";
import type { Freeze } from "@/lib/contracts/freeze";
import type { Ctx } from "@/lib/server/context";
import { nudge } from "@/lib/server/nudge";
import { getFreeze, getFreezeRow } from "./get-freeze";
import { publishFreeze } from "./plan-freeze";
import { thawFreezes } from "./thaw-store";

/**
 * Ends a freeze by hand. What it held is being put back when this answers; thawing it twice does it
 * once. Refusal `unknown-freeze`.
 */
export async function thawFreeze(ctx: Ctx, { id }: { id: string }): Promise<Freeze> {
  const row = await getFreezeRow(ctx, id);
  const thaw = {
    because: "hand" as const,
    ...{ by: ctx.actor.name, actorId: ctx.actor.id, at: ctx.now() },
  };
  const thawed = await ctx.db.$transaction((tx) =>
    thawFreezes(tx, { number: { in: [row.number] } }, thaw),
  );
  if (thawed.length > 0) {
    publishFreeze(ctx, row);
    nudge("holds");
  }
  return getFreeze(ctx, { id });
}
