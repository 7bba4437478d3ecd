import "server-only";
import * as z from "zod";
import type { AllowedDelivery } from "@/lib/contracts/freeze";
import { RevertTarget } from "@/lib/contracts/lever";
import { type CuringRestoration, cureOf } from "@/lib/rules/freeze-cure";
import type { Database } from "@/lib/server/db";

type Row = {
  incidentNumber: number;
  number: number;
  lever: string;
  label: string;
  by: string;
  plannedAt: Date;
  target: unknown;
  plan: unknown;
  /** Details of the deploy that a rollback leads to. */
  to: unknown;
  /** Details of the merge of an opened revert. */
  merge: unknown;
};

const Deploy = z.object({ images: z.array(z.object({ image: z.string() })) });
const Merge = z.object({ mergeCommit: z.string(), headCommit: z.string() });
const RevertPlan = z.object({
  revertNumber: z.number().nullable(),
  revertHead: z.string().nullish(),
  reviewedHeads: z.array(z.string()).nullish(),
  mergeCommit: z.string().nullable(),
});

/**
 * What no freeze of these incidents holds back, read from what their Restorations lead to: so that a
 * revert is let through from the moment it is opened, and what it became from the moment it is merged.
 */
export async function cureOfIncidents(
  db: Database,
  incidentNumbers: number[],
): Promise<Map<number, AllowedDelivery[]>> {
  const cures = new Map<number, AllowedDelivery[]>();
  if (incidentNumbers.length === 0) return cures;
  const rows = await db.$queryRaw<Row[]>`
    SELECT one."incidentNumber", one."number", one."lever", one."label", one."by", one."plannedAt",
           one."target", one."plan", led."details" AS "to", merged."details" AS "merge"
      FROM "Restoration" one
      LEFT JOIN "Change" led ON one."lever" = 'rollback' AND led."id" = one."target"->>'toChangeId'
      LEFT JOIN "Change" merged ON one."lever" = 'revert' AND merged."source" = one."target"->>'source'
       AND merged."naturalKey" = (one."target"->>'repository') || '#' || (one."plan"->>'revertNumber')
     WHERE one."incidentNumber" = ANY(${incidentNumbers}::int[])
       AND one."lever" IN ('rollback', 'revert') AND one."putBackOf" IS NULL
       AND NOT (one."state" = 'failed' AND one."acceptedAt" IS NULL)
     ORDER BY one."number"`;
  for (const number of new Set(incidentNumbers)) {
    const its = rows.filter(({ incidentNumber }) => incidentNumber === number);
    cures.set(number, cureOf(its.flatMap(toCuring)));
  }
  return cures;
}

function toCuring(row: Row): CuringRestoration[] {
  const { label, by } = row;
  const common = { id: `R-${row.number}`, label, by, plannedAt: row.plannedAt.toISOString() };
  if (row.lever === "rollback") {
    const images = Deploy.safeParse(row.to).data?.images.map(({ image }) => image) ?? [];
    return [{ ...common, lever: "rollback", images }];
  }
  const target = RevertTarget.safeParse(row.target).data;
  const plan = RevertPlan.safeParse(row.plan).data;
  if (!target || !plan) return [];
  const merge = Merge.safeParse(row.merge).data;
  const heads = plan.reviewedHeads ?? null;
  const isReviewed = (head: string | null | undefined) =>
    heads === null || (head != null && heads.includes(head));
  const commits = [
    ...(heads ?? [plan.revertHead]),
    // What was merged is the cure when it is what was reviewed.
    ...(isReviewed(plan.revertHead) ? [plan.mergeCommit] : []),
    ...(merge && isReviewed(merge.headCommit) ? [merge.mergeCommit, merge.headCommit] : []),
  ];
  return [
    {
      ...common,
      ...{ lever: "revert", repository: target.repository, pull: plan.revertNumber, heads },
      commits: [...new Set(commits.flatMap((commit) => commit ?? []))],
    },
  ];
}

/** Whether a revert into this repository is being opened whose number isn't known yet. */
export async function isRevertBeingOpened(
  db: Database,
  query: { incidentNumbers: number[]; repository: string; since: Date },
): Promise<boolean> {
  if (query.incidentNumbers.length === 0) return false;
  const row = await db.restoration.findFirst({
    where: {
      incidentNumber: { in: query.incidentNumbers },
      ...{ lever: "revert", state: { in: ["asked", "unknown"] } },
      target: { path: ["repository"], equals: query.repository },
      plannedAt: { gte: query.since },
    },
    select: { number: true },
  });
  return row !== null;
}
