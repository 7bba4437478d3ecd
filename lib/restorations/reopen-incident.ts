import "server-only";
import { getIncident } from "@/lib/incidents/get-incident";
import { insertEntry, updateIncident } from "@/lib/incidents/store";
import type { Ctx } from "@/lib/server/context";
import type { Transaction } from "@/lib/server/db";
import type { Job } from "./store";

/** Opens the incident of a Restoration again if it was restored; `because` goes onto its timeline. */
export async function reopenIncident(
  ctx: Ctx,
  job: Job,
  because: string,
  tx: Transaction,
): Promise<void> {
  const { number, incident } = await getIncident({ db: tx }, job.restoration.incidentId);
  if (incident.status !== "restored") return;
  await updateIncident(
    tx,
    { number, version: incident.version },
    { status: "declared", restoredAt: null },
  );
  await insertEntry(tx, {
    incidentNumber: number,
    kind: "status",
    at: ctx.now(),
    text: `${incident.id} is open again: ${because}`,
    by: null,
    restorationId: job.restoration.id,
  });
}
