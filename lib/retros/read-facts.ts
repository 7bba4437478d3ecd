import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { SignalFacts } from "@/lib/contracts/retro-facts";
import type { Service } from "@/lib/contracts/service";
import { signalFacts } from "@/lib/rules/signal-facts";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { readSignal } from "@/lib/services/read-signal";

const LEAD_MS = 10 * 60_000;

/**
 * What the signals of an incident's services say of it now, before their sources forget. A source
 * that is silent or gone makes a sentence, not a failure.
 */
export async function readFacts(
  ctx: Pick<Ctx, "db" | "fileServices" | "sources" | "now" | "log">,
  incident: Incident,
): Promise<SignalFacts[]> {
  const services = (await listServices(ctx)).filter(({ name }) => incident.services.includes(name));
  const from = Date.parse(incident.harmBeganAt);
  const to = incident.restoredAt ? Date.parse(incident.restoredAt) : null;
  const facts = await Promise.all(services.map((service) => factsOf(ctx, service, { from, to })));
  return facts.flatMap((one) => one ?? []);
}

async function factsOf(
  ctx: Pick<Ctx, "sources" | "now" | "log">,
  service: Service,
  harm: { from: number; to: number | null },
): Promise<SignalFacts | null> {
  if (!service.signal) return null;
  const now = ctx.now().getTime();
  const from = new Date(Math.min(harm.from, now) - LEAD_MS);
  const to = new Date(Math.min(now, (harm.to ?? now) + LEAD_MS));
  try {
    return signalFacts(service, await readSignal(ctx, { service, from, to }), harm);
  } catch (error) {
    const isExpected = error instanceof Refusal;
    if (!isExpected) ctx.log.warn({ err: error, service: service.name }, "a signal can't be read");
    const problem = isExpected ? error.sentence : "Its source gave no usable answer.";
    const { title, unit, threshold, harmWhen } = service.signal;
    return {
      service: service.name,
      serviceTitle: service.title,
      title,
      unit,
      threshold,
      harmWhen,
      from: from.toISOString(),
      to: to.toISOString(),
      peak: null,
      before: null,
      hurtMs: null,
      points: [],
      problem,
    };
  }
}
