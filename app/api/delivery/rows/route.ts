import * as z from "zod";
import { DeliveryMeasure, RecoveryQuery } from "@/lib/contracts/recovery";
import { exportRecovery } from "@/lib/recovery/export-recovery";
import { fileOf } from "@/lib/recovery/file-of";
import { listDeliveryRows } from "@/lib/recovery/list-delivery-rows";
import { route } from "@/lib/server/route";

const Query = RecoveryQuery.pick({ from: true, to: true, service: true }).extend({
  measure: DeliveryMeasure.shape.name.optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
  /** `csv`: all of them, not a page. */
  format: z.enum(["json", "csv"]).default("json"),
});

export const GET = route({ access: "viewer", query: Query }, async (ctx, { query }) => {
  if (query.format === "json") return listDeliveryRows(ctx, query);
  const rows = await exportRecovery(ctx, { ...query, table: "delivery-rows", drills: "with" });
  return fileOf(rows, "delivery-rows", "csv");
});
