import "server-only";
import type { Freeze } from "@/lib/contracts/freeze";
import { listFreezesOf } from "@/lib/freezes/list-freezes";
import { type DonePlan, donePlans } from "@/lib/restorations/plan-store";
import type { LeftOpen, PausedOwner, RollbackLeft } from "@/lib/rules/find-loose-ends/facts";
import { ownerTitle } from "@/lib/rules/owner-on-lever";
import type { Ctx } from "@/lib/server/context";
import { mergesBetween, migratedDownOf, type PausedBy, pausedBy, waiversOf } from "./store";

/** So many reverts are offered beside one rollback. */
const MOST_REVERTS = 3;

type Rollback = DonePlan & {
  target: Extract<DonePlan["target"], { lever: "rollback" }>;
  plan: Extract<DonePlan["plan"], { lever: "rollback" }>;
};

/**
 * What an incident left besides what its Restorations say of themselves: freezes, paused owners, what was
 * rolled back and overridden, and what was waived; from the database alone. `freezes`: when they were
 * read already.
 */
export async function gatherLeft(
  ctx: Pick<Ctx, "db" | "now">,
  incidentNumber: number,
  freezes?: readonly Freeze[],
): Promise<LeftOpen> {
  const [given, plans, paused, waivers] = await Promise.all([
    freezes ?? listFreezesOf(ctx, incidentNumber),
    donePlans(ctx.db, incidentNumber),
    pausedBy(ctx.db, incidentNumber),
    waiversOf(ctx.db, incidentNumber),
  ]);
  const rollbacks = plans.filter(isRollback);
  const ahead = rollbacks.filter(({ plan }) => plan.schemaAhead);
  const [first] = ahead;
  const services = [...new Set(ahead.flatMap(({ plan }) => plan.schemaAhead?.service ?? []))];
  const [left, migratedDown] = await Promise.all([
    Promise.all(rollbacks.map((one) => rollbackLeft(ctx, one))),
    first ? migratedDownOf(ctx.db, { services, since: first.plannedAt }) : [],
  ]);
  return {
    freezes: given,
    paused: paused.map((owner) => withTitle(owner, rollbacks)),
    rollbacks: left,
    overridden: plans.flatMap(({ restorationId, plan: { overridden } }) =>
      overridden
        ? [{ restorationId, sentence: overridden.sentence, reason: overridden.reason }]
        : [],
    ),
    migratedDown,
    waivers,
    now: ctx.now().getTime(),
  };
}

function isRollback(one: DonePlan): one is Rollback {
  return one.target.lever === "rollback" && one.plan.lever === "rollback";
}

async function rollbackLeft(
  { db }: Pick<Ctx, "db">,
  { restorationId, target, plan, suspectId, plannedAt }: Rollback,
): Promise<RollbackLeft> {
  const { fromRevision, toRevision, uid, schemaAhead } = plan;
  const merges =
    fromRevision === null
      ? []
      : await mergesBetween(db, {
          ...{ source: target.source, subject: `${target.namespace}/${target.deployment}`, uid },
          ...{ after: toRevision, upTo: fromRevision, since: plannedAt },
        });
  // Those of the deploy that was suspected; of all that went back when it was another change.
  const suspected = merges.filter(({ deployId }) => deployId === suspectId);
  const taken = suspected.length > 0 ? suspected : merges;
  return {
    ...{ restorationId, fromRevision },
    culprits: taken.slice(0, MOST_REVERTS).map(({ source, repository, number, isReverted }) => ({
      target: { lever: "revert", source, repository, number },
      ...{ suspectId, isReverted },
    })),
    schemaAhead: schemaAhead ?? null,
  };
}

function withTitle({ hold, kind, name, claims }: PausedBy, rollbacks: Rollback[]): PausedOwner {
  const seen = rollbacks
    .flatMap(({ plan }) => plan.owners ?? [])
    .findLast((one) => one.kind === kind && one.name === name);
  return {
    ...{ hold, claims },
    title: seen?.title ?? ownerTitle(kind, name),
    undoesWithinSeconds: seen?.undoesWithinSeconds ?? null,
  };
}
