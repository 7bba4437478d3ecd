import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";

/** The deploys of a service's first Deployment that the ledger knows, newest first. */
export async function deploysOf(ctx: Pick<Ctx, "db">, service: Service): Promise<Change[]> {
  const [ref] = service.deployments;
  if (!ref) return [];
  return changesOfSubject(ctx.db, {
    source: ref.source,
    subject: `${ref.namespace}/${ref.name}`,
    limit: 100,
  });
}

/**
 * Of a Deployment's deploys, newest first, the live one: times to the second may be equal, revisions aren't.
 */
export function liveDeploy(deploys: Change[]): DeployDetails | null {
  const details = deploys.flatMap((one) => (one.details.kind === "deploy" ? [one.details] : []));
  const uid = details[0]?.uid;
  return details
    .filter((one) => one.uid === uid)
    .reduce<DeployDetails | null>(
      (best, one) => (best === null || one.revision > best.revision ? one : best),
      null,
    );
}
