import "server-only";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { findJob, type Job, restorationNumber } from "./store";

/** A Restoration with its lever's plan. Refusal `unknown-restoration` when there is none of that id. */
export async function getRestoration(ctx: Pick<Ctx, "db">, id: string): Promise<Job> {
  const number = restorationNumber(id);
  const job = number === null ? null : await findJob(ctx.db, number);
  if (!job) {
    throw new Refusal(
      "unknown-restoration",
      404,
      `There is no restoration ${id.slice(0, 40)}. Its number stands on the incident, as in R-12.`,
    );
  }
  return job;
}
