import { RecoveryQuery } from "@/lib/contracts/recovery";
import { getRecovery } from "@/lib/recovery/get-recovery";
import { route } from "@/lib/server/route";

export const GET = route({ access: "viewer", query: RecoveryQuery }, (ctx, { query }) =>
  getRecovery(ctx, query),
);
