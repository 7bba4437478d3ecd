import * as z from "zod";
import { RecoveryQuery } from "@/lib/contracts/recovery";
import { exportRecovery, RECOVERY_TABLES } from "@/lib/recovery/export-recovery";
import { fileOf } from "@/lib/recovery/file-of";
import { route } from "@/lib/server/route";

const Query = RecoveryQuery.extend({
  table: z.enum(RECOVERY_TABLES).default("incidents"),
  format: z.enum(["csv", "json"]).default("csv"),
});

export const GET = route({ access: "viewer", query: Query }, async (ctx, { query }) =>
  fileOf(await exportRecovery(ctx, query), query.table, query.format),
);
