import "server-only";
import { LeverTarget } from "@/lib/contracts/lever";
import type { Database } from "@/lib/server/db";
import { Plan } from "./plan";

/** What was done in an incident, or may have been, with what was kept for settling it and putting it back. */
export type DonePlan = {
  restorationId: string;
  target: LeverTarget;
  plan: Plan;
  suspectId: string | null;
  plannedAt: Date;
};

/**
 * The plans of an incident's Restorations that were accepted or may yet have been, oldest first; at most
 * 200.
 */
export async function donePlans(db: Database, incidentNumber: number): Promise<DonePlan[]> {
  const rows = await db.restoration.findMany({
    where: {
      incidentNumber,
      OR: [{ acceptedAt: { not: null } }, { state: { in: ["asked", "unknown"] } }],
    },
    orderBy: { number: "asc" },
    take: 200,
    select: { number: true, target: true, plan: true, suspectId: true, plannedAt: true },
  });
  return rows.map(({ number, target, plan, ...row }) => ({
    ...row,
    restorationId: `R-${number}`,
    target: LeverTarget.parse(target),
    plan: Plan.parse(plan),
  }));
}
