import "server-only";
import type { Restoration } from "@/lib/contracts/restoration";
import type { Ctx } from "@/lib/server/context";
import { jobsOfIncident } from "./store";

/** Restorations of an incident by its number, newest first. */
export async function listRestorations(
  ctx: Pick<Ctx, "db">,
  incidentNumber: number,
): Promise<Restoration[]> {
  const jobs = await jobsOfIncident(ctx.db, incidentNumber);
  return jobs.map((job) => job.restoration);
}
