import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { readSignal } from "@/lib/services/read-signal";

const LOOK_BACK_MS = 6 * 3_600_000;

/**
 * When harm began, as the signals of these services show it: the earliest start still going on, and the
 * value before and now. Null when no signal shows harm or none can be asked.
 */
export async function proposeStart(
  ctx: Pick<Ctx, "db" | "sources" | "now" | "fileServices">,
  names: string[],
): Promise<{ at: Date; from: Incident["harmBeganFrom"]; title: string } | null> {
  const to = ctx.now();
  const from = new Date(to.getTime() - LOOK_BACK_MS);
  const services = (await listServices(ctx)).filter(
    (service) => service.signal && names.includes(service.name),
  );
  const series = await Promise.all(
    services.map((service) => readSignal(ctx, { service, from, to })),
  );
  const starts = series
    .flatMap((one) =>
      one.harmBegan ? [{ at: new Date(one.harmBegan), title: one.spec.title }] : [],
    )
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  const first = starts[0];
  return first ? { ...first, from: "signal" } : null;
}
