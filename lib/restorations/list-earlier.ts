import "server-only";
import type { Restoration } from "@/lib/contracts/restoration";
import type { Ctx } from "@/lib/server/context";
import { jobsForSuspects } from "./store";

/** Restorations that other incidents (no drills) pulled for one of these Changes, newest first. */
export async function listEarlier(
  ctx: Pick<Ctx, "db">,
  query: { suspectIds: string[]; exceptIncident: number },
): Promise<Restoration[]> {
  const jobs = await jobsForSuspects(ctx.db, query);
  return jobs.map((job) => job.restoration);
}
