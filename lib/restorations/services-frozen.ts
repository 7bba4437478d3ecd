import "server-only";
import type { RollbackTarget } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

/**
 * The services whose other deliveries are frozen along with a rollback, by name in order: every one that
 * its Deployment belongs to, and `service`, whose change it takes back. None where none is touched.
 */
export async function servicesFrozen(
  ctx: Ctx,
  target: RollbackTarget,
  service: string | null,
): Promise<string[]> {
  const isTouched = ({ name, deployments }: Service) =>
    name === service ||
    deployments.some(
      (one) =>
        one.source === target.source &&
        one.namespace === target.namespace &&
        one.name === target.deployment,
    );
  const inFile = ctx.fileServices.filter(isTouched);
  const touched = inFile.length > 0 ? inFile : (await listServices(ctx)).filter(isTouched);
  return touched.map(({ name }) => name).sort();
}
