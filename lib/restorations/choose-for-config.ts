import "server-only";
import { openTemplate } from "@/lib/changes/open-template";
import { changesOfSubject } from "@/lib/changes/store";
import type { Change, ConfigDetails, DeployDetails } from "@/lib/contracts/change";
import { configByHand } from "@/lib/rules/config-by-hand";
import { configNeeds } from "@/lib/rules/config-references";
import type { Ctx } from "@/lib/server/context";
import type { Choice } from "./choice";
import { liveDeploy } from "./live-version";

/**
 * What a rollback would be pulled on for a changed ConfigMap or Secret: the version in front of the live
 * one, where that refers to another object. Otherwise it would run with the same content, and what
 * helps is done by hand.
 */
export async function chooseForConfig(
  ctx: Pick<Ctx, "db" | "sealer">,
  head: Change & { details: ConfigDetails },
): Promise<Choice> {
  const { namespace, object, deployments = [] } = head.details;
  for (const deployment of deployments) {
    const deploys = await changesOfSubject(ctx.db, {
      source: head.source,
      subject: `${namespace}/${deployment}`,
      limit: 100,
    });
    const live = liveDeploy(deploys);
    const before = deploys
      .flatMap(({ id, details }) => (details.kind === "deploy" ? [{ id, details }] : []))
      .find(
        ({ details }) => details.uid === live?.uid && details.revision === live.previousRevision,
      );
    if (!before || (await refersTo(ctx, before.details, object))) continue;
    return {
      target: {
        lever: "rollback",
        source: head.source,
        namespace,
        deployment,
        toChangeId: before.id,
      },
      warnings: [],
    };
  }
  return { target: null, ...configByHand(head.details, head.at) };
}

/** Whether a version refers to an object; one whose template isn't known counts as if it did. */
async function refersTo(
  ctx: Pick<Ctx, "db" | "sealer">,
  { templateHash }: DeployDetails,
  object: string,
): Promise<boolean> {
  const template = await openTemplate(ctx, templateHash);
  if (!template) return true;
  return configNeeds(template).some((one) => `${one.objectKind}/${one.name}` === object);
}
