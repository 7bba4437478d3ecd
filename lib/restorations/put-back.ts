import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { LeverPreview, LeverTarget } from "@/lib/contracts/lever";
import type { PutBackInput, RestoreOutcome } from "@/lib/contracts/restoration";
import { getIncident } from "@/lib/incidents/get-incident";
import { closedBlockers } from "@/lib/rules/closed-incident";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { exceptCulprit } from "./culprit-blocker";
import { getRestoration } from "./get-restoration";
import { previewLever } from "./preview-lever";
import { restore } from "./restore";
import type { Job } from "./store";

/**
 * Undoes a Restoration, itself a Restoration through the same path. Refusal `nothing-to-put-back` when
 * it never took effect, and the lever's own where the way back is closed.
 */
export async function putBack(ctx: Ctx, input: PutBackInput): Promise<RestoreOutcome> {
  const job = await getRestoration(ctx, input.restorationId);
  const target = await wayBack(ctx, job);
  return restore(
    ctx,
    {
      incidentId: job.restoration.incidentId,
      target,
      seen: input.seen,
      suspectId: null,
      wasRecommended: null,
      key: input.key,
      overrideReason: input.overrideReason,
    },
    { putBackOf: job },
  );
}

/** What undoing a Restoration would do, before the click. */
export async function previewPutBack(ctx: Ctx, restorationId: string): Promise<LeverPreview> {
  const job = await getRestoration(ctx, restorationId);
  const [preview, { incident }] = await Promise.all([
    wayBack(ctx, job).then((target) => previewLever(ctx, target)),
    getIncident(ctx, job.restoration.incidentId),
  ]);
  return {
    ...preview,
    blockers: [...closedBlockers(incident), ...exceptCulprit(preview.blockers)],
  };
}

async function wayBack(ctx: Ctx, job: Job): Promise<LeverTarget> {
  const { plan, restoration } = job;
  const { target } = restoration;
  if (target.lever === "retoggle") {
    return { ...target, to: { state: "recorded", restorationId: restoration.id } };
  }
  if (target.lever === "rollback" && plan.lever === "rollback") {
    const deploys = await changesOfSubject(ctx.db, {
      source: target.source,
      subject: `${target.namespace}/${target.deployment}`,
      limit: 100,
    });
    const before = deploys.find(
      (change) =>
        change.details.kind === "deploy" &&
        change.details.uid === plan.uid &&
        change.details.templateHash === plan.fromHash,
    );
    if (!before) {
      throw new Refusal(
        "no-template",
        409,
        "The ledger doesn't hold what was live before. Choose a revision on the page of its service instead.",
      );
    }
    return { ...target, toChangeId: before.id };
  }
  if (target.lever === "revert" && plan.lever === "revert" && plan.revertNumber !== null) {
    return { ...target, number: plan.revertNumber };
  }
  throw new Refusal(
    "nothing-to-put-back",
    409,
    `${restoration.id} did nothing that could be put back. Pull a lever instead.`,
  );
}
