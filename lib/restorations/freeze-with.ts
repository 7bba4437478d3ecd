import "server-only";
import type { RestoreInput } from "@/lib/contracts/restoration";
import type { Service } from "@/lib/contracts/service";
import { frozenInWords, untilInWords } from "@/lib/rules/freeze-words";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import type { Prepared } from "./lever";
import type { ClaimedFreeze } from "./press-store";

/**
 * The freeze of other deliveries that a rollback is pressed with: of every service that its Deployment
 * belongs to. Null for the other levers, which nothing delivers over, and where no service is touched.
 */
export async function freezeWith(
  ctx: Ctx,
  { target, freeze }: RestoreInput,
  prepared: Pick<Prepared, "label" | "service">,
  now: Date,
): Promise<ClaimedFreeze | null> {
  if (target.lever !== "rollback" || !freeze) return null;
  const isTouched = ({ name, deployments }: Service) =>
    name === prepared.service ||
    deployments.some(
      (one) =>
        one.source === target.source &&
        one.namespace === target.namespace &&
        one.name === target.deployment,
    );
  const inFile = ctx.fileServices.filter(isTouched);
  const touched = inFile.length > 0 ? inFile : (await listServices(ctx)).filter(isTouched);
  if (touched.length === 0) return null;
  const services = touched.map(({ name }) => name).sort();
  const until = new Date(now.getTime() + freeze.minutes * 60_000);
  const when = untilInWords(until.toISOString());
  return {
    ...{ services, until, reason: prepared.label },
    entry: `${ctx.actor.name} froze other deliveries of ${frozenInWords(services)} until ${when}`,
  };
}
