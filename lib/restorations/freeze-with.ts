import "server-only";
import type { RestoreInput } from "@/lib/contracts/restoration";
import { frozenInWords, untilInWords } from "@/lib/rules/freeze-words";
import type { Ctx } from "@/lib/server/context";
import type { Prepared } from "./lever";
import type { ClaimedFreeze } from "./press-store";
import { servicesFrozen } from "./services-frozen";

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
  const services = await servicesFrozen(ctx, target, prepared.service);
  if (services.length === 0) return null;
  const until = new Date(now.getTime() + freeze.minutes * 60_000);
  const when = `until ${untilInWords(until.toISOString())}`;
  return {
    ...{ services, until, when, reason: prepared.label },
    entry: `${ctx.actor.name} froze other deliveries of ${frozenInWords(services)} ${when}`,
  };
}
