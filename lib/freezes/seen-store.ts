import "server-only";
import type { DeploymentRef } from "@/lib/contracts/service";
import type { Database } from "@/lib/server/db";

/** The Deployments that the ledger has seen, by source, namespace and name. */
export async function seenDeployments(db: Database): Promise<DeploymentRef[]> {
  return db.deploymentSnapshot.findMany({
    select: { source: true, namespace: true, name: true },
    orderBy: [{ source: "asc" }, { namespace: "asc" }, { name: "asc" }],
  });
}
