import "server-only";
import type { Freeze } from "@/lib/contracts/freeze";
import type { Ctx } from "@/lib/server/context";
import { readFreezes } from "./read-freezes";
import { freezesOn, latestFreezes } from "./store";

const MOST = 100;

/** Freezes that are on, or the latest hundred of all, newest first. */
export async function listFreezes(
  ctx: Pick<Ctx, "db" | "now">,
  query: { state: "on" | "all" },
): Promise<Freeze[]> {
  const rows =
    query.state === "on"
      ? await freezesOn(ctx.db, ctx.now())
      : await latestFreezes(ctx.db, { limit: MOST });
  return readFreezes(ctx, rows);
}

/** The freezes of an incident by its number, newest first. */
export async function listFreezesOf(
  ctx: Pick<Ctx, "db" | "now">,
  incidentNumber: number,
): Promise<Freeze[]> {
  return readFreezes(ctx, await latestFreezes(ctx.db, { incidentNumber, limit: MOST }));
}
