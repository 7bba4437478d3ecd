import "server-only";
import { changesOfSubject } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
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

/** The commit that a service runs, as its latest deploy says; null when that isn't known. */
export function liveCommit(deploys: Change[]): string | null {
  const details = deploys[0]?.details;
  return details?.kind === "deploy" ? details.commit : null;
}
