import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

/**
 * The first deploy of a service whose commit contains a merge commit; null while there is none yet,
 * "no-deployments" when no service of the repository names a Deployment.
 */
export async function deployCarrying(
  ctx: Ctx,
  query: { source: string; repository: string; mergeCommit: string; service: string | null },
): Promise<Change | "no-deployments" | null> {
  const services = (await listServices(ctx)).filter(
    (service) =>
      service.repository?.source === query.source &&
      service.repository.name === query.repository &&
      (query.service === null || service.name === query.service),
  );
  const refs = services.flatMap((service) => service.deployments);
  if (refs.length === 0) return "no-deployments";
  for (const ref of refs) {
    const deploys = await changesOfSubject(ctx.db, {
      source: ref.source,
      subject: `${ref.namespace}/${ref.name}`,
      limit: 5,
    });
    for (const deploy of deploys) {
      if (await carries(ctx, query, deploy)) return deploy;
    }
  }
  return null;
}

async function carries(
  ctx: Ctx,
  query: { source: string; repository: string; mergeCommit: string },
  deploy: Change,
): Promise<boolean> {
  const commit = deploy.details.kind === "deploy" ? deploy.details.commit : null;
  if (!commit) return false;
  if (commit === query.mergeCommit) return true;
  try {
    const { status } = await ctx.sources
      .get("code", query.source)
      .compare(query.repository, query.mergeCommit, commit);
    return status === "ahead" || status === "identical";
  } catch (error) {
    if (error instanceof SourceError && error.code === "not-found") return false;
    throw error;
  }
}
