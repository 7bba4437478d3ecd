import "server-only";
import { insertEntry } from "@/lib/incidents/store";
import type { Ctx } from "@/lib/server/context";
import type { HoldJob } from "./job-store";

const LAYERS = {
  gate: "Gate",
  kubernetes: "Kubernetes",
  github: "GitHub",
  "argo-cd": "Argo CD",
  flux: "Flux",
} as const;

/** Has open browsers read again what became of a hold. */
export function publishHold(ctx: Pick<Ctx, "publish">, { claims }: HoldJob): void {
  ctx.publish("freezes");
  for (const incident of incidentsOf(claims)) ctx.publish("incident", `INC-${incident}`);
}

/** Writes on the timelines of those who need a hold what became of it. */
export async function tellTimelines(ctx: Ctx, job: HoldJob, words: string): Promise<void> {
  const text = `${LAYERS[job.hold.layer]}, ${job.hold.subject}: ${words}`;
  for (const incidentNumber of incidentsOf(job.claims)) {
    await insertEntry(ctx.db, {
      ...{ incidentNumber, kind: "freeze", at: ctx.now(), text, by: null },
    });
  }
}

function incidentsOf(claims: HoldJob["claims"]): number[] {
  return [...new Set(claims.flatMap(({ incidentNumber }) => incidentNumber ?? []))];
}
