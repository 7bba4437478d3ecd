import "server-only";
import type { DeliveryMeasure } from "@/lib/contracts/recovery";
import { deliveryMeasures, type Tally } from "@/lib/rules/delivery-measures";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { type Period, periodOf } from "./period";
import { refreshFacts } from "./refresh-facts";
import { type DeliveryTally, deliveryTallies, ledgerBegins } from "./store";

export type DeliveryQuery = {
  service?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

/**
 * The five delivery measures of every service, or of one: five for each, by service. Only time that
 * the ledger was kept counts. Refusal `bad-period`.
 */
export async function getDelivery(
  ctx: Pick<Ctx, "db" | "now" | "fileServices">,
  query: DeliveryQuery,
): Promise<DeliveryMeasure[]> {
  const period = periodOf(query, ctx.now());
  await refreshFacts(ctx);
  const tallies = await deliveryTallies(ctx.db, period, query.service);
  const began = await ledgerBegins(ctx.db);
  const known = query.service
    ? [query.service]
    : (await listServices(ctx)).map((service) => service.name);
  const names = [...new Set([...known, ...tallies.map((tally) => tally.service)])].sort();
  const kept = (from: Date, to: Date) => {
    const until = Math.min(to.getTime(), ctx.now().getTime());
    return began ? Math.max(0, until - Math.max(from.getTime(), began.getTime())) : 0;
  };
  const keptNow = kept(period.from, period.to);
  const keptBefore = kept(period.before, period.from);
  return names.flatMap((name) => {
    const own = tallies.filter((tally) => tally.service === name);
    return deliveryMeasures(
      name,
      tallyOf(own, true, keptNow),
      // Half a period kept is none to compare with.
      tallyOf(own, false, isWhole(period, began) ? keptBefore : 0),
    );
  });
}

function isWhole({ before }: Period, began: Date | null): boolean {
  return began !== null && began <= before;
}

function tallyOf(tallies: DeliveryTally[], isNow: boolean, keptMs: number): Tally {
  const own = tallies.filter((tally) => tally.isNow === isNow);
  const count = (role: DeliveryTally["role"]) => own.find((tally) => tally.role === role)?.n ?? 0;
  return {
    counts: { normal: count("normal"), failed: count("failed"), rework: count("rework") },
    leads: rising(own.flatMap((tally) => tally.leads)),
    recoveries: rising(own.flatMap((tally) => tally.recoveries)),
    keptMs,
  };
}

/** Typed arrays sort tens of thousands of numbers without asking for each pair. */
function rising(values: number[]): number[] {
  return [...Float64Array.from(values).sort()];
}
