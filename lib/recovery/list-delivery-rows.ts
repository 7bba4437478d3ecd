import "server-only";
import type { Page } from "@/lib/contracts/page";
import type { DeliveryMeasure, DeliveryRow } from "@/lib/contracts/recovery";
import type { Ctx } from "@/lib/server/context";
import { periodOf } from "./period";
import { refreshFacts } from "./refresh-facts";
import { deliveryRows } from "./store";

/** Which deploys a measure is made of. */
const ROLES: Record<DeliveryMeasure["name"], DeliveryRow["role"][]> = {
  "deployment-frequency": ["normal", "failed"],
  "change-lead-time": ["normal", "failed"],
  "change-fail-rate": ["normal", "failed"],
  "failed-deployment-recovery-time": ["failed"],
  "deployment-rework-rate": ["normal", "failed", "rework"],
};

export type DeliveryRowsQuery = {
  service?: string | undefined;
  measure?: DeliveryMeasure["name"] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
  limit?: number | undefined;
};

/**
 * One keyset page of the deploys that a measure is made of, newest first; all deploys without a
 * measure. At most 5,000. `after` is the `next` of the page before. Refusal `bad-period`.
 */
export async function listDeliveryRows(
  ctx: Pick<Ctx, "db" | "now">,
  query: DeliveryRowsQuery,
): Promise<Page<DeliveryRow>> {
  const { from, to } = periodOf(query, ctx.now());
  const limit = Math.min(query.limit ?? 50, 5_000);
  await refreshFacts(ctx);
  const rows = await deliveryRows(ctx.db, {
    ...{ service: query.service, from, to },
    roles: ROLES[query.measure ?? "deployment-rework-rate"],
    withLead: query.measure === "change-lead-time",
    after: query.after ? readCursor(query.after) : null,
    limit: limit + 1,
  });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last ? `${last.at}_${last.changeId}~${last.service}` : null;
  return { items, next };
}

function readCursor(after: string): { at: Date; key: string } | null {
  const split = after.indexOf("_");
  const at = new Date(after.slice(0, split));
  return split > 0 && at.getTime() >= 0 ? { at, key: after.slice(split + 1) } : null;
}
