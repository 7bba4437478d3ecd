import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { changesOfSubject } from "./store";

/** Deploys of a service's Deployments, newest first, as far back as the ledger reaches. */
export async function listRevisions(
  ctx: Pick<Ctx, "db">,
  service: Service,
  limit = 100,
): Promise<Change[]> {
  const lists = await Promise.all(
    service.deployments.map((ref) =>
      changesOfSubject(ctx.db, {
        source: ref.source,
        subject: `${ref.namespace}/${ref.name}`,
        limit,
      }),
    ),
  );
  return lists
    .flat()
    .sort((a, b) => b.at.localeCompare(a.at))
    .slice(0, limit);
}
